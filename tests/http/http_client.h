// Sends bytes to a port of this machine and reads what comes back, until the server closes.

#pragma once

#include <cstdint>
#include <string>

namespace cordboard::testing {

std::string exchange(std::uint16_t port, const std::string& bytes);

struct HttpAnswer {
  int status = 0;
  std::string head;
  std::string body;
};
HttpAnswer http_get(std::uint16_t port, const std::string& path, const std::string& method = "GET");
// Of "HOST:PORT".
HttpAnswer http_get(const std::string& address, const std::string& path);

// The other end of a connection to a server in this process, which has taken it; -1 when there is none.
int server_side(int client);

}  // namespace cordboard::testing
