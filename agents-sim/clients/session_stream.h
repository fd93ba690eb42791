// A bidirectional stream of batches, for the loop's thread: fills one message while another one is on its
// way.
//
//   stream.open(start);                        // start(context, queue): the rpc
//   stream.next(...)                           // the message to add requests to; leaves with flush()
//   stream.flush();                            // once a turn
//
// One write and one read are under way at a time, as gRPC wants it. Messages live on arenas that are used
// again, so that a request costs no allocation of its own. After the end of a stream, when nothing of it is
// under way any more, `on_closed` is called once, and it may be opened again. Requests that were not sent are
// dropped: who opens a stream again knows what to repeat.

#pragma once

#include <google/protobuf/arena.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/async_stream.h>

#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "agents-sim/clients/event_loop.h"
#include "router/core/assert.h"

namespace cordboard::sim {

// A protobuf message on an arena that keeps its first block.
template <class Message>
class ArenaMessage {
 public:
  ArenaMessage() : block_(kBlock), arena_(block_.data(), block_.size()) { reset(); }

  Message& operator*() { return *message_; }
  Message* operator->() { return message_; }

  void reset() {
    arena_.Reset();
    message_ = google::protobuf::Arena::CreateMessage<Message>(&arena_);
  }

 private:
  static constexpr std::size_t kBlock = 128 << 10;

  std::vector<char> block_;
  google::protobuf::Arena arena_;
  Message* message_ = nullptr;
};

template <class Request, class Response>
class SessionStream {
 public:
  using Rpc = grpc::ClientAsyncReaderWriter<Request, Response>;
  using Start = std::function<std::unique_ptr<Rpc>(grpc::ClientContext&, grpc::CompletionQueue&)>;

  struct Handler {
    std::function<void()> on_started;
    std::function<void(const Response&)> on_message;
    std::function<void(const grpc::Status&)> on_closed;
    std::function<void(Request&)> before_write = {};  // may add requests
  };

  // Well below what a router takes in one message (1,024 requests).
  static constexpr int kRequestsPerMessage = 512;

  SessionStream(EventLoop& loop, Handler handler) : loop_(loop), handler_(std::move(handler)) {}

  bool is_open() const { return call_ != nullptr && started_; }
  bool is_idle() const { return call_ == nullptr; }

  // REQUIRES: is_idle().
  void open(const Start& start) {
    CB_ASSERT(is_idle(), "the stream is open already");
    call_ = std::make_unique<Call>();
    started_ = closing_ = half_closed_ = false;
    call_->rpc = start(call_->context, loop_.queue());
    begin(start_done_);
    call_->rpc->StartCall(tag(start_done_));
  }

  // The message that the next request belongs to; the request must be added by the caller.
  Request& next() {
    if (filling_.empty() || filling_.back()->message->requests_size() >= kRequestsPerMessage) {
      filling_.push_back(take_batch());
    }
    return *filling_.back()->message;
  }

  void flush() {
    if (!is_open() || closing_ || half_closed_ || writing_ || filling_.empty()) return;
    if (handler_.before_write) handler_.before_write(*filling_.front()->message);
    begin(write_done_);
    writing_ = true;
    call_->rpc->Write(*filling_.front()->message, tag(write_done_));  // serializes at once
    recycle_front();
  }

  // Nothing more will be sent; the router ends the stream. What was filled and not flushed is dropped.
  void half_close() {
    if (!is_open() || closing_ || half_closed_) return;
    half_closed_ = true;
    drop_requests();
    if (!writing_) send_half_close();
  }

  void cancel() {
    if (call_ != nullptr) call_->context.TryCancel();
  }

 private:
  struct Call {
    grpc::ClientContext context;
    std::unique_ptr<Rpc> rpc;
    grpc::Status status;
  };
  struct Batch {
    ArenaMessage<Request> message;
  };
  class Step final : public Completion {
   public:
    using Method = void (SessionStream::*)(bool);
    Step(SessionStream& stream, Method method) : stream_(stream), method_(method) {}
    void complete(bool ok) override {
      --stream_.under_way_;
      (stream_.*method_)(ok);
      stream_.close_when_quiet();
    }

   private:
    SessionStream& stream_;
    Method method_;
  };

  void begin(Step&) { ++under_way_; }
  static void* tag(Step& step) { return static_cast<Completion*>(&step); }

  void started(bool ok) {
    if (!ok) return fail();
    started_ = true;
    read();
    handler_.on_started();
  }

  void read() {
    begin(read_done_);
    call_->rpc->Read(&*incoming_, tag(read_done_));
  }

  void have_read(bool ok) {
    if (!ok) return fail();
    handler_.on_message(*incoming_);
    incoming_.reset();
    if (!closing_) read();
  }

  void written(bool ok) {
    writing_ = false;
    if (!ok) return fail();
    if (half_closed_) send_half_close();
  }

  void send_half_close() {
    begin(half_close_done_);
    call_->rpc->WritesDone(tag(half_close_done_));
  }

  void half_close_sent(bool) {}

  void fail() {
    if (closing_) return;
    closing_ = true;
    begin(finish_done_);
    call_->rpc->Finish(&call_->status, tag(finish_done_));
  }

  void finished(bool) { finished_ = true; }

  // gRPC has nothing of this call any more.
  void close_when_quiet() {
    if (!finished_ || under_way_ > 0) return;
    finished_ = false;
    const grpc::Status status = call_->status;
    call_.reset();
    incoming_.reset();
    drop_requests();
    handler_.on_closed(status);
  }

  std::unique_ptr<Batch> take_batch() {
    if (spare_.empty()) return std::make_unique<Batch>();
    std::unique_ptr<Batch> batch = std::move(spare_.back());
    spare_.pop_back();
    return batch;
  }

  void recycle_front() {
    filling_.front()->message.reset();
    spare_.push_back(std::move(filling_.front()));
    filling_.pop_front();
  }

  void drop_requests() {
    while (!filling_.empty()) recycle_front();
  }

  EventLoop& loop_;
  const Handler handler_;
  std::unique_ptr<Call> call_;
  bool started_ = false;
  bool closing_ = false;
  bool half_closed_ = false;
  bool writing_ = false;
  bool finished_ = false;
  int under_way_ = 0;
  ArenaMessage<Response> incoming_;
  std::deque<std::unique_ptr<Batch>> filling_;  // the first one leaves next
  std::vector<std::unique_ptr<Batch>> spare_;
  Step start_done_{*this, &SessionStream::started};
  Step read_done_{*this, &SessionStream::have_read};
  Step write_done_{*this, &SessionStream::written};
  Step half_close_done_{*this, &SessionStream::half_close_sent};
  Step finish_done_{*this, &SessionStream::finished};
};

}  // namespace cordboard::sim
