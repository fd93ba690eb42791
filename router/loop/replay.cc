#include "router/loop/replay.h"

#include <variant>

#include "router/core/state.h"

namespace cordboard {
namespace {

// What the engine requires of its caller.
std::optional<std::string> wrong_time(const Engine& engine, const Command& command) {
  if (command.at < engine.now()) return "its time is before the one before it";
  const bool may_come_late = std::holds_alternative<AdvanceTime>(command.body) ||
                             std::holds_alternative<RouterRestarted>(command.body);
  if (engine.next_deadline() <= command.at && !may_come_late) return "something was due before it";
  return std::nullopt;
}

}  // namespace

std::optional<std::string> restore(const Snapshot& snapshot, Engine& engine) {
  StoredSnapshot stored;
  if (auto error = decode_snapshot(snapshot.payload, stored)) return error;
  if (stored.sequence != snapshot.sequence) return "it was taken at another record";
  if (auto error = engine.restore(stored.engine_state)) return error;
  if (engine.digest() != stored.digest) return "the restored state has another digest";
  return std::nullopt;
}

StoredSnapshot snapshot_of(const Engine& engine, std::uint64_t sequence) {
  return {.sequence = sequence,
          .config_version = engine.state().config_version,
          .at = engine.now(),
          .engine_state = engine.snapshot(),
          .digest = engine.digest()};
}

std::optional<std::string> Replay::apply(const Command& command) {
  if (auto wrong = wrong_time(engine_, command)) return wrong;
  events_.clear();
  const Outcome outcome = engine_.apply(command, events_);
  if (outcome.rejection) {
    return std::string(name_of(command.body)) +
           " was accepted once and is rejected now: " + std::string(to_string(outcome.rejection->reason));
  }
  if (outcome.repeated) return "the request was applied before";
  return std::nullopt;
}

}  // namespace cordboard
