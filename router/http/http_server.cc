// All of Boost.Beast is in this file: it takes long to compile.

#include "router/http/http_server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include "router/http/tls_files.h"

namespace cordboard {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using tcp = asio::ip::tcp;

using Request = http::request_parser<http::string_body>;
using Response = http::response<http::string_body>;

constexpr std::chrono::milliseconds kAcceptPause{100};

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

HttpResponse not_found(const HttpRoutes& routes) {
  std::string text = "not found; there is:";
  for (const auto& [path, handler] : routes) text += " " + path;
  return {404, "text/plain; charset=utf-8", text + "\n"};
}

HttpResponse answer(const HttpRoutes& routes, http::verb method, std::string_view target) {
  if (method != http::verb::get && method != http::verb::head) {
    return {405, "text/plain; charset=utf-8", "only GET and HEAD are allowed\n"};
  }
  const auto route = routes.find(path_of(target));
  return route == routes.end() ? not_found(routes) : route->second();
}

// A request that cannot be read: which answer does it get? None when the connection is broken.
std::optional<HttpResponse> answer_to_unreadable(const error_code& error) {
  if (error == http::error::header_limit) return HttpResponse{431, "text/plain", "the header is too large\n"};
  if (error == http::error::body_limit) return HttpResponse{413, "text/plain", "the body is too large\n"};
  if (error.category() == make_error_code(http::error::bad_method).category() &&
      error != http::error::end_of_stream && error != http::error::partial_message) {
    return HttpResponse{400, "text/plain", "not an HTTP/1.1 request\n"};
  }
  return std::nullopt;
}

// What a connection speaks through: nothing, or TLS.
class PlainWire {
 public:
  explicit PlainWire(tcp::socket socket) : stream_(std::move(socket)) {}

  beast::tcp_stream& stream() { return stream_; }
  beast::tcp_stream& connection() { return stream_; }
  template <class Then>
  void begin(Then then) {
    then(error_code{});
  }
  template <class Owner>
  void end(std::shared_ptr<Owner>) {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

 private:
  beast::tcp_stream stream_;
};

class TlsWire {
 public:
  TlsWire(tcp::socket socket, std::shared_ptr<asio::ssl::context> context)
      : context_(std::move(context)), stream_(std::move(socket), *context_) {}

  beast::ssl_stream<beast::tcp_stream>& stream() { return stream_; }
  beast::tcp_stream& connection() { return beast::get_lowest_layer(stream_); }
  template <class Then>
  void begin(Then then) {
    stream_.async_handshake(asio::ssl::stream_base::server, std::move(then));
  }
  template <class Owner>
  void end(std::shared_ptr<Owner> owner) {
    stream_.async_shutdown([owner = std::move(owner)](error_code) {});
  }

 private:
  std::shared_ptr<asio::ssl::context> context_;
  beast::ssl_stream<beast::tcp_stream> stream_;
};

// One connection: read, answer, read again, until either side has enough.
template <class Wire>
class Connection : public std::enable_shared_from_this<Connection<Wire>> {
 public:
  Connection(Wire wire, const HttpRoutes& routes, std::size_t& open)
      : wire_(std::move(wire)), routes_(routes), open_(open) {
    ++open_;
  }
  ~Connection() { --open_; }

  void begin() {
    wire_.connection().expires_after(std::chrono::seconds(kHttpTimeoutSeconds));
    wire_.begin([self = this->shared_from_this()](error_code error) {
      if (!error) self->read();
    });
  }

 private:
  void read() {
    request_.emplace();
    request_->header_limit(kMaxHttpHeaderBytes);
    request_->body_limit(kMaxHttpBodyBytes);
    wire_.connection().expires_after(std::chrono::seconds(kHttpTimeoutSeconds));
    http::async_read(
        wire_.stream(), buffer_, *request_,
        [self = this->shared_from_this()](error_code error, std::size_t) { self->on_read(error); });
  }

  void on_read(const error_code& error) {
    if (!error) {
      const auto& request = request_->get();
      const std::string_view target(request.target().data(), request.target().size());
      return write(answer(routes_, request.method(), target), request.keep_alive(),
                   request.method() == http::verb::head);
    }
    if (auto response = answer_to_unreadable(error)) write(std::move(*response), false, false);
  }

  void write(HttpResponse&& from, bool keep_alive, bool head_only) {
    response_.emplace(static_cast<http::status>(from.status), 11);
    response_->set(http::field::content_type, from.content_type);
    response_->set(http::field::cache_control, "no-store");
    if (from.status == 405) response_->set(http::field::allow, "GET, HEAD");
    response_->keep_alive(keep_alive);
    response_->body() = std::move(from.body);
    response_->prepare_payload();
    wire_.connection().expires_after(std::chrono::seconds(kHttpTimeoutSeconds));
    serializer_.emplace(*response_);
    serializer_->split(head_only);
    auto done = [self = this->shared_from_this(), keep_alive](error_code error, std::size_t) {
      if (!error && keep_alive) self->read();
      if (!keep_alive) self->wire_.end(self);
    };
    if (head_only) {
      http::async_write_header(wire_.stream(), *serializer_, std::move(done));
    } else {
      http::async_write(wire_.stream(), *serializer_, std::move(done));
    }
  }

  Wire wire_;
  const HttpRoutes& routes_;
  std::size_t& open_;
  beast::flat_buffer buffer_{kMaxHttpHeaderBytes + kMaxHttpBodyBytes};
  std::optional<Request> request_;
  std::optional<Response> response_;
  std::optional<http::response_serializer<http::string_body>> serializer_;
};

}  // namespace

class HttpServer::Impl {
 public:
  Impl(HttpRoutes routes, const TlsConfig& tls) : routes_(std::move(routes)) {
    if (tls.enabled()) tls_.emplace(tls);
  }
  ~Impl() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }

  // What is wrong, or nothing.
  std::optional<std::string> listen(const HttpListen& listen) {
    error_code error;
    tcp::resolver resolver(io_);
    const auto found =
        resolver.resolve(listen.host, std::to_string(listen.port), tcp::resolver::passive, error);
    if (error) return error.message();
    const tcp::endpoint endpoint = found.begin()->endpoint();
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return error.message();
    return std::nullopt;
  }

  void serve() {
    accept();
    thread_ = std::thread([this] { io_.run(); });
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  void accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (error) return accept_later();
      // One too many is closed at once.
      if (open_ < kMaxHttpConnections) begin(std::move(socket));
      accept();
    });
  }

  void begin(tcp::socket socket) {
    if (tls_) {
      TlsWire wire(std::move(socket), tls_->current());
      std::make_shared<Connection<TlsWire>>(std::move(wire), routes_, open_)->begin();
    } else {
      std::make_shared<Connection<PlainWire>>(PlainWire(std::move(socket)), routes_, open_)->begin();
    }
  }

  // No descriptors or no memory are left: others have to give some back first.
  void accept_later() {
    pause_.expires_after(kAcceptPause);
    pause_.async_wait([this](error_code error) {
      if (!error) accept();
    });
  }

  const HttpRoutes routes_;
  std::optional<TlsFiles> tls_;
  std::size_t open_ = 0;  // connections
  asio::io_context io_{1};
  tcp::acceptor acceptor_{io_};
  asio::steady_timer pause_{io_};
  std::thread thread_;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

std::variant<std::unique_ptr<HttpServer>, std::string> HttpServer::start(const HttpListen& listen,
                                                                         HttpRoutes routes) {
  auto impl = std::make_unique<Impl>(std::move(routes), listen.tls);
  if (auto wrong = impl->listen(listen)) return *wrong;
  impl->serve();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

std::uint16_t HttpServer::port() const { return impl_->port(); }

}  // namespace cordboard
