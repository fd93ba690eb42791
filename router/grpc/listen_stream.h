// The offers and events of one agent whose desktop uses the unary verbs.

#pragma once

#include <string>

#include "router/grpc/agent_feed.h"
#include "router/grpc/edge_stream.h"
#include "router/grpc/reply_order.h"

namespace cordboard {

using WriteReactor = grpc::ServerWriteReactor<grpc::ByteBuffer>;

class ListenStream final : public WiredStream<WriteReactor>, public AgentSink {
 public:
  ListenStream(const Caller& caller, grpc::CallbackServerContext& context, std::string agent)
      : WiredStream(caller, StreamKind::Listen, context), agent_(std::move(agent)) {}

  // AgentSink, on the loop's thread.
  void stage(std::uint64_t revision, std::string_view notice, Counted counted) override;
  void detached(const std::string& agent, v1::AgentDetached::Reason reason) override;
  bool flush(std::uint64_t released) override;

 private:
  void begin() override;
  RouterLoop::Release open(const State& state, std::uint64_t revision);
  void on_loop_end() override;
  void on_idle(Time now) override;

  const std::string agent_;
  // The loop's thread.
  Fragments staged_;
  Fragments scratch_;
  bool ending_ = false;  // closes after what is staged
};

}  // namespace cordboard
