#include "router/connect/envelope.h"

#include "router/core/assert.h"

namespace cordboard {
namespace {

constexpr unsigned kCompressed = 1;

ConnectError malformed_body(std::string message) {
  return {ConnectCode::InvalidArgument, std::move(message)};
}

}  // namespace

std::string envelope_header(EnvelopeKind kind, std::size_t message_bytes) {
  CB_ASSERT(message_bytes <= UINT32_MAX, "a message of %zu bytes", message_bytes);
  std::string header(1, static_cast<char>(kind));
  for (int shift = 24; shift >= 0; shift -= 8) header += static_cast<char>(message_bytes >> shift & 0xff);
  return header;
}

std::variant<std::string_view, ConnectError> only_message(std::string_view body) {
  if (body.size() < kEnvelopeHeaderBytes) {
    return malformed_body("the body has " + std::to_string(body.size()) +
                          " bytes; expected an envelope: one byte of flags, four of length, and the message");
  }
  const auto flags = static_cast<unsigned char>(body[0]);
  if ((flags & kCompressed) != 0) {
    return ConnectError{ConnectCode::Unimplemented, "the message is compressed; supported: identity"};
  }
  if (flags != 0) {
    return malformed_body("the envelope has the flags " + std::to_string(flags) +
                          "; a request has messages only, with the flags 0");
  }
  std::size_t size = 0;
  for (std::size_t i = 1; i < kEnvelopeHeaderBytes; ++i)
    size = size << 8 | static_cast<unsigned char>(body[i]);
  const std::size_t there = body.size() - kEnvelopeHeaderBytes;
  if (size > there) {
    return malformed_body("the envelope says " + std::to_string(size) + " bytes, and " +
                          std::to_string(there) + " follow");
  }
  if (size < there) {
    return malformed_body(std::to_string(there - size) +
                          " bytes follow the message; this method takes exactly one");
  }
  return body.substr(kEnvelopeHeaderBytes);
}

}  // namespace cordboard
