// A small HTTP/1.1 server: fixed paths for probes and scrapes, the files of the dashboard, and calls of
// browsers, whose answers may be streams.
//
// One thread for each server. What runs on it must not take long: a route that has to wait takes its reply
// along. Everything a client can do is bounded: connections, streams, the size of a request, and the time
// that each step takes.

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "router/access/access_config.h"
#include "router/http/http_call.h"
#include "router/http/http_message.h"
#include "router/http/static_files.h"

namespace cordboard {

inline constexpr std::uint32_t kMaxHttpHeaderBytes = 8u << 10;
// GET and HEAD have none; a few bytes are ignored.
inline constexpr std::uint64_t kMaxHttpBodyBytes = 1u << 10;
inline constexpr std::size_t kMaxHttpConnections = 256;
// For one request or response to pass, or silence in between.
inline constexpr std::chrono::seconds kHttpTimeout{10};

// A connection on which nothing comes for the idle time is asked for a sign of life, and closed when none
// comes in the interval.
inline constexpr std::chrono::seconds kHttpKeepaliveIdle{10};
inline constexpr std::chrono::seconds kHttpKeepaliveInterval{5};
inline constexpr int kHttpKeepaliveProbes = 1;
// So is one whose other end takes nothing of what was sent for so long, or for HttpListen::piece_timeout when
// that is longer.
inline constexpr std::chrono::milliseconds kHttpUnacknowledged{15'000};

// What GET and HEAD of a path answer; on the server's thread.
using HttpHandler = std::function<void(const std::shared_ptr<HttpReply>& reply)>;
// By path; the query string is not part of it.
using HttpRoutes = std::map<std::string, HttpHandler, std::less<>>;
// An answer that is known at once.
HttpHandler at_once(std::function<HttpResponse()> handler);

struct HttpListen {
  std::string host;  // an address or a name
  std::uint16_t port = 0;
  TlsConfig tls{};                                         // files that check_tls_files() has nothing against
  std::uint64_t max_body_bytes = kMaxHttpBodyBytes;        // of calls; others have kMaxHttpBodyBytes at most
  std::size_t max_connections = kMaxHttpConnections;       // three quarters of them may be streams
  std::chrono::milliseconds piece_timeout = kHttpTimeout;  // for one piece of a stream to leave
};

// What is served: the routes, then the calls, then the files. Lives as long as the server.
struct HttpSite {
  HttpRoutes routes;
  std::shared_ptr<HttpCalls> calls;          // nullptr: none
  std::shared_ptr<const StaticFiles> files;  // nullptr: none
};

class HttpServer {
 public:
  // Begins to serve on a thread of its own; or what is wrong with the address, for people.
  static std::variant<std::unique_ptr<HttpServer>, std::string> start(const HttpListen& listen,
                                                                      HttpSite site);
  // Closes every connection and waits for the thread.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  // Connections that are open; any thread.
  std::size_t connections() const;

  // Takes no new requests, and returns when the answers that are under way have left, or after `limit`. Not
  // on the server's thread.
  void drain(std::chrono::milliseconds limit);

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cordboard
