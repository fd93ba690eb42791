// Messages as inputs of a fuzzer: in text, so that a corpus can be read and written by hand, and changed
// field by field, so that most of what is tried means something.

#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace cordboard::testing {

// Reads a message as a client would have sent it: what the wire cannot carry is no input. Says nothing.
bool read_message(std::string_view text, google::protobuf::Message& message);

// Writes the message and reads it again, as whoever receives it.
// True when that works: texts that are not valid UTF-8 do not.
bool survives_the_wire(const google::protobuf::Message& message);

// For LLVMFuzzerCustomMutator: changes the message in `data` at a few places and writes it back; its new
// size. `words` are texts that mean something. `message` is of the type that `data` has, and is cleared.
std::size_t mutate_text(google::protobuf::Message& message, std::uint8_t* data, std::size_t size,
                        std::size_t max_size, std::uint32_t seed, std::span<const std::string_view> words);

}  // namespace cordboard::testing
