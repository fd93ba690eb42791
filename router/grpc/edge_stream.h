// One open stream of the gRPC edge: what all kinds of them have in common.
//
// A stream lives from the call until gRPC is done with it, and for as long as the loop's thread still refers
// to it. It may be written to at any time in between: after its end nothing happens.

#pragma once

#include <grpc/grpc.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>

#include "router/grpc/caller.h"
#include "router/grpc/outbox.h"
#include "router/grpc/rpc_status.h"
#include "router/grpc/tenant_publisher.h"
#include "router/grpc/write_watch.h"
#include "router/loop/clock.h"

namespace cordboard {

class EdgeStream : public Outbox::Wire, public QuietMember, public std::enable_shared_from_this<EdgeStream> {
 public:
  EdgeStream(const Caller& caller, StreamKind kind)
      : tenant_(*caller.tenant),
        caller_(caller),
        kind_(kind),
        outbox_(*this, kind, tenant_.options.stream_buffer_bytes, tenant_.counters),
        write_watch_(tenant_.options.slow_reader_timeout) {}

  Outbox& outbox() { return outbox_; }

  // Nothing may be routed to it any more; set before on_loop_end() is called.
  bool gone() const { return gone_.load(); }

 protected:
  // Takes a place among the open streams, or ends the stream.
  bool enter();
  // gRPC is done with the stream.
  void leave();
  // The stream takes nothing more. Once, on the loop's thread.
  virtual void on_loop_end() {}
  // For a stream that asked TenantPublisher for it.
  virtual void on_idle(Time) {}
  // What had no room in the outbox may try again. The loop's thread.
  virtual void on_room() {}
  // Ends the call by force: the client does not read what is on its way.
  virtual void abort(const grpc::Status& status) = 0;

  void write_begins(std::size_t bytes);
  void write_ends() { write_watch_.done(); }

  TenantEdge& tenant_;
  const Caller caller_;

 private:
  void closing() final;
  void room() final;
  // The loop's thread: gives up a message that is on its way for too long.
  void look_at_write();
  // Ends the stream when the caller's token does. The loop's thread.
  void watch_expiry();
  void on_quiet(Time now) final;
  // Calls `ring` until the stream has ended. The loop's thread.
  std::unique_ptr<Alarm> make_alarm(void (EdgeStream::*ring)());

  const StreamKind kind_;
  Outbox outbox_;
  bool entered_ = false;
  std::atomic<bool> gone_{false};
  WriteWatch write_watch_;
  // The loop's thread.
  std::unique_ptr<Alarm> expiry_;
  std::unique_ptr<Alarm> write_alarm_;
  bool left_ = false;  // gRPC is done with the stream, which may go at any moment
};

// The part that depends on whether gRPC reads from the stream. `Reactor` is a ServerBidiReactor or a
// ServerWriteReactor of byte buffers.
template <class Reactor>
class WiredStream : public Reactor, public EdgeStream {
 public:
  WiredStream(const Caller& caller, StreamKind kind, grpc::CallbackServerContext& context)
      : EdgeStream(caller, kind), context_(&context) {}

  // gRPC holds the stream from here on.
  template <class Stream>
  static Stream* hand_to_grpc(std::shared_ptr<Stream> stream) {
    WiredStream& wired = *stream;
    wired.self_ = stream;
    if (wired.enter()) wired.begin();
    return stream.get();
  }

 protected:
  // Before gRPC has the stream: everything it is told now happens as soon as it has.
  virtual void begin() = 0;

 private:
  void start_write(const grpc::ByteBuffer* message) final {
    write_begins(message->Length());
    this->StartWrite(message);
  }
  void finish(const grpc::Status& status) final { this->Finish(status); }
  void OnWriteDone(bool ok) final {
    write_ends();
    outbox().written(ok);
  }
  void OnCancel() final { outbox().abandon(); }
  void OnDone() final {
    const std::shared_ptr<EdgeStream> self = std::move(self_);
    {
      const std::lock_guard lock(context_mutex_);
      context_ = nullptr;
    }
    leave();
  }
  // As TryCancel() does it. Trailers are no subject of flow control, so that gRPC gets code and message to a
  // client that reads on some day, though it promises nothing; details it cannot send.
  void abort(const grpc::Status& status) final {
    const std::lock_guard lock(context_mutex_);
    if (context_ == nullptr) return;
    grpc_call_cancel_with_status(context_->c_call(), static_cast<grpc_status_code>(status.error_code()),
                                 status.error_message().c_str(), nullptr);
  }

  std::mutex context_mutex_;
  grpc::CallbackServerContext* context_;  // until the call is done; guarded by context_mutex_
  std::shared_ptr<EdgeStream> self_;
};

// Ends a call that cannot begin.
template <class Reactor>
class RefusedCall final : public Reactor {
 public:
  explicit RefusedCall(const grpc::Status& status) { this->Finish(status); }
  void OnDone() override { delete this; }
};

}  // namespace cordboard
