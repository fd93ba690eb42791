// A session: batches of requests in, replies and notices out. What GatewaySession and AgentSession share.
//
// One message is read at a time and becomes one RouterLoop::submit. A session ends when the client has
// nothing more to say and has all its replies, or by a status that says why.

#pragma once

#include <google/protobuf/arena.h>

#include <atomic>
#include <cstddef>
#include <memory>

#include "router/grpc/edge_stream.h"
#include "router/grpc/reply_order.h"

namespace cordboard {

using BidiReactor = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

// False when the bytes are no such message.
bool parse(grpc::ByteBuffer& bytes, google::protobuf::MessageLite& message);

class SessionStream : public WiredStream<BidiReactor> {
 public:
  using WiredStream::WiredStream;

  // The loop's thread.
  ReplyOrder& order() { return order_; }
  // Sends what may be seen when everything up to `released` is durable. True when nothing is left.
  bool flush(std::uint64_t released);
  // Sends what may be seen by now.
  void flush();

 protected:
  // One message. False ends the reading; the stream is closing then.
  virtual bool on_message(grpc::ByteBuffer& message) = 0;
  // False while something has to be sent first; whoever sent it flushes. The loop's thread.
  virtual bool may_flush() const { return true; }

  void begin() override { StartRead(&incoming_); }
  void on_loop_end() override { order_.clear(); }
  void on_room() override { flush(); }
  // It speaks for so many agents or live contacts.
  void carries(std::size_t count);

 private:
  void OnReadDone(bool ok) final;
  void finish_when_idle();

  grpc::ByteBuffer incoming_;
  ReplyOrder order_;
  std::atomic<std::size_t> most_carried_{0};
  bool client_done_ = false;  // the loop's thread
};

}  // namespace cordboard
