#include "agents-sim/load/watch_load.h"

#include <google/protobuf/util/time_util.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace cordboard::sim {
namespace {

grpc::ByteBuffer watch_request(const WatchLoadOptions& options) {
  v1::WatchRequest request;
  request.mutable_filter()->add_kinds(v1::WatchRequest::QUEUES);
  if (options.agents) request.mutable_filter()->add_kinds(v1::WatchRequest::AGENTS);
  *request.mutable_update_interval() =
      google::protobuf::util::TimeUtil::MicrosecondsToDuration(options.update_interval.count());
  const grpc::Slice slice(request.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

bool parse(grpc::ByteBuffer buffer, v1::WatchResponse& response) {
  return grpc::SerializationTraits<v1::WatchResponse>::Deserialize(&buffer, &response).ok();
}

Time wall_now() {
  return Time{std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch())};
}

Time to_time(const google::protobuf::Timestamp& at) {
  return Time{Duration{at.seconds() * 1'000'000 + at.nanos() / 1'000}};
}

}  // namespace

class WatchLoad::Subscriber final : public Completion {
 public:
  Subscriber(WatchLoad& load, const Connection& connection, bool sampled)
      : load_(load), connection_(connection), sampled_(sampled), stub_(connection.channel()) {}

  void start() {
    connection_.prepare(context_);
    call_ = stub_.PrepareCall(&context_, "/cordboard.v1.SupervisorService/Watch", &load_.loop_.queue());
    call_->StartCall(tag());
  }

  void cancel() {
    context_.TryCancel();
    read_on();
  }

  // After it had stopped, so that it hears of the end, too.
  void read_on() {
    if (step_ == Step::Stopped) read();
  }

  void complete(bool ok) override {
    if (step_ == Step::Finishing) return load_.ended(status_);
    if (!ok) {
      step_ = Step::Finishing;
      return call_->Finish(&status_, tag());
    }
    if (step_ == Step::Starting) {
      step_ = Step::Asking;
      return call_->WriteLast(watch_request(load_.options_), grpc::WriteOptions(), tag());
    }
    if (step_ == Step::Reading) {
      const bool first = newest_.Length() == 0;
      have_read();
      if (first && load_.options_.stop_for > Duration::zero() && !load_.stopping_) {
        step_ = Step::Stopped;
        return;
      }
    }
    read();
  }

  std::uint64_t revision() const {
    v1::WatchResponse response;
    if (!parse(newest_, response)) return 0;
    if (response.has_snapshot()) return response.snapshot().revision();
    const auto& deltas = response.deltas().deltas();
    return deltas.empty() ? 0 : deltas[deltas.size() - 1].revision();
  }

 private:
  enum class Step : std::uint8_t { Starting, Asking, Reading, Stopped, Finishing };

  void* tag() { return static_cast<Completion*>(this); }

  void read() {
    step_ = Step::Reading;
    call_->Read(&incoming_, tag());
  }

  void have_read() {
    ++load_.messages_;
    load_.bytes_ += incoming_.Length();
    if (sampled_) sample();
    // A heartbeat is a few bytes, and every delta more.
    if (incoming_.Length() > kLongestHeartbeat) newest_.Swap(&incoming_);
    incoming_.Clear();
  }

  void sample() {
    v1::WatchResponse response;
    if (!parse(incoming_, response)) return;
    const Time now = wall_now();
    for (const v1::Delta& delta : response.deltas().deltas()) {
      ++load_.deltas_;
      load_.age_.add(now - to_time(delta.at()));
    }
  }

  static constexpr std::size_t kLongestHeartbeat = 32;

  WatchLoad& load_;
  const Connection& connection_;
  const bool sampled_;
  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
  grpc::ByteBuffer incoming_;
  grpc::ByteBuffer newest_;
  grpc::Status status_;
  Step step_ = Step::Starting;
};

WatchLoad::WatchLoad(EventLoop& loop, const WatchLoadOptions& options, std::function<void()> on_over)
    : loop_(loop), options_(options), on_over_(std::move(on_over)) {
  const auto kind =
      options_.stop_for > Duration::zero() ? Connection::Kind::Narrow : Connection::Kind::Shared;
  for (std::uint32_t i = 0; i < options_.connections; ++i) {
    connections_.push_back(std::make_unique<Connection>(options_.target, options_.tenant, kind));
  }
  for (std::uint32_t i = 0; i < options_.subscribers; ++i) {
    subscribers_.push_back(
        std::make_unique<Subscriber>(*this, *connections_[i % connections_.size()], i % kSampleEvery == 0));
  }
}

WatchLoad::~WatchLoad() = default;

void WatchLoad::start() {
  active_ = subscribers_.size();
  for (const auto& subscriber : subscribers_) subscriber->start();
  loop_.after(options_.duration, [this] { stop(); });
  if (options_.stop_for == Duration::zero()) return;
  loop_.after(options_.stop_for, [this] {
    for (const auto& subscriber : subscribers_) subscriber->read_on();
  });
}

void WatchLoad::stop() {
  if (std::exchange(stopping_, true)) return;
  for (const auto& subscriber : subscribers_) subscriber->cancel();
}

void WatchLoad::ended(const grpc::Status& status) {
  if (!stopping_) {
    if (++cut_ == 1) first_cut_ = status.error_message();
    if (status.error_message().find("resume_revision") != std::string::npos) ++told_revision_;
  }
  if (--active_ == 0) on_over_();
}

std::uint64_t WatchLoad::lowest_revision() const {
  std::uint64_t lowest = ~std::uint64_t{0};
  for (const auto& subscriber : subscribers_) lowest = std::min(lowest, subscriber->revision());
  return lowest;
}

std::uint64_t WatchLoad::highest_revision() const {
  std::uint64_t highest = 0;
  for (const auto& subscriber : subscribers_) highest = std::max(highest, subscriber->revision());
  return highest;
}

}  // namespace cordboard::sim
