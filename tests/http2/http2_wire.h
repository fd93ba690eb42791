// The least of an HTTP/2 client: frames as the caller wants them, right or wrong, over TCP or TLS. For
// attacks on servers in tests; there is nothing here that keeps to the protocol by itself.

#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace cordboard::http2 {

enum class FrameType : std::uint8_t {
  Data = 0,
  Headers = 1,
  RstStream = 3,
  Settings = 4,
  Ping = 6,
  GoAway = 7,
  WindowUpdate = 8,
  Continuation = 9,
};
inline constexpr std::uint8_t kEndStream = 0x1;  // DATA, HEADERS
inline constexpr std::uint8_t kAck = 0x1;        // SETTINGS, PING
inline constexpr std::uint8_t kEndHeaders = 0x4;

std::string frame(FrameType type, std::uint8_t flags, std::uint32_t stream, std::string_view payload = {});
std::string word(std::uint32_t number);  // big-endian

// HPACK without compression.
std::string integer(std::uint8_t first, int prefix_bits, std::uint64_t number);
std::string text(std::string_view text);
std::string header(std::string_view name, std::string_view value);          // not indexed
std::string indexed_header(std::string_view name, std::string_view value);  // goes into the dynamic table
// What a gRPC call of this path begins with.
std::string call_headers(std::string_view path, bool tls);
inline constexpr std::string_view kHealthCheck = "/grpc.health.v1.Health/Check";

struct Target {
  std::string host = "127.0.0.1";
  std::string port;
  bool tls = false;
};

class Wire {
 public:
  // Connects and says hello. `open()` is false when that does not work.
  explicit Wire(const Target& target, bool with_preface = true);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  bool open() const { return descriptor_ >= 0 && !closed_; }
  // Reads what comes meanwhile. False when the server has closed, or takes nothing for kPatience.
  bool send(std::string_view bytes);
  // Until the server has answered this stream, closed, or kPatience has passed. Whether it answered.
  bool wait_for(std::uint32_t stream);
  // Everything that the server has sent so far, without waiting.
  void read_what_there_is();
  bool wait_for_close();

  // What came of a stream.
  struct Answer {
    bool data = false;   // a message: the call was served
    bool ended = false;  // the last header or a reset
  };
  Answer answer(std::uint32_t stream) const;
  bool told_to_go() const { return told_to_go_; }
  std::uint32_t go_away_code() const { return go_away_code_; }

 private:
  enum class Io { Some, WouldBlock, Closed };
  Io read_some();
  Io write_some(std::string_view bytes, std::size_t& written);
  bool wait(short events) const;  // false after kPatience
  void take_frames();
  void take(FrameType type, std::uint8_t flags, std::uint32_t stream, std::string_view payload);

  int descriptor_ = -1;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{nullptr, SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> tls_{nullptr, SSL_free};
  bool closed_ = false;
  bool told_to_go_ = false;
  std::uint32_t go_away_code_ = 0;
  std::string received_;
  std::map<std::uint32_t, Answer> answers_;
};

// Whether a client with good manners is served: gRPC's health check on a connection of its own.
bool serves(const Target& target);

}  // namespace cordboard::http2
