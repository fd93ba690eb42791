#include "ctl/client/watch_feed.h"

#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "ctl/client/credentials.h"
#include "ctl/client/refusal_text.h"
#include "ctl/client/unary_call.h"

namespace cordboard::ctl {
namespace {

constexpr Duration kFirstPause{100'000};
constexpr Duration kLongestPause{5'000'000};
constexpr std::chrono::seconds kSilence{15};  // a heartbeat comes each 5 s

// Another try with the same request may succeed.
bool may_come_back(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::OK:
    case grpc::StatusCode::CANCELLED:
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::INTERNAL:
      return true;
    case grpc::StatusCode::UNAUTHENTICATED:  // a token that expired: its file may have a new one
      return rejection_of(status).reason() == v1::RejectionDetail::REASON_UNSPECIFIED;
    default:
      return false;
  }
}

}  // namespace

// One stream, from its call to its status.
class WatchFeed::Stream {
 public:
  explicit Stream(const RouterChoice& choice) : channel_(open_channel(choice)) {
    add_metadata(choice, context_);
    call_ =
        grpc::GenericStub(channel_).PrepareCall(&context_, "/cordboard.v1.SupervisorService/Watch", &queue_);
  }
  ~Stream() {
    context_.TryCancel();
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void start(const v1::WatchRequest& request, Duration timeout) {
    call_->StartCall(nullptr);
    if (!done(timeout)) return;
    call_->WriteLast(to_bytes(request), {}, nullptr);
    done(timeout);
  }

  bool read(v1::WatchResponse& response, Duration timeout) {
    if (ended_) return false;
    grpc::ByteBuffer bytes;
    call_->Read(&bytes, nullptr);
    if (!(heard_ ? done(kSilence) : done(timeout))) return false;
    heard_ = true;
    if (from_bytes(bytes, response)) return true;
    garbled_ = true;
    context_.TryCancel();
    return false;
  }

  grpc::Status finish() {
    if (silent_ && !heard_) return {grpc::StatusCode::DEADLINE_EXCEEDED, "no answer"};
    if (silent_) return {grpc::StatusCode::UNAVAILABLE, "nothing was heard for too long"};
    grpc::Status status;
    call_->Finish(&status, nullptr);
    done(kSilence);
    return garbled_ ? unknown_answer() : status;
  }

  void cancel() { context_.TryCancel(); }

 private:
  // Waits for what was begun last.
  template <class Wait>
  bool done(Wait limit) {
    void* tag = nullptr;
    bool ok = false;
    auto next = queue_.AsyncNext(&tag, &ok, std::chrono::system_clock::now() + limit);
    if (next == grpc::CompletionQueue::TIMEOUT) {
      silent_ = true;
      context_.TryCancel();
      queue_.Next(&tag, &ok);
      ok = false;
    }
    ended_ = !ok;
    return ok;
  }

  std::shared_ptr<grpc::Channel> channel_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
  bool ended_ = false;
  bool silent_ = false;  // for longer than it should
  bool heard_ = false;   // a message came
  bool garbled_ = false;
};

struct WatchFeed::Stopping {
  std::mutex mutex;
  std::condition_variable changed;
  bool stopped = false;
  std::unique_ptr<Stream> stream;  // made and ended under the mutex: stop() cancels it
};

WatchFeed::WatchFeed(RouterChoice choice, v1::WatchRequest request, OnCut on_cut)
    : choice_(std::move(choice)),
      request_(std::move(request)),
      on_cut_(std::move(on_cut)),
      stopping_(std::make_unique<Stopping>()),
      pause_(kFirstPause) {}

WatchFeed::~WatchFeed() = default;

void WatchFeed::stop() {
  const std::lock_guard lock(stopping_->mutex);
  stopping_->stopped = true;
  if (stopping_->stream) stopping_->stream->cancel();
  stopping_->changed.notify_all();
}

bool WatchFeed::next(v1::WatchResponse& response) {
  while (open()) {
    Stream& stream = *stopping_->stream;  // only this thread replaces it
    if (stream.read(response, choice_.timeout)) {
      remember(response);
      return true;
    }
    const grpc::Status status = stream.finish();
    {
      const std::lock_guard lock(stopping_->mutex);
      stopping_->stream.reset();
      if (stopping_->stopped) return false;
    }
    const CommandFailed why = failure_of(status, choice_, "");
    if (!heard_ || !may_come_back(status)) throw why;
    if (std::exchange(told_, why.what()) != why.what()) on_cut_(why.what());
    if (!wait_before_next_try()) return false;
  }
  return false;
}

bool WatchFeed::open() {
  {
    const std::lock_guard lock(stopping_->mutex);
    if (stopping_->stopped) return false;
    if (stopping_->stream) return true;
    stopping_->stream = std::make_unique<Stream>(choice_);
  }
  stopping_->stream->start(request_, choice_.timeout);
  return true;
}

bool WatchFeed::wait_before_next_try() {
  std::unique_lock lock(stopping_->mutex);
  stopping_->changed.wait_for(lock, pause_, [&] { return stopping_->stopped; });
  pause_ = std::min(2 * pause_, kLongestPause);
  return !stopping_->stopped;
}

void WatchFeed::remember(const v1::WatchResponse& response) {
  heard_ = true;
  told_.clear();
  pause_ = kFirstPause;
  if (response.has_snapshot())
    request_.set_resume_revision(response.snapshot().last_chunk() ? response.snapshot().revision() : 0);
  else if (response.deltas().deltas_size() > 0)
    request_.set_resume_revision(response.deltas().deltas().rbegin()->revision());
  else if (response.has_heartbeat())
    request_.set_resume_revision(response.heartbeat().revision());
  else if (response.has_reset())
    request_.set_resume_revision(0);
}

}  // namespace cordboard::ctl
