#include "router/server/listen.h"

#include <utility>

#include "router/config/config.h"

namespace cordboard {

bool is_loopback(std::string_view address) {
  const std::string host = parse_listen_address(address)->host;
  return host == "localhost" || host == "::1" || host.rfind("127.", 0) == 0;
}

std::string with_port(std::string_view address, std::uint16_t port) {
  return std::string(address.substr(0, address.rfind(':') + 1)) + std::to_string(port);
}

std::optional<std::string> check_listeners(const ServerConfig& server, bool insecure_listen) {
  const std::pair<const char*, const std::string&> addresses[] = {{"grpc_listen", server.grpc_listen},
                                                                  {"http_listen", server.http_listen},
                                                                  {"metrics_listen", server.metrics_listen}};
  for (const auto& [key, address] : addresses) {
    const std::string where = "server." + std::string(key) + ": listen address \"" + address + "\"";
    if (!parse_listen_address(address)) return where + ": expected HOST:PORT";
    if (is_loopback(address) || insecure_listen) continue;
    if (!server.tls.enabled()) {
      return where +
             " can be reached from other machines, and nothing is encrypted: set server.tls, or pass "
             "--insecure-listen if that is meant";
    }
    if (&address != &server.metrics_listen && !server.access.enabled()) {
      return where +
             " can be reached from other machines, and nobody is asked who they are: set "
             "server.access, or pass --insecure-listen if that is meant";
    }
  }
  return std::nullopt;
}

}  // namespace cordboard
