// A small HTTP/1.1 server for probes and scrapes: GET and HEAD of a few fixed paths.
//
// One thread for each server. A handler runs on it and may take a moment (a scrape waits for the routing
// thread); the other requests of the same listener wait meanwhile, so that what must answer at any time has a
// listener of its own. Everything a client can do is bounded: connections, the size of a request, and the
// time it takes.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "router/access/access_config.h"

namespace cordboard {

inline constexpr std::uint32_t kMaxHttpHeaderBytes = 8u << 10;
inline constexpr std::uint64_t kMaxHttpBodyBytes = 1u
                                                   << 10;  // GET and HEAD have none; a few bytes are ignored
inline constexpr std::size_t kMaxHttpConnections = 256;
inline constexpr int kHttpTimeoutSeconds = 10;  // for one request, one response, or silence in between

struct HttpResponse {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};
using HttpHandler = std::function<HttpResponse()>;
// By path; the query string is not part of it.
using HttpRoutes = std::map<std::string, HttpHandler, std::less<>>;

struct HttpListen {
  std::string host;  // an address or a name
  std::uint16_t port = 0;
  TlsConfig tls;  // files that check_tls_files() has nothing against
};

class HttpServer {
 public:
  // Begins to serve on a thread of its own; or what is wrong with the address, for people.
  static std::variant<std::unique_ptr<HttpServer>, std::string> start(const HttpListen& listen,
                                                                      HttpRoutes routes);
  // Closes every connection and waits for the thread.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cordboard
