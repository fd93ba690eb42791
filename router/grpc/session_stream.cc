#include "router/grpc/session_stream.h"

#include <grpcpp/impl/codegen/proto_buffer_reader.h>

#include <algorithm>
#include <boost/asio/post.hpp>

#include "router/grpc/tenant_publisher.h"

namespace cordboard {

bool parse(grpc::ByteBuffer& bytes, google::protobuf::MessageLite& message) {
  grpc::ProtoBufferReader reader(&bytes);
  return reader.status().ok() && message.ParseFromZeroCopyStream(&reader);
}

void SessionStream::OnReadDone(bool ok) {
  if (!ok) return finish_when_idle();
  const bool go_on = on_message(incoming_);
  incoming_.Clear();
  if (go_on && !order_.pause_if_full(outbox())) StartRead(&incoming_);
}

// The most it has carried at a time is what counts: when thousands end at once, that is told of as many.
void SessionStream::carries(std::size_t count) {
  if (count <= most_carried_.load(std::memory_order_relaxed)) return;
  most_carried_.store(count, std::memory_order_relaxed);
  outbox().allow(std::min(kMaxSessionBuffer, tenant_.options.stream_buffer_bytes + count * kBufferOfEach));
}

// The client half-closed: it gets the replies it waits for, then the stream ends.
void SessionStream::finish_when_idle() {
  boost::asio::post(tenant_.io, [self = std::static_pointer_cast<SessionStream>(shared_from_this())] {
    self->client_done_ = true;
    self->flush();
  });
}

bool SessionStream::flush(std::uint64_t released) {
  if (!may_flush()) return false;
  const bool empty = order_.flush(released, outbox());
  if (client_done_ && order_.idle()) outbox().close(grpc::Status::OK);
  if (order_.take_room(outbox())) outbox().unless_closing([this] { StartRead(&incoming_); });
  return empty;
}

void SessionStream::flush() { flush(tenant_.publisher.released()); }

}  // namespace cordboard
