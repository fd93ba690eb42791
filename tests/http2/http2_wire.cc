#include "tests/http2/http2_wire.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace cordboard::http2 {
namespace {

constexpr int kPatienceMs = 10'000;

int connect_to(const Target& target) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(target.host.c_str(), target.port.c_str(), &wanted, &found) != 0) return -1;
  const int descriptor = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool connected = descriptor >= 0 && ::connect(descriptor, found->ai_addr, found->ai_addrlen) == 0;
  freeaddrinfo(found);
  if (!connected) {
    if (descriptor >= 0) ::close(descriptor);
    return -1;
  }
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return descriptor;
}

std::uint32_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < size; ++i) number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  return number;
}

}  // namespace

std::string word(std::uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(number >> shift));
  return bytes;
}

std::string frame(FrameType type, std::uint8_t flags, std::uint32_t stream, std::string_view payload) {
  std::string bytes = word(static_cast<std::uint32_t>(payload.size())).substr(1);
  bytes.push_back(static_cast<char>(type));
  bytes.push_back(static_cast<char>(flags));
  bytes += word(stream);
  return bytes.append(payload);
}

std::string integer(std::uint8_t first, int prefix_bits, std::uint64_t number) {
  const std::uint64_t most = (1u << prefix_bits) - 1;
  if (number < most) return std::string(1, static_cast<char>(first | number));
  std::string bytes(1, static_cast<char>(first | most));
  for (number -= most; number >= 128; number >>= 7) bytes.push_back(static_cast<char>(128 | (number & 127)));
  bytes.push_back(static_cast<char>(number));
  return bytes;
}

std::string text(std::string_view text) { return integer(0, 7, text.size()).append(text); }

std::string header(std::string_view name, std::string_view value) {
  return std::string(1, '\0') + text(name) + text(value);
}
std::string indexed_header(std::string_view name, std::string_view value) {
  return std::string(1, '\x40') + text(name) + text(value);
}

std::string call_headers(std::string_view path, bool tls) {
  return std::string(1, '\x83') + std::string(1, tls ? '\x87' : '\x86') + header(":path", path) +
         header(":authority", "localhost") + header("content-type", "application/grpc") +
         header("te", "trailers");
}

Wire::Wire(const Target& target, bool with_preface) : descriptor_(connect_to(target)) {
  if (descriptor_ < 0) return;
  if (target.tls) {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    tls_.reset(SSL_new(context_.get()));
    constexpr std::array<unsigned char, 3> kHttp2 = {2, 'h', '2'};
    SSL_set_alpn_protos(tls_.get(), kHttp2.data(), kHttp2.size());
    SSL_set_tlsext_host_name(tls_.get(), "localhost");
    SSL_set_fd(tls_.get(), descriptor_);
    if (SSL_connect(tls_.get()) != 1) closed_ = true;
  }
  ::fcntl(descriptor_, F_SETFL, O_NONBLOCK);
  if (with_preface && !closed_) send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(FrameType::Settings, 0, 0));
}

Wire::~Wire() {
  tls_.reset();
  if (descriptor_ >= 0) ::close(descriptor_);
}

Wire::Io Wire::read_some() {
  std::array<char, 65'536> part{};
  if (tls_) {
    const int got = SSL_read(tls_.get(), part.data(), static_cast<int>(part.size()));
    if (got > 0) return received_.append(part.data(), static_cast<std::size_t>(got)), Io::Some;
    const int error = SSL_get_error(tls_.get(), got);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? Io::WouldBlock : Io::Closed;
  }
  const auto got = ::recv(descriptor_, part.data(), part.size(), 0);
  if (got > 0) return received_.append(part.data(), static_cast<std::size_t>(got)), Io::Some;
  return got < 0 && errno == EAGAIN ? Io::WouldBlock : Io::Closed;
}

Wire::Io Wire::write_some(std::string_view bytes, std::size_t& written) {
  if (tls_) {
    SSL_set_mode(tls_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    const int put = SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()));
    if (put > 0) return written = static_cast<std::size_t>(put), Io::Some;
    const int error = SSL_get_error(tls_.get(), put);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? Io::WouldBlock : Io::Closed;
  }
  const auto put = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (put >= 0) return written = static_cast<std::size_t>(put), Io::Some;
  return errno == EAGAIN ? Io::WouldBlock : Io::Closed;
}

bool Wire::wait(short events) const {
  pollfd waited{descriptor_, events, 0};
  return ::poll(&waited, 1, kPatienceMs) > 0;
}

void Wire::read_what_there_is() {
  while (open()) {
    const Io io = read_some();
    take_frames();
    if (io == Io::Closed) closed_ = true;
    if (io != Io::Some) return;
  }
}

bool Wire::send(std::string_view bytes) {
  while (open() && !bytes.empty()) {
    std::size_t written = 0;
    switch (write_some(bytes, written)) {
      case Io::Some:
        bytes.remove_prefix(written);
        break;
      case Io::WouldBlock:
        if (!wait(POLLIN | POLLOUT)) return false;
        break;
      case Io::Closed:
        read_what_there_is();  // why?
        closed_ = true;
    }
    read_what_there_is();
  }
  return open();
}

bool Wire::wait_for(std::uint32_t stream) {
  read_what_there_is();
  while (open() && !answer(stream).ended) {
    if (!wait(POLLIN)) break;
    read_what_there_is();
  }
  return answer(stream).ended;
}

bool Wire::wait_for_close() {
  read_what_there_is();
  while (open() && wait(POLLIN)) read_what_there_is();
  return !open();
}

Wire::Answer Wire::answer(std::uint32_t stream) const {
  const auto found = answers_.find(stream);
  return found == answers_.end() ? Answer{} : found->second;
}

void Wire::take_frames() {
  constexpr std::size_t kHead = 9;
  std::size_t at = 0;
  const std::string_view all = received_;
  while (all.size() - at >= kHead) {
    const std::size_t size = number_at(all, at, 3);
    if (all.size() - at < kHead + size) break;
    const auto type = static_cast<FrameType>(all[at + 3]);
    take(type, static_cast<std::uint8_t>(all[at + 4]), number_at(all, at + 5, 4),
         all.substr(at + kHead, size));
    at += kHead + size;
  }
  received_.erase(0, at);
}

void Wire::take(FrameType type, std::uint8_t flags, std::uint32_t stream, std::string_view payload) {
  switch (type) {
    case FrameType::Data:
      answers_[stream].data = true;
      answers_[stream].ended |= (flags & kEndStream) != 0;
      break;
    case FrameType::Headers:
      answers_[stream].ended |= (flags & kEndStream) != 0;
      break;
    case FrameType::RstStream:
      answers_[stream].ended = true;
      break;
    case FrameType::GoAway:
      told_to_go_ = true;
      if (payload.size() >= 8) go_away_code_ = number_at(payload, 4, 4);
      break;
    default:
      break;
  }
}

bool serves(const Target& target) {
  Wire wire(target);
  if (!wire.open()) return false;
  const std::string empty_message(5, '\0');
  wire.send(frame(FrameType::Headers, kEndHeaders, 1, call_headers(kHealthCheck, target.tls)) +
            frame(FrameType::Data, kEndStream, 1, empty_message));
  return wire.wait_for(1) && wire.answer(1).data;
}

}  // namespace cordboard::http2
