// A browser of a few lines: calls by the Connect protocol over HTTP/1.1, and streams that it reads as slowly
// as it likes.

#pragma once

#include <google/protobuf/message_lite.h>

#include <cstdint>
#include <optional>
#include <string>

#include "router/connect/connect_error.h"

namespace cordboard::testing {

struct ConnectAnswer {
  int status = 0;
  std::string head;
  std::string body;
};

// Of a JSON error, as the protocol writes it; code and message are empty when it is none.
struct ReadError {
  std::string code;
  std::string message;
  std::string detail_type;   // of the first
  std::string detail_value;  // its bytes
};
ReadError read_error(const std::string& json);

// One call on a connection of its own. `path`: "SupervisorService/GetStatus", or a whole path. `headers` end
// in "\r\n" each, and come after Host, Content-Type and the like, unless they have these themselves.
ConnectAnswer connect_call(const std::string& address, const std::string& path, const std::string& message,
                           const std::string& headers = "", const std::string& from = "127.0.0.1");
ConnectAnswer http_exchange(const std::string& address, const std::string& request,
                            const std::string& from = "127.0.0.1");

std::string envelope(const std::string& message);

class ConnectStream {
 public:
  // Sends the request and reads the head of the answer.
  ConnectStream(const std::string& address, const std::string& path,
                const google::protobuf::MessageLite& request, const std::string& headers = "");
  ~ConnectStream();
  ConnectStream(const ConnectStream&) = delete;
  ConnectStream& operator=(const ConnectStream&) = delete;

  int socket() const { return fd_; }
  const std::string& head() const { return head_; }
  // The next message; nothing at the end.
  template <class Message>
  std::optional<Message> read() {
    Message message;
    const auto bytes = next();
    if (!bytes || !message.ParseFromString(*bytes)) return std::nullopt;
    return message;
  }
  // The JSON of the last envelope; empty until then, and when the connection broke.
  const std::string& end() const { return end_; }

 private:
  std::optional<std::string> next();
  bool fill(std::size_t bytes);  // body_ has at least so many
  bool read_chunk();
  bool receive();

  int fd_ = -1;
  std::string head_;
  std::string raw_;   // received, still in chunks
  std::string body_;  // without the chunks' frames
  std::string end_;
  bool over_ = false;
};

}  // namespace cordboard::testing
