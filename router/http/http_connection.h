// One connection: read, answer, read again, until either side has enough. Includes Beast, which takes long to
// compile: for http_server.cc only.
//
// While an answer is a stream, the connection is listened to: the client has nothing to say any more, so
// whatever comes means that it is gone. All of it is on the server's thread, but for HttpReply.

#pragma once

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <unordered_set>
#include <utility>

#include "router/http/http_dispatch.h"
#include "router/http/http_server.h"
#include "router/http/http_wire.h"

namespace cordboard {

class AnyConnection;

// What the connections of a server share.
struct HttpShared {
  const HttpSite site;
  const HttpListen listen;
  std::shared_ptr<boost::asio::io_context> io;  // also of replies, which may outlive the server
  std::unordered_set<AnyConnection*> open{};
  std::atomic<std::size_t> connections{0};
  std::size_t streams = 0;
  bool draining = false;
  std::function<void()> on_last_closed{};  // while draining
};

// What a reply does to its connection. `request` tells which of its requests is meant.
class AnyConnection : public std::enable_shared_from_this<AnyConnection> {
 public:
  virtual ~AnyConnection() = default;
  virtual bool on_reserve(std::uint64_t request) = 0;
  virtual void on_send(std::uint64_t request, HttpResponse&& response) = 0;
  virtual void on_send_after(std::uint64_t request, std::chrono::milliseconds time,
                             HttpResponse&& response) = 0;
  virtual void on_begin(std::uint64_t request, HttpResponse&& head) = 0;
  virtual void on_piece(std::uint64_t request, std::string&& piece, bool last) = 0;
  // Since when nothing but a request is waited for; nothing while one is answered.
  virtual std::optional<std::chrono::steady_clock::time_point> idle_since() const = 0;
  // Closes when nothing is under way, or else after it.
  virtual void drain() = 0;
  // At once.
  virtual void close() = 0;
};

// Takes what is said on any thread to the server's, in order: what a thread of the io_context posts to it may
// otherwise be overtaken by what others post later.
class PostedReply final : public HttpReply {
 public:
  PostedReply(std::shared_ptr<boost::asio::io_context> io, std::weak_ptr<AnyConnection> connection,
              std::uint64_t request)
      : io_(std::move(io)),
        in_order_(io_->get_executor()),
        connection_(std::move(connection)),
        request_(request) {}

  bool reserve_stream() override {
    const auto alive = connection_.lock();
    return alive != nullptr && alive->on_reserve(request_);
  }
  void send(HttpResponse response) override {
    post([request = request_, response = std::move(response)](AnyConnection& connection) mutable {
      connection.on_send(request, std::move(response));
    });
  }
  void send_after(std::chrono::milliseconds time, HttpResponse response) override {
    post([request = request_, time, response = std::move(response)](AnyConnection& connection) mutable {
      connection.on_send_after(request, time, std::move(response));
    });
  }
  void begin(HttpResponse head) override {
    post([request = request_, head = std::move(head)](AnyConnection& connection) mutable {
      connection.on_begin(request, std::move(head));
    });
  }
  void write(std::string piece) override { post_piece(std::move(piece), false); }
  void end(std::string piece) override { post_piece(std::move(piece), true); }

 private:
  template <class Act>
  void post(Act act) {
    boost::asio::post(in_order_, [connection = connection_, act = std::move(act)]() mutable {
      if (const auto alive = connection.lock()) act(*alive);
    });
  }
  void post_piece(std::string piece, bool last) {
    post([request = request_, piece = std::move(piece), last](AnyConnection& connection) mutable {
      connection.on_piece(request, std::move(piece), last);
    });
  }

  const std::shared_ptr<boost::asio::io_context> io_;
  const boost::asio::strand<boost::asio::io_context::executor_type> in_order_;
  const std::weak_ptr<AnyConnection> connection_;
  const std::uint64_t request_;
};

template <class Wire>
class HttpConnection final : public AnyConnection {
 public:
  HttpConnection(Wire wire, HttpShared& shared)
      : wire_(std::move(wire)), shared_(shared), limit_(*shared.io) {
    shared_.open.insert(this);
    ++shared_.connections;
  }
  ~HttpConnection() override {
    forsake();
    shared_.open.erase(this);
    --shared_.connections;
    if (shared_.open.empty() && shared_.on_last_closed) std::exchange(shared_.on_last_closed, nullptr)();
  }

  void begin() {
    set_timeout();
    wire_.begin([self = self()](Error error) {
      if (!error) self->read();
    });
  }

 private:
  using Error = boost::system::error_code;
  using Response = boost::beast::http::response<boost::beast::http::string_body>;
  enum class State : std::uint8_t { Reading, Answering, Sending, Streaming, Ended };
  struct Piece {
    std::string bytes;
    enum class Kind : std::uint8_t { Head, Chunk, LastChunk } kind;
  };

  static constexpr std::size_t kDiscardBytes = 4096;

  static std::string text_of(boost::beast::string_view text) { return {text.data(), text.size()}; }
  std::shared_ptr<HttpConnection> self() {
    return std::static_pointer_cast<HttpConnection>(shared_from_this());
  }
  void set_timeout() { wire_.connection().expires_after(kHttpTimeout); }

  // ---- Requests ----

  void read() {
    namespace http = boost::beast::http;
    if (shared_.draining) return end();
    state_ = State::Reading;
    reading_since_ = std::chrono::steady_clock::now();
    parser_.emplace();
    parser_->header_limit(kMaxHttpHeaderBytes);
    body_limit_ = shared_.listen.max_body_bytes;
    parser_->body_limit(body_limit_);
    set_timeout();
    http::async_read_header(wire_.stream(), buffer_, *parser_,
                            [self = self()](Error error, std::size_t) { self->on_header(error); });
  }

  void on_header(const Error& wrong) {
    namespace http = boost::beast::http;
    if (wrong) return refuse_unreadable(wrong);
    const std::string target = text_of(parser_->get().target());
    if (!takes_messages(shared_.site, path_of(target))) {
      body_limit_ = std::min(body_limit_, kMaxHttpBodyBytes);
      if (parser_->content_length().value_or(0) > body_limit_)
        return refuse_unreadable(http::error::body_limit);
      parser_->body_limit(body_limit_);
    }
    if (parser_->is_done()) return on_read({});
    http::async_read(wire_.stream(), buffer_, *parser_,
                     [self = self()](Error error, std::size_t) { self->on_read(error); });
  }

  void on_read(const Error& error) {
    if (error) return refuse_unreadable(error);
    auto request = parser_->release();
    parser_.reset();
    keep_alive_ = request.keep_alive();
    head_only_ = request.method() == boost::beast::http::verb::head;
    state_ = State::Answering;
    unanswered_ = self();
    ++request_;
    wire_.connection().expires_never();
    const auto reply = std::make_shared<PostedReply>(shared_.io, weak_from_this(), request_);
    if (auto response = dispatch(shared_.site, to_request(std::move(request)), reply, call_)) {
      on_send(request_, std::move(*response));
    }
  }

  HttpRequest to_request(boost::beast::http::request<boost::beast::http::string_body>&& from) {
    HttpRequest request;
    request.method = text_of(from.method_string());
    const std::string target = text_of(from.target());
    request.path = std::string(path_of(target));
    for (const auto& field : from) {
      request.headers.push_back({text_of(field.name_string()), text_of(field.value())});
    }
    request.body = std::move(from.body());
    request.client = client();
    request.version = from.version();
    return request;
  }

  std::string client() {
    Error error;
    const auto address = wire_.connection().socket().remote_endpoint(error).address();
    if (error) return {};
    if (address.is_v4()) return "ipv4:" + address.to_string();
    const auto v6 = address.to_v6();
    if (v6.is_v4_mapped()) {
      return "ipv4:" + boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6).to_string();
    }
    return "ipv6:%5B" + address.to_string() + "%5D";
  }

  void refuse_unreadable(const Error& error) {
    if (auto response = answer_to_unreadable(error)) send(std::move(*response), false, false);
  }

  // A request that cannot be read: which answer does it get? None when the connection is broken.
  std::optional<HttpResponse> answer_to_unreadable(const Error& error) const {
    namespace http = boost::beast::http;
    if (error == http::error::header_limit) {
      return text(431, "the header is larger than " + std::to_string(kMaxHttpHeaderBytes) + " bytes\n");
    }
    if (error == http::error::body_limit) {
      return text(413, "the body is larger than " + std::to_string(body_limit_) + " bytes\n");
    }
    if (error.category() == make_error_code(http::error::bad_method).category() &&
        error != http::error::end_of_stream && error != http::error::partial_message) {
      return text(400, "not an HTTP/1.1 request\n");
    }
    return std::nullopt;
  }
  static HttpResponse text(unsigned status, std::string body) {
    return {status, "text/plain; charset=utf-8", std::move(body), {}};
  }

  // ---- Answers in one ----

  // Its answer has begun, or it is not this one any more.
  bool is_answered(std::uint64_t request) const { return request != request_ || state_ != State::Answering; }

  void on_send(std::uint64_t request, HttpResponse&& response) override {
    if (is_answered(request)) return;
    limit_.cancel();
    call_.reset();
    give_back_stream();
    const auto owned = std::exchange(unanswered_, nullptr);
    send(std::move(response), keep_alive_ && !shared_.draining, head_only_);
  }

  void on_send_after(std::uint64_t request, std::chrono::milliseconds time, HttpResponse&& late) override {
    if (is_answered(request)) return;
    limit_.expires_after(time);
    limit_.async_wait([weak = weak_from_this(), request, late = std::move(late)](Error error) mutable {
      const auto alive = weak.lock();
      if (!error && alive != nullptr) alive->on_send(request, std::move(late));
    });
  }

  void send(HttpResponse&& from, bool keep_alive, bool head_only) {
    namespace http = boost::beast::http;
    state_ = State::Sending;
    response_.emplace(static_cast<http::status>(from.status), 11);
    set_headers(from, *response_);
    response_->keep_alive(keep_alive);
    response_->body() = std::move(from.body);
    if (from.status != 304) response_->prepare_payload();
    set_timeout();
    serializer_.emplace(*response_);
    serializer_->split(head_only);
    auto done = [self = self(), keep_alive](Error error, std::size_t) {
      if (!error && keep_alive) self->read();
      if (!keep_alive) self->end();
    };
    if (head_only) {
      http::async_write_header(wire_.stream(), *serializer_, std::move(done));
    } else {
      http::async_write(wire_.stream(), *serializer_, std::move(done));
    }
  }

  template <class Message>
  static void set_headers(const HttpResponse& from, Message& to) {
    namespace http = boost::beast::http;
    to.set(http::field::content_type, from.content_type);
    to.set(http::field::cache_control, "no-store");
    to.set("X-Content-Type-Options", "nosniff");
    for (const HttpHeader& header : from.headers) to.set(header.name, header.value);
  }

  // ---- Answers in pieces ----

  // Taken when it is promised: between that and the first piece others ask, too.
  bool on_reserve(std::uint64_t request) override {
    if (is_answered(request)) return false;
    if (!has_stream_ && shared_.streams < shared_.listen.max_connections / 4 * 3) {
      has_stream_ = true;
      ++shared_.streams;
    }
    return has_stream_;
  }
  void give_back_stream() {
    if (std::exchange(has_stream_, false)) --shared_.streams;
  }

  void on_begin(std::uint64_t request, HttpResponse&& head) override {
    namespace http = boost::beast::http;
    if (is_answered(request)) return;
    limit_.cancel();
    const auto owned = std::exchange(unanswered_, nullptr);
    state_ = State::Streaming;
    http::response<http::empty_body> response(static_cast<http::status>(head.status), 11);
    set_headers(head, response);
    response.keep_alive(false);
    response.chunked(true);
    std::ostringstream bytes;
    bytes << response.base();
    pieces_.push_back({bytes.str(), Piece::Kind::Head});
    watch();
    write_next();
  }

  void on_piece(std::uint64_t request, std::string&& piece, bool last) override {
    if (request != request_ || state_ != State::Streaming || ending_) return;
    pieces_.push_back({std::move(piece), last ? Piece::Kind::LastChunk : Piece::Kind::Chunk});
    ending_ = last;
    if (pieces_.size() == 1) write_next();
  }

  // REQUIRES: there is a piece, and none is being written.
  void write_next() {
    namespace http = boost::beast::http;
    const Piece& piece = pieces_.front();
    const boost::asio::const_buffer bytes = boost::asio::buffer(piece.bytes);
    wire_.connection().expires_after(shared_.listen.piece_timeout);
    auto done = [self = self()](Error error, std::size_t) { self->on_written(error); };
    switch (piece.kind) {
      case Piece::Kind::Head:
        return boost::asio::async_write(wire_.stream(), bytes, std::move(done));
      case Piece::Kind::Chunk:
        return boost::asio::async_write(wire_.stream(), http::make_chunk(bytes), std::move(done));
      case Piece::Kind::LastChunk:
        return boost::asio::async_write(
            wire_.stream(), boost::beast::buffers_cat(http::make_chunk(bytes), http::make_chunk_last()),
            std::move(done));
    }
  }

  void on_written(const Error& error) {
    if (state_ != State::Streaming) return;
    if (error) return close();
    const typename Piece::Kind kind = pieces_.front().kind;
    pieces_.pop_front();
    if (kind == Piece::Kind::LastChunk) {
      call_.reset();
      forsake();
      return end();
    }
    if (!pieces_.empty()) write_next();
    if (kind == Piece::Kind::Chunk && call_ != nullptr) call_->written();
  }

  void watch() {
    wire_.connection().expires_never();
    watching_ = true;
    wire_.stream().async_read_some(boost::asio::buffer(&unexpected_, 1),
                                   [self = self()](Error error, std::size_t) {
                                     self->watching_ = false;
                                     if (self->state_ == State::Streaming) return self->close();
                                     if (!error) self->discard();
                                   });
  }

  // ---- The end ----

  // Tells who answers that nothing more can be said.
  void forsake() {
    give_back_stream();
    state_ = State::Ended;
    pieces_.clear();
    if (const auto call = std::exchange(call_, nullptr)) call->gone();
  }

  // Everything is said: the client closes, or it is done for it.
  void end() {
    state_ = State::Ended;
    wire_.connection().expires_never();
    limit_.expires_after(kHttpTimeout);
    limit_.async_wait([weak = weak_from_this()](Error error) {
      const auto alive = weak.lock();
      if (!error && alive != nullptr) alive->close();
    });
    wire_.end([self = self()] { self->discard(); });
  }

  // Until the client closes: a socket that is closed with bytes in it is reset, and what was said on it is
  // lost.
  void discard() {
    if (shared_.draining) return close();
    if (watching_) return;
    buffer_.clear();
    wire_.connection().async_read_some(buffer_.prepare(kDiscardBytes),
                                       [self = self()](Error error, std::size_t) {
                                         if (!error) self->discard();
                                       });
  }

  std::optional<std::chrono::steady_clock::time_point> idle_since() const override {
    if (state_ != State::Reading) return std::nullopt;
    return reading_since_;
  }

  void drain() override {
    if (state_ == State::Reading || state_ == State::Ended) close();
  }

  void close() override {
    const auto owned = std::exchange(unanswered_, nullptr);
    limit_.cancel();
    forsake();
    wire_.connection().close();
  }

  Wire wire_;
  HttpShared& shared_;
  boost::asio::steady_timer limit_;
  State state_ = State::Reading;
  std::uint64_t request_ = 0;  // counts them
  std::uint64_t body_limit_ = 0;
  std::chrono::steady_clock::time_point reading_since_ = std::chrono::steady_clock::now();
  bool keep_alive_ = false;
  bool head_only_ = false;
  std::shared_ptr<AnyConnection>
      unanswered_;                  // itself, which nothing else holds while it waits for an answer
  std::shared_ptr<HttpCall> call_;  // until it is answered
  boost::beast::flat_buffer buffer_{kMaxHttpHeaderBytes + (64u << 10)};
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
  std::optional<Response> response_;
  std::optional<boost::beast::http::response_serializer<boost::beast::http::string_body>> serializer_;
  std::deque<Piece> pieces_;  // the first is being written
  bool ending_ = false;       // the last piece is among them
  bool has_stream_ = false;   // one of the server's streams is this request's
  bool watching_ = false;     // a read is under way beside the writes
  char unexpected_ = 0;
};

}  // namespace cordboard
