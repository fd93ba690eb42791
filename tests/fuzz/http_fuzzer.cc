// Any bytes on a connection of the HTTP server: an answer with a status that it knows, or none; and the
// server is there for the next one.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "router/http/http_server.h"
#include "tests/fuzz/fuzz_input.h"

using namespace cordboard;
using cordboard::testing::text_of;

namespace {

HttpServer& server() {
  static const auto started = [] {
    HttpSite site;
    site.routes["/healthz"] = at_once([] { return HttpResponse{.body = "ok\n"}; });
    site.routes["/metrics"] =
        at_once([] { return HttpResponse{.status = 503, .body = std::string(100'000, 'm')}; });
    auto result = HttpServer::start({"127.0.0.1", 0}, std::move(site));
    CB_ASSERT(result.index() == 0, "the server does not start");
    return std::move(std::get<0>(result));
  }();
  return *started;
}

int connect_to(std::uint16_t port) {
  const int wire = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int error = ::connect(wire, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  CB_ASSERT(wire >= 0 && error == 0, "the server takes no connection");
  // Closed without lingering: there are only so many ports.
  const linger at_once{1, 0};
  ::setsockopt(wire, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  return wire;
}

// Everything that the server says to these bytes until it closes.
std::string exchange(std::string_view bytes) {
  const int wire = connect_to(server().port());
  while (!bytes.empty()) {
    const auto sent = ::send(wire, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;  // it has had enough
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  ::shutdown(wire, SHUT_WR);
  std::string answer;
  std::array<char, 65'536> part{};
  for (ssize_t got = 0; (got = ::recv(wire, part.data(), part.size(), 0)) > 0;) {
    answer.append(part.data(), static_cast<std::size_t>(got));
  }
  ::close(wire);
  return answer;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::set<std::string> kKnown = {"200", "400", "404", "405", "413", "431", "503"};
  constexpr std::string_view kVersion = "HTTP/1.1 ";
  const std::string answer = exchange(text_of(data, size));
  if (!answer.empty()) {
    CB_ASSERT(answer.starts_with(kVersion), "not an HTTP answer");
    CB_ASSERT(kKnown.contains(answer.substr(kVersion.size(), 3)), "an unknown status");
  }
  static unsigned runs = 0;
  if (runs++ % 16 == 0) {
    const std::string well = exchange("GET /healthz HTTP/1.1\r\nhost: fuzz\r\nconnection: close\r\n\r\n");
    CB_ASSERT(well.starts_with("HTTP/1.1 200 "), "the next connection is not served");
  }
  return 0;
}
