// Which pairs of contact stream and queue occur in a scenario. Each pair is one cell of the ledger.

#pragma once

#include <cstdint>
#include <vector>

#include "agents-sim/scenario/scenario.h"

namespace cordboard::sim {

struct CellKey {
  std::uint32_t stream = 0;
  std::uint32_t queue = 0;  // index into Scenario::router.queues
};

class CellPlan {
 public:
  explicit CellPlan(const Scenario& scenario);

  const std::vector<CellKey>& keys() const { return keys_; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(keys_.size()); }

  // The cell of a contact of `stream` whose record names `queue_text` (ArrivalRecord::queue; kNoText for the
  // stream's own queue).
  std::uint32_t cell_of(std::uint32_t stream, std::uint32_t queue_text) const {
    return by_text_[stream][queue_text];
  }

 private:
  std::uint32_t find_or_add(CellKey key);

  std::vector<CellKey> keys_;
  std::vector<std::vector<std::uint32_t>> by_text_;  // by stream, then by text of its recorded contacts
};

}  // namespace cordboard::sim
