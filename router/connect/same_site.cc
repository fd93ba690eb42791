#include "router/connect/same_site.h"

#include <arpa/inet.h>

#include <array>
#include <string_view>

namespace cordboard {
namespace {

ConnectError refused(std::string message) { return {ConnectCode::PermissionDenied, std::move(message)}; }

// Of "HOST:PORT", "HOST" or "[ADDRESS]:PORT".
std::string_view host_of(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(1, authority.find(']') - 1);
  return authority.substr(0, authority.rfind(':'));
}

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

}  // namespace

std::optional<ConnectError> check_same_site(const HttpRequest& request, const HostRule& rule) {
  const std::string* const host = request.header("host");
  if (host == nullptr || host->empty()) return refused("Host: missing");
  if (const std::string* const origin = request.header("origin")) {
    const std::size_t scheme = origin->find("://");
    if (scheme == std::string::npos || !same_letters(std::string_view(*origin).substr(scheme + 3), *host)) {
      return refused("Origin: \"" + *origin + "\" is not the host that the request was sent to, \"" + *host +
                     "\"; a proxy in between has to pass Host on");
    }
  }
  if (rule.any) return std::nullopt;
  const std::string name(host_of(*host));
  if (is_address(name) || same_letters(name, "localhost") || same_letters(name, rule.listened_on)) {
    return std::nullopt;
  }
  return refused("Host: \"" + *host +
                 "\" is a name; while nobody is asked who they are, use an address, localhost or the host of "
                 "server.http_listen, or set server.access");
}

}  // namespace cordboard
