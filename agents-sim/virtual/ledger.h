// Keeps the tallies of one run, by unit and by cell.
//
// A *unit* is a part of the measured time whose results are independent enough to compare: the whole of it
// when there are several replications, else one of several batches. A *cell* is a pair of contact stream and
// queue; the report adds cells up by stream and by queue. Contacts that arrive outside the measured time
// belong to kNoUnit and are not counted.

#pragma once

#include <cstdint>
#include <vector>

#include "agents-sim/base/wait_histogram.h"
#include "agents-sim/virtual/tally.h"
#include "router/core/types.h"

namespace cordboard::sim {

inline constexpr std::uint32_t kNoUnit = 0xffffffff;

struct Cell {
  ContactTally contacts;
  WaitHistogram waits;  // of all that entered, those still waiting included
};

// Where one contact is counted.
struct CountedIn {
  std::uint32_t unit = kNoUnit;
  std::uint32_t cell = 0;
};

class Ledger {
 public:
  Ledger(std::uint32_t units, std::uint32_t cells, std::uint32_t groups);

  // The unit that arrivals now belong to.
  std::uint32_t unit() const { return unit_; }
  void begin_unit(std::uint32_t unit) { unit_ = unit; }

  void blocked(std::uint32_t cell);
  void refused(std::uint32_t cell);
  void entered(CountedIn where, bool delayed);
  void answered(CountedIn where, Duration wait, Duration handle, bool delayed, Duration target);
  void abandoned(CountedIn where, Duration wait, bool delayed);
  void expired(CountedIn where, Duration wait, bool delayed);
  void cancelled(CountedIn where, Duration wait, bool delayed);
  void still_waiting(CountedIn where, Duration wait, bool delayed, Duration target);
  void transferred(CountedIn where);
  void repeated(CountedIn where);
  void took_callback(CountedIn where);
  void called_back(CountedIn where);

  // Counted contacts that are still in their first queue.
  std::uint64_t open() const { return open_; }

  std::uint32_t units() const { return units_; }
  std::uint32_t cells() const { return cells_; }
  std::uint32_t groups() const { return groups_; }
  const Cell& cell(std::uint32_t unit, std::uint32_t cell) const { return tallies_[unit * cells_ + cell]; }
  AgentTally& agents(std::uint32_t unit, std::uint32_t group) { return agents_[unit * groups_ + group]; }
  const AgentTally& agents(std::uint32_t unit, std::uint32_t group) const {
    return agents_[unit * groups_ + group];
  }

 private:
  Cell& at(CountedIn where) { return tallies_[where.unit * cells_ + where.cell]; }
  // Counts a wait that is over and gives the tally for the outcome; nullptr when the contact does not count.
  ContactTally* close(CountedIn where, Duration wait, bool delayed);

  std::uint32_t units_;
  std::uint32_t cells_;
  std::uint32_t groups_;
  std::uint32_t unit_ = kNoUnit;
  std::uint64_t open_ = 0;
  std::vector<Cell> tallies_;
  std::vector<AgentTally> agents_;
};

}  // namespace cordboard::sim
