// The session of one gateway.

#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "cordboard/v1/gateway_session.pb.h"
#include "router/grpc/gateway_feed.h"
#include "router/grpc/session_stream.h"

namespace cordboard {

class GatewaySession final : public SessionStream, public GatewaySink {
 public:
  GatewaySession(const Caller& caller, grpc::CallbackServerContext& context)
      : SessionStream(caller, StreamKind::Gateway, context) {}

  // GatewaySink, on the loop's thread.
  void stage(std::uint64_t revision, std::uint32_t live, std::string_view element) override {
    carries(live);
    order().stage(revision, element);
  }
  void replaced() override;
  bool flush(std::uint64_t released) override { return SessionStream::flush(released); }
  using SessionStream::flush;

 private:
  bool on_message(grpc::ByteBuffer& message) override;
  // The welcome comes first, and the rows before any revision to resume from. A refusal is known earlier when
  // the loop took the hello and not the requests that came with it.
  bool may_flush() const override { return opened_; }
  bool begin_session(const v1::GatewayHello& hello);
  // Makes this the gateway's session; what to send when `revision` is durable.
  RouterLoop::Release open(const Engine& engine, std::uint64_t revision, std::uint64_t resume_revision);
  bool submit(std::shared_ptr<class GatewayBatch> batch);
  void refuse(const grpc::Status& status) { outbox().close(status); }
  void count_out();

  void on_loop_end() override;
  void on_idle(Time now) override;

  std::string gateway_;  // the thread that reads; constant after the first message
  // What RouterLoop knows of this session: nothing, that it is open, and nothing any more.
  enum class Count : std::uint8_t { Before, Open, Over };
  std::atomic<Count> count_{Count::Before};
  std::atomic<std::int64_t> heard_at_us_{0};
  // The loop's thread.
  GatewayRef ref_;       // none() until the session is open
  bool opened_ = false;  // its beginning is in the outbox
};

}  // namespace cordboard
