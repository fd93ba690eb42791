// What was the state when the last process ended? The newest valid snapshot, and the commands after it.
//
//   open the store -> recover() -> RouterLoop
//
// The newest configuration version in the store has to be the one that the log leads to.
//
// Then the router's own commands follow and are durable on return: RouterRestarted, AdvanceTime for what else
// fell due while nobody served, and ApplyConfig when the given configuration differs from the state's. When
// the one in force came by a request, it stays as long as the file is the one of the start before.
// A log that is empty starts with the ApplyConfig. Events of all this are published to nobody: edges start
// from the state.
//
// Runs on the caller's thread, with one more to read and decode the log; nobody else uses the store
// meanwhile.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "router/core/engine.h"
#include "router/core/event.h"
#include "router/core/state.h"
#include "router/loop/clock.h"
#include "router/loop/history_recorder.h"
#include "router/store/store.h"

namespace cordboard {

// A configuration to run with, and the text it was read from (kept in the store as a version).
struct StartConfig {
  TenantConfig config;
  std::string text;
  std::string source = "file";
};

// Where a process starts from.
struct Recovered {
  Engine engine;
  std::uint64_t last_sequence = 0;      // newest command in the log, durable
  std::uint64_t snapshot_sequence = 0;  // newest snapshot in the store; 0 when there is none
  // For the log line and the metrics.
  std::uint64_t replayed = 0;  // commands read back
  std::uint64_t config_version = 0;
  bool config_applied = false;        // the given configuration was new
  std::vector<std::string> warnings;  // damaged snapshots that were passed over
  HistoryRecorder history = {};       // goes on after the rows in the store
  std::vector<KeySlot> keys = {};     // all of the store; recover() makes sure that there is the secret
};

struct RecoveryError {
  enum class Kind : std::uint8_t {
    Store,           // see `store`; Damaged and NewerFormat among them
    Damaged,         // a record or snapshot that this release cannot follow, or versions that disagree
    ConfigRejected,  // the log is fine, the given configuration does not fit the state
  };
  Kind kind = Kind::Store;
  std::string message;         // what is wrong and where; one line, no customer data
  std::uint64_t position = 0;  // Damaged: the record's sequence
  std::optional<StoreError> store;
};

// `config` absent: go on with what the log says.
std::variant<Recovered, RecoveryError> recover(Store& store, const Clock& clock,
                                               const std::optional<StartConfig>& config);

// The first half of recover(): what the store leads to. Writes nothing, and reads no history.
std::variant<Recovered, RecoveryError> rebuild(Store& store);
// The same from this snapshot, or from the first record when there is none.
std::variant<Recovered, RecoveryError> rebuild_from(Store& store, const Snapshot* snapshot);

// Applies the log again from its first record, and tells after each of them what happened: the events may be
// looked up in the state until `witness` returns. What was told before an error did happen.
// REQUIRES: the log begins with record 1.
using Witness =
    std::function<void(std::uint64_t sequence, Time at, const State& state, std::span<const Event> events)>;
std::optional<RecoveryError> retell(Store& store, const Witness& witness);

}  // namespace cordboard
