// Is the page that calls one of this router's own?
//
// A browser sends requests to any address for any page that asks it to. What such pages may not do is read
// the answers, or send messages of these types, without asking first, which is refused (there are no CORS
// headers). Two ways are left, and closed here:
// - Origin, which browsers send with every POST, must name the host that the request was sent to.
// - A page whose host's name was changed, in DNS, to this machine's address is of the same origin as the
//   router for the browser. While nobody is asked who they are, the request must therefore have been sent to
//   an address, to localhost, or to the host that the router listens on: names that a stranger cannot change.

#pragma once

#include <optional>
#include <string>

#include "router/connect/connect_error.h"
#include "router/http/http_message.h"

namespace cordboard {

struct HostRule {
  bool any = false;         // callers prove who they are
  std::string listened_on;  // the host of server.http_listen
};

// Why the request is refused; nothing when it may come in.
std::optional<ConnectError> check_same_site(const HttpRequest& request, const HostRule& rule);

}  // namespace cordboard
