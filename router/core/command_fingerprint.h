// A hash of what a command asks for, to tell a repeated request from another one with the same request id.

#pragma once

#include <cstdint>

#include "router/core/command.h"

namespace cordboard {

// ApplyConfig counts by its content: the router, not whoever asks, chooses the version.
std::uint64_t fingerprint_of(const CommandBody& body);

}  // namespace cordboard
