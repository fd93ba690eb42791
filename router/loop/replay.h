// An engine that follows the log again: what a start and the making of a snapshot have in common.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "router/codec/storage_snapshot.h"
#include "router/core/engine.h"
#include "router/store/store.h"

namespace cordboard {

// Puts `engine` into the state of the snapshot, or says what is wrong with that; then `engine` has no
// meaning.
std::optional<std::string> restore(const Snapshot& snapshot, Engine& engine);

// The state of `engine`, whose newest command is the record `sequence`.
StoredSnapshot snapshot_of(const Engine& engine, std::uint64_t sequence);

class Replay {
 public:
  // `engine` has to outlive it, and to be in the state before the first command.
  explicit Replay(Engine& engine) : engine_(engine) {}

  // Applies a command that was accepted once, or says why that cannot be; then the engine has no meaning.
  std::optional<std::string> apply(const Command& command);

  // What the last command led to; valid until the next.
  std::span<const Event> events() const { return events_; }

 private:
  Engine& engine_;
  std::vector<Event> events_;  // kept for its memory
};

}  // namespace cordboard
