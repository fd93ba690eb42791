// One watcher of a tenant.

#pragma once

#include "cordboard/v1/supervisor_service.pb.h"
#include "router/grpc/edge_stream.h"
#include "router/grpc/watch_feed.h"

namespace cordboard {

class WatchStream final : public WiredStream<grpc::ServerWriteReactor<grpc::ByteBuffer>>, public WatchSink {
 public:
  WatchStream(const Caller& caller, grpc::CallbackServerContext& context, v1::WatchRequest request)
      : WiredStream(caller, StreamKind::Watch, context), WatchSink(outbox()), request_(std::move(request)) {}

 private:
  void begin() override;
  RouterLoop::Release open(const State& state, std::uint64_t revision);
  void on_loop_end() override;
  void on_room() override { tenant_.publisher.watches().catch_up(*this); }

  const v1::WatchRequest request_;
};

}  // namespace cordboard
