// Clients of the session streams, one item at a time whatever the batches.

#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "tests/grpc/server_under_test.h"

namespace cordboard::testing {

template <class RequestBatch, class Request, class ResponseBatch, class Response>
class SessionClient {
 public:
  using Stream = grpc::ClientReaderWriter<RequestBatch, ResponseBatch>;
  SessionClient(std::unique_ptr<grpc::ClientContext> with, std::unique_ptr<Stream> stream)
      : context_(std::move(with)), stream_(std::move(stream)) {}
  ~SessionClient() {
    if (!stream_) return;
    context_->TryCancel();
    stream_->Finish();
  }
  SessionClient(SessionClient&&) noexcept = default;

  bool send(const RequestBatch& batch) { return stream_->Write(batch); }
  // One request; its tag, for reply().
  std::uint64_t send(Request request) {
    request.set_tag(++last_tag_);
    RequestBatch batch;
    *batch.add_requests() = std::move(request);
    EXPECT_TRUE(send(batch));
    return last_tag_;
  }

  // The next item for which `wanted` holds; what comes before it is kept for later calls.
  Response next(const std::function<bool(const Response&)>& wanted) {
    for (auto item = kept_.begin(); item != kept_.end(); ++item) {
      if (!wanted(*item)) continue;
      Response found = std::move(*item);
      kept_.erase(item);
      return found;
    }
    while (read()) {
      Response& newest = kept_.back();
      if (!wanted(newest)) continue;
      Response found = std::move(newest);
      kept_.pop_back();
      return found;
    }
    ADD_FAILURE() << "the stream ended first: " << finish().error_message();
    return {};
  }
  Response next() {
    return next([](const Response&) { return true; });
  }
  auto reply(std::uint64_t tag) {
    return next([&](const Response& r) { return r.has_reply() && r.reply().tag() == tag; }).reply();
  }
  // Sends one request and waits for its reply.
  auto ask(Request request) { return reply(send(std::move(request))); }
  auto notice(const std::function<bool(const decltype(Response().notice())&)>& wanted) {
    return next([&](const Response& r) { return r.has_notice() && wanted(r.notice()); }).notice();
  }

  // Everything that was read and not asked for yet.
  const std::deque<Response>& kept() const { return kept_; }

  void half_close() { stream_->WritesDone(); }
  // Reads to the end.
  grpc::Status finish() {
    while (read()) {
    }
    const grpc::Status status = stream_->Finish();
    stream_.reset();
    return status;
  }
  // Goes without a word.
  void break_off() {
    context_->TryCancel();
    finish();
  }

 private:
  bool read() {
    while (arrived_.empty()) {
      ResponseBatch batch;
      if (!stream_->Read(&batch)) return false;
      for (auto& response : *batch.mutable_responses()) arrived_.push_back(std::move(response));
    }
    kept_.push_back(std::move(arrived_.front()));
    arrived_.pop_front();
    return true;
  }

  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<Stream> stream_;
  std::deque<Response> arrived_;
  std::deque<Response> kept_;
  std::uint64_t last_tag_ = 0;
};

using GatewayClient = SessionClient<v1::GatewaySessionRequest, v1::GatewayRequest, v1::GatewaySessionResponse,
                                    v1::GatewayResponse>;
using AgentClient =
    SessionClient<v1::AgentSessionRequest, v1::AgentRequest, v1::AgentSessionResponse, v1::AgentResponse>;

// Opens a session and says hello.
GatewayClient open_gateway(ServerUnderTest& server, const std::string& gateway,
                           std::uint64_t resume_revision = 0, const std::string& tenant = "");
AgentClient open_agents(ServerUnderTest& server, const std::string& tenant = "");

// Requests.
v1::GatewayRequest submit(const std::string& contact, const std::string& queue = "sales");
v1::GatewayRequest end_contact(const std::string& contact);
v1::AgentRequest login(const std::string& agent, bool ready = true);
v1::AgentRequest accept(const std::string& agent, std::uint64_t offer);
v1::AgentRequest end_call(const std::string& agent, const std::string& contact);
v1::AgentRequest finish_wrap_up(const std::string& agent, const std::string& contact);

// Waits for what an agent is told.
v1::Offer next_offer(AgentClient& client, const std::string& agent);
// The event of this kind about the contact.
v1::Event next_event(GatewayClient& client, v1::Event::KindCase kind);

}  // namespace cordboard::testing
