// The bytes of a snapshot in the store: an engine's state, wrapped so that it can prove what it is.
//
// Thread-safe.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "router/core/types.h"

namespace cordboard {

struct StoredSnapshot {
  std::uint64_t sequence = 0;        // of the last log record in the state
  std::uint64_t config_version = 0;  // in force
  Time at;                           // of the last command in the state
  std::string engine_state;          // Engine::snapshot
  std::uint64_t digest = 0;          // Engine::digest, to compare after Engine::restore
};

// The record of a snapshot is this head and then its engine_state, so that nobody has to copy the state.
// REQUIRES: less than 2 GiB, which is all a protobuf message holds.
std::string snapshot_head(const StoredSnapshot& snapshot);

// Reads one record into `snapshot`, or says what is wrong: damaged bytes, or written by a newer router. After
// an error `snapshot` has no meaning.
std::optional<std::string> decode_snapshot(std::string_view record, StoredSnapshot& snapshot);

}  // namespace cordboard
