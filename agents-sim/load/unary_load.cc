#include "agents-sim/load/unary_load.h"

#include <optional>
#include <utility>

#include "agents-sim/clients/contact_ids.h"

namespace cordboard::sim {

class UnaryLoad::Client final : public Completion {
 public:
  Client(UnaryLoad& load, const Connection& connection)
      : load_(load), connection_(connection), stub_(v1::GatewayService::NewStub(connection.channel())) {}

  void submit() {
    context_.emplace();
    connection_.prepare(*context_);
    request_.set_contact_id(load_.prefix_ + std::to_string(load_.submitted_++));
    request_.set_queue(load_.options_.queue);
    sent_at_ = load_.loop_.clock_now();
    reader_ = stub_->AsyncSubmitContact(&*context_, request_, &load_.loop_.queue());
    reader_->Finish(&response_, &status_, static_cast<Completion*>(this));
  }

  void complete(bool) override {
    load_.answered(status_, load_.loop_.now() - sent_at_);
    if (load_.is_time_up()) {
      load_.client_is_done();
    } else {
      submit();
    }
  }

 private:
  UnaryLoad& load_;
  const Connection& connection_;
  const std::unique_ptr<v1::GatewayService::Stub> stub_;
  std::optional<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientAsyncResponseReader<v1::SubmitContactResponse>> reader_;
  v1::SubmitContactRequest request_;
  v1::SubmitContactResponse response_;
  grpc::Status status_;
  Time sent_at_{};
};

UnaryLoad::UnaryLoad(EventLoop& loop, const UnaryLoadOptions& options, std::function<void()> on_over)
    : loop_(loop), options_(options), on_over_(std::move(on_over)), prefix_(ContactIds::fresh_prefix()) {
  for (std::uint32_t i = 0; i < options_.connections; ++i) {
    connections_.push_back(std::make_unique<Connection>(options_.target, options_.tenant));
  }
  for (std::uint32_t i = 0; i < options_.clients; ++i) {
    clients_.push_back(std::make_unique<Client>(*this, *connections_[i % connections_.size()]));
  }
}

UnaryLoad::~UnaryLoad() = default;

void UnaryLoad::start() {
  started_at_ = loop_.clock_now();
  ends_at_ = started_at_ + options_.duration;
  active_ = clients_.size();
  for (const auto& client : clients_) client->submit();
}

void UnaryLoad::answered(const grpc::Status& status, Duration took) {
  if (status.ok()) {
    ++accepted_;
    latency_.add(took);
  } else if (++refused_ == 1) {
    first_refusal_ = status.error_message();
  }
}

void UnaryLoad::client_is_done() {
  if (--active_ > 0) return;
  ended_at_ = loop_.now();
  on_over_();
}

}  // namespace cordboard::sim
