// A session that is opened again whenever it breaks, until it is finished.
//
// After a break the next try waits for the router to be there (gRPC tells) and, when tries fail in a row, a
// little longer each time. A refusal that trying again cannot change (unknown tenant, malformed hello) is
// given to `on_refused` instead. reopen() gives up the present stream at once: the router has moved.

#pragma once

#include <grpcpp/support/status.h>

#include <functional>
#include <memory>
#include <utility>

#include "agents-sim/clients/connection.h"
#include "agents-sim/clients/event_loop.h"
#include "agents-sim/clients/session_stream.h"

namespace cordboard::sim {

inline bool is_permanent(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::NOT_FOUND:
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::PERMISSION_DENIED:
    case grpc::StatusCode::UNAUTHENTICATED:
    case grpc::StatusCode::UNIMPLEMENTED:
      return true;
    default:
      return false;
  }
}

template <class Request, class Response>
class LastingSession {
 public:
  using Stream = SessionStream<Request, Response>;

  struct Handler {
    typename Stream::Start start;
    std::function<void()> on_started;
    std::function<void(const Response&)> on_message;
    std::function<void()> on_lost;  // also after finish()
    std::function<void(const grpc::Status&)> on_refused;
    std::function<void(Request&)> before_write = {};  // may add requests
  };

  LastingSession(EventLoop& loop, Handler handler)
      : loop_(loop),
        handler_(std::move(handler)),
        stream_(loop, {[this] { handler_.on_started(); },
                       [this](const Response& response) {
                         backoff_.reset();
                         handler_.on_message(response);
                       },
                       [this](const grpc::Status& status) { closed(status); }, handler_.before_write}) {}

  void open() { stream_.open(handler_.start); }

  // Gives up the stream, if any, and opens another one at once.
  void reopen() {
    if (finishing_) return;
    loop_.cancel(retry_);
    retry_ = EventLoop::kNoTimer;
    at_once_ = true;
    if (stream_.is_idle()) {
      at_once_ = false;
      open();
    } else {
      stream_.cancel();
    }
  }

  // No more requests; over when on_lost has been called. A router that does not end the stream is not waited
  // for.
  void finish() {
    finishing_ = true;
    loop_.cancel(retry_);
    if (stream_.is_idle()) return;
    stream_.half_close();
    if (!stream_.is_open()) stream_.cancel();
    patience_ = loop_.after(std::chrono::seconds(5), [this] { stream_.cancel(); });
  }

  bool is_open() const { return stream_.is_open(); }
  bool is_idle() const { return stream_.is_idle(); }
  std::uint64_t breaks() const { return breaks_; }
  Request& next() { return stream_.next(); }
  void flush() { stream_.flush(); }

 private:
  void closed(const grpc::Status& status) {
    loop_.cancel(patience_);
    if (!finishing_) ++breaks_;
    handler_.on_lost();
    if (finishing_) return;
    if (is_permanent(status)) return handler_.on_refused(status);
    if (std::exchange(at_once_, false)) return open();
    retry_ = loop_.after(backoff_.next(), [this] {
      retry_ = EventLoop::kNoTimer;
      open();
    });
  }

  EventLoop& loop_;
  const Handler handler_;
  Stream stream_;
  Backoff backoff_;
  EventLoop::TimerId retry_ = EventLoop::kNoTimer;
  EventLoop::TimerId patience_ = EventLoop::kNoTimer;
  bool finishing_ = false;
  bool at_once_ = false;
  std::uint64_t breaks_ = 0;
};

}  // namespace cordboard::sim
