#include "tests/connect/connect_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "router/access/json.h"
#include "router/connect/envelope.h"

namespace cordboard::testing {
namespace {

sockaddr_in loopback(const std::string& host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  inet_pton(AF_INET, host.c_str(), &address.sin_addr);
  return address;
}

int connect_to(const std::string& address, const std::string& from) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in here = loopback(from, 0);
  ::bind(fd, reinterpret_cast<const sockaddr*>(&here), sizeof here);
  const timeval limit{60, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  const sockaddr_in there = loopback("127.0.0.1", port);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&there), sizeof there) == 0) return fd;
  ::close(fd);
  return -1;
}

void send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the other side has had enough
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool has(const std::string& headers, const std::string& name) {
  return ("\r\n" + headers).find("\r\n" + name + ":") != std::string::npos;
}

std::string request_text(const std::string& path, const std::string& body, const std::string& headers,
                         const char* type) {
  std::string text = "POST " + (path.starts_with('/') ? path : "/cordboard.v1." + path) + " HTTP/1.1\r\n";
  if (!has(headers, "Host")) text += "Host: localhost\r\n";
  if (!has(headers, "Content-Type")) text += std::string("Content-Type: ") + type + "\r\n";
  if (!has(headers, "Connection")) text += "Connection: close\r\n";
  return text + "Content-Length: " + std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body;
}

std::string decode_base64(std::string text) {
  while (text.size() % 4 != 0) text += '=';
  const std::size_t padding = text.size() - std::min(text.size(), text.find_last_not_of('=') + 1);
  std::string bytes(text.size() / 4 * 3, '\0');
  EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                  reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  bytes.resize(bytes.size() - padding);
  return bytes;
}

}  // namespace

ReadError read_error(const std::string& json) {
  const Json parsed = parse_json(json);
  const json_t* object = parsed.get();
  if (const json_t* const inner = json_object_get(object, "error")) object = inner;
  const json_t* const detail = json_array_get(json_object_get(object, "details"), 0);
  return {text_member(object, "code"), text_member(object, "message"), text_member(detail, "type"),
          decode_base64(text_member(detail, "value"))};
}

ConnectAnswer http_exchange(const std::string& address, const std::string& request, const std::string& from) {
  const int fd = connect_to(address, from);
  send_all(fd, request);
  std::string text;
  char part[65'536];
  for (ssize_t got = 0; (got = ::recv(fd, part, sizeof part, 0)) > 0;) {
    text.append(part, static_cast<std::size_t>(got));
  }
  ::close(fd);
  ConnectAnswer answer;
  const std::size_t end = text.find("\r\n\r\n");
  answer.head = text.substr(0, end);
  if (end != std::string::npos) answer.body = text.substr(end + 4);
  if (text.size() > 12) answer.status = std::atoi(text.c_str() + 9);
  return answer;
}

ConnectAnswer connect_call(const std::string& address, const std::string& path, const std::string& message,
                           const std::string& headers, const std::string& from) {
  return http_exchange(address, request_text(path, message, headers, "application/proto"), from);
}

std::string envelope(const std::string& message) {
  return envelope_header(EnvelopeKind::Message, message.size()) + message;
}

ConnectStream::ConnectStream(const std::string& address, const std::string& path,
                             const google::protobuf::MessageLite& request, const std::string& headers)
    : fd_(connect_to(address, "127.0.0.1")) {
  send_all(fd_,
           request_text(path, envelope(request.SerializeAsString()), headers, "application/connect+proto"));
  std::size_t end = std::string::npos;
  while ((end = raw_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive()) return;
  }
  head_ = raw_.substr(0, end);
  raw_.erase(0, end + 4);
}

ConnectStream::~ConnectStream() { ::close(fd_); }

std::optional<std::string> ConnectStream::next() {
  if (over_ || !fill(kEnvelopeHeaderBytes)) return std::nullopt;
  const auto flags = static_cast<unsigned char>(body_[0]);
  std::size_t size = 0;
  for (std::size_t i = 1; i < kEnvelopeHeaderBytes; ++i)
    size = size << 8 | static_cast<unsigned char>(body_[i]);
  if (!fill(kEnvelopeHeaderBytes + size)) return std::nullopt;
  std::string message = body_.substr(kEnvelopeHeaderBytes, size);
  body_.erase(0, kEnvelopeHeaderBytes + size);
  if (flags == 0) return message;
  over_ = true;
  end_ = message;
  return std::nullopt;
}

bool ConnectStream::fill(std::size_t bytes) {
  while (body_.size() < bytes) {
    if (!read_chunk()) return false;
  }
  return true;
}

bool ConnectStream::read_chunk() {
  std::size_t line = std::string::npos;
  while ((line = raw_.find("\r\n")) == std::string::npos) {
    if (!receive()) return false;
  }
  const std::size_t size = std::strtoul(raw_.c_str(), nullptr, 16);
  while (raw_.size() < line + 2 + size + 2) {
    if (!receive()) return false;
  }
  body_.append(raw_, line + 2, size);
  raw_.erase(0, line + 2 + size + 2);
  return size > 0;
}

bool ConnectStream::receive() {
  char part[65'536];
  const ssize_t got = ::recv(fd_, part, sizeof part, 0);
  if (got > 0) raw_.append(part, static_cast<std::size_t>(got));
  return got > 0;
}

}  // namespace cordboard::testing
