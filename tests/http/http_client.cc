#include "tests/http/http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

namespace cordboard::testing {

std::string exchange(std::uint16_t port, const std::string& bytes) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval limit{60, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    close(fd);
    return "";
  }
  // A server that has seen enough may close before everything is sent.
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t n = send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) break;
    sent += static_cast<std::size_t>(n);
  }
  std::string answer;
  char buffer[4096];
  for (ssize_t n; (n = recv(fd, buffer, sizeof(buffer), 0)) > 0;)
    answer.append(buffer, static_cast<std::size_t>(n));
  close(fd);
  return answer;
}

HttpAnswer http_get(std::uint16_t port, const std::string& path, const std::string& method) {
  const std::string text = testing::exchange(
      port, method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  HttpAnswer answer;
  const std::size_t end = text.find("\r\n\r\n");
  answer.head = text.substr(0, end);
  if (end != std::string::npos) answer.body = text.substr(end + 4);
  if (text.size() > 12) answer.status = std::atoi(text.c_str() + 9);
  return answer;
}

int server_side(int client) {
  const auto end_of = [](int fd, auto get) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    get(fd, reinterpret_cast<sockaddr*>(&address), &size);
    return std::pair(address.sin_addr.s_addr, address.sin_port);
  };
  const auto here = end_of(client, ::getsockname);
  const auto there = end_of(client, ::getpeername);
  for (int fd = 0; fd < sysconf(_SC_OPEN_MAX); ++fd) {
    if (end_of(fd, ::getsockname) == there && end_of(fd, ::getpeername) == here) return fd;
  }
  return -1;
}

HttpAnswer http_get(const std::string& address, const std::string& path) {
  const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  return http_get(port, path);
}

}  // namespace cordboard::testing
