// Requests whose answer takes a while, or is a stream: the contract between the HTTP server and whoever
// answers them.

#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "router/http/http_message.h"

namespace cordboard {

// The answer to one request: send(), or begin() and write()s and end(). From any thread; what comes too late,
// or for a client that has gone, is dropped.
class HttpReply {
 public:
  virtual ~HttpReply() = default;
  // All of it.
  virtual void send(HttpResponse response) = 0;
  // send() by the server, unless there is an answer in this time.
  virtual void send_after(std::chrono::milliseconds time, HttpResponse response) = 0;

  // Takes one of the server's streams for begin(), until it ends or there is another answer; false when none
  // is left. In HttpCalls::begin only.
  virtual bool reserve_stream() = 0;
  // The status and headers of a stream; the body is not looked at. REQUIRES: reserve_stream(), HTTP/1.1.
  virtual void begin(HttpResponse head) = 0;
  // One piece at a time: the next when HttpCall::written() says so.
  virtual void write(std::string piece) = 0;
  // The last piece; the connection is closed after it.
  virtual void end(std::string piece) = 0;
};

// A request under way, as the server sees it. Called on the server's thread.
class HttpCall {
 public:
  virtual ~HttpCall() = default;
  // The client's machine has taken the piece.
  virtual void written() = 0;
  // The client has gone or does not read, which is noticed while the answer is a stream; or the server ends.
  // Once at the most, and nothing after it.
  virtual void gone() = 0;
};

// What may be POSTed.
class HttpCalls {
 public:
  virtual ~HttpCalls() = default;
  // Whether paths like this are answered here.
  virtual bool has(std::string_view path) const = 0;
  // On the server's thread; must not take long. nullptr: `reply` has the answer already.
  virtual std::shared_ptr<HttpCall> begin(HttpRequest request, std::shared_ptr<HttpReply> reply) = 0;
};

}  // namespace cordboard
