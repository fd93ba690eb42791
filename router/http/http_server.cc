// All of Boost.Beast is in this file: it takes long to compile.

#include "router/http/http_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <future>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "router/http/http_connection.h"
#include "router/http/tls_files.h"

namespace cordboard {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

constexpr std::chrono::milliseconds kAcceptPause{100};

void set_option(tcp::socket& socket, int level, int name, int value) {
  // A connection that has gone meanwhile is noticed when it is read.
  (void)::setsockopt(socket.native_handle(), level, name, &value, sizeof value);
}

// A client whose machine or network has gone says nothing, as one that only listens does.
void notice_the_dead(tcp::socket& socket, std::chrono::milliseconds piece_timeout) {
  set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, static_cast<int>(kHttpKeepaliveIdle.count()));
  set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, static_cast<int>(kHttpKeepaliveInterval.count()));
  set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, kHttpKeepaliveProbes);
  set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT,
             static_cast<int>(std::max(kHttpUnacknowledged, piece_timeout).count()));
}

}  // namespace

HttpHandler at_once(std::function<HttpResponse()> handler) {
  return [handler = std::move(handler)](const std::shared_ptr<HttpReply>& reply) { reply->send(handler()); };
}

class HttpServer::Impl {
 public:
  Impl(HttpSite site, const HttpListen& listen)
      : io_(std::make_shared<asio::io_context>(1)),
        shared_{.site = std::move(site), .listen = listen, .io = io_},
        acceptor_(*io_),
        pause_(*io_) {
    if (listen.tls.enabled()) tls_.emplace(listen.tls);
  }
  // Connections are owned by what they wait for, and a reply may keep the context: they have to go now.
  ~Impl() {
    asio::post(*io_, [this] { close_all(); });
    if (thread_.joinable()) thread_.join();
  }

  // What is wrong, or nothing.
  std::optional<std::string> listen() {
    error_code error;
    tcp::resolver resolver(*io_);
    const HttpListen& listen = shared_.listen;
    const auto found =
        resolver.resolve(listen.host, std::to_string(listen.port), tcp::resolver::passive, error);
    if (error) return error.message();
    const tcp::endpoint endpoint = found.begin()->endpoint();
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return error.message();
    port_ = acceptor_.local_endpoint().port();
    return std::nullopt;
  }

  void serve() {
    accept();
    thread_ = std::thread([this] { io_->run(); });
  }

  std::uint16_t port() const { return port_; }
  std::size_t connections() const { return shared_.connections; }

  void drain(std::chrono::milliseconds limit) {
    auto closed = std::make_shared<std::promise<void>>();
    std::future<void> all_closed = closed->get_future();
    asio::post(*io_, [this, closed] {
      shared_.draining = true;
      stop_accepting();
      if (shared_.open.empty()) return closed->set_value();
      shared_.on_last_closed = [closed] { closed->set_value(); };
      for (const auto& connection : all_open()) connection->drain();
    });
    all_closed.wait_for(limit);
  }

 private:
  void accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (!acceptor_.is_open()) return;
      if (error) return accept_later();
      if (make_room()) begin(std::move(socket));
      accept();
    });
  }

  // Silence must not keep others out: the connection that has waited longest for a request gives way. False
  // when all are being answered; one too many is then closed at once.
  bool make_room() {
    if (shared_.open.size() < shared_.listen.max_connections) return true;
    std::shared_ptr<AnyConnection> oldest;
    for (const auto& connection : all_open()) {
      const auto since = connection->idle_since();
      if (since && (oldest == nullptr || *since < *oldest->idle_since())) oldest = connection;
    }
    if (oldest == nullptr) return false;
    oldest->close();
    return true;
  }

  void begin(tcp::socket socket) {
    notice_the_dead(socket, shared_.listen.piece_timeout);
    if (tls_) {
      TlsWire wire(std::move(socket), tls_->current());
      std::make_shared<HttpConnection<TlsWire>>(std::move(wire), shared_)->begin();
    } else {
      std::make_shared<HttpConnection<PlainWire>>(PlainWire(std::move(socket)), shared_)->begin();
    }
  }

  // No descriptors or no memory are left: others have to give some back first.
  void accept_later() {
    pause_.expires_after(kAcceptPause);
    pause_.async_wait([this](error_code error) {
      if (!error && acceptor_.is_open()) accept();
    });
  }

  void stop_accepting() {
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  }

  // io_context::run() then returns, since nobody waits for anything any more.
  void close_all() {
    shared_.draining = true;
    shared_.on_last_closed = nullptr;
    stop_accepting();
    for (const auto& connection : all_open()) connection->close();
    work_.reset();
  }

  // Alive while they are looped over. One that is being destroyed is not among them.
  std::vector<std::shared_ptr<AnyConnection>> all_open() const {
    std::vector<std::shared_ptr<AnyConnection>> all;
    for (AnyConnection* const connection : shared_.open) {
      if (auto alive = connection->weak_from_this().lock()) all.push_back(std::move(alive));
    }
    return all;
  }

  const std::shared_ptr<asio::io_context> io_;
  // A request whose answer comes from elsewhere gives it nothing to wait for.
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_->get_executor()};
  HttpShared shared_;
  std::optional<TlsFiles> tls_;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

std::variant<std::unique_ptr<HttpServer>, std::string> HttpServer::start(const HttpListen& listen,
                                                                         HttpSite site) {
  auto impl = std::make_unique<Impl>(std::move(site), listen);
  if (auto wrong = impl->listen()) return *wrong;
  impl->serve();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

std::uint16_t HttpServer::port() const { return impl_->port(); }
std::size_t HttpServer::connections() const { return impl_->connections(); }
void HttpServer::drain(std::chrono::milliseconds limit) { impl_->drain(limit); }

}  // namespace cordboard
