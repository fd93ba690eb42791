// Asks over TLS, as a browser or Prometheus does.

#pragma once

#include <cstdint>
#include <string>

namespace cordboard::testing {

struct TlsAnswer {
  std::string error;  // why there was no answer; empty = there was one
  std::string body;
  std::string certificate;  // the server's, in PEM
};

// GET of `path` from localhost; the server's certificate must come from `authority` (PEM). At most version
// 1.2 when `old`.
TlsAnswer https_get(std::uint16_t port, const std::string& path, const std::string& authority,
                    bool old = false);
// Of "HOST:PORT".
TlsAnswer https_get(const std::string& address, const std::string& path, const std::string& authority,
                    bool old = false);

}  // namespace cordboard::testing
