// Is everything in a store whole, and where does it lead?
//
// Opening a store has checked its log already. This reads the rest: each snapshot, each configuration
// version, the audit trail and each row of history. Then it follows every way that leads to the present
// state: from each whole snapshot, and from the first record when the log is kept from there on. All ways
// have to end in the same state, told by its digest.
//
// For a store that nobody serves; writes nothing.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "router/store/store.h"

namespace cordboard {

struct StoreReport {
  std::vector<std::string> lines;    // what there is, for people
  std::vector<std::string> damages;  // what is not whole, with its position; empty when all is well
  std::uint64_t last_sequence = 0;
  std::uint64_t digest = 0;  // of the state after it, by the first way
};

// An error: the disk cannot be read.
Result<StoreReport> verify_store(Store& store);

}  // namespace cordboard
