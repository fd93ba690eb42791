// The bytes of a command in the log: core <-> cordboard.storage.v1.CommandRecord.
//
// Decoding what was encoded gives an equal command, whatever bytes its texts hold. The same command always
// gives the same bytes. Thread-safe.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "router/core/command.h"

namespace cordboard {

// Appends the record of `command` to `out`.
void encode_command(const Command& command, std::string& out);

// Reads one record into `command`, or says what is wrong: damaged bytes, or anything that this router does
// not know, because a newer one wrote it. After an error `command` has no meaning.
std::optional<std::string> decode_command(std::string_view record, Command& command);

}  // namespace cordboard
