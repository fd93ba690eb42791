// What the headers of a Connect request say: connectrpc.com/docs/protocol.

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "router/connect/connect_error.h"
#include "router/http/http_message.h"

namespace cordboard {

inline constexpr const char* kUnaryContent = "application/proto";
inline constexpr const char* kStreamContent = "application/connect+proto";

// What a call takes along; everything else in the headers is ignored.
struct ConnectHeaders {
  std::optional<std::chrono::milliseconds> timeout;
  std::string authorization;
  std::string tenant;
};

// `streams`: the method answers with a stream.
std::variant<ConnectHeaders, ConnectError> read_headers(const HttpRequest& request, bool streams);

}  // namespace cordboard
