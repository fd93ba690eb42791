// Messages of streams: one byte of flags, four of length (highest first), and the message.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "router/connect/connect_error.h"

namespace cordboard {

inline constexpr std::size_t kEnvelopeHeaderBytes = 5;
enum class EnvelopeKind : std::uint8_t { Message = 0, EndOfStream = 2 };

// The bytes before a message. REQUIRES: it is shorter than 4 GiB.
std::string envelope_header(EnvelopeKind kind, std::size_t message_bytes);

// The message of a request to a stream of answers, which has exactly one; a view into `body`.
std::variant<std::string_view, ConnectError> only_message(std::string_view body);

}  // namespace cordboard
