// Commands that the engine accepted, as the log keeps them, and what the state was after each.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "router/codec/storage_snapshot.h"
#include "router/core/command.h"
#include "router/store/store.h"

namespace cordboard::testing {

struct Script {
  struct Step {
    CommandBody body;
    std::string record;
    std::string audit = {};  // its row in the audit trail; empty: it has none
    std::vector<HistoryRow> history = {};
    std::uint64_t digest = 0;  // after it
  };
  std::vector<Step> steps;                 // the first is record 1, a configuration
  std::vector<ConfigVersion> versions;     // of the configurations among them
  std::vector<std::uint64_t> versions_at;  // their records
  std::vector<StoredSnapshot> snapshots;

  std::uint64_t audited() const {
    return static_cast<std::uint64_t>(
        std::count_if(steps.begin(), steps.end(), [](const Step& step) { return !step.audit.empty(); }));
  }
  // The rows of history that come with the records 1..sequence, by queue and boundary.
  std::vector<HistoryRow> history_at(std::uint64_t sequence) const;
  std::uint64_t size() const { return steps.size(); }
  // The digest of the state after the records 1..sequence.
  std::uint64_t digest_at(std::uint64_t sequence) const { return steps[sequence - 1].digest; }
};

// A random tape of so many accepted commands, with a snapshot every so many of them (0: none). Digests cost
// more than the commands: without `every_digest` only the last step has one.
Script make_script(std::uint64_t seed, std::uint64_t commands, std::uint64_t snapshot_every,
                   bool every_digest = true);

// All rows of history that are in a store, by queue and boundary.
std::vector<HistoryRow> history_in(Store& store);

// Writes the records `first`..`last` as one group, with the versions, the rows of the audit trail and those
// of history that belong to them, and syncs.
Result<void> write_steps(Store& store, const Script& script, std::uint64_t first, std::uint64_t last);

}  // namespace cordboard::testing
