// The tallies of all units of a simulation, by what they are reported under.
//
// The units are the replications when there are several, else the batches of the one run. Runs may be added
// in any order and from several threads under one lock: the outcome is the same.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agents-sim/virtual/virtual_run.h"

namespace cordboard::sim {

inline constexpr std::uint32_t kBatches = 20;  // of a single run

struct ContactRow {
  std::string name;
  std::vector<ContactTally> units;
  std::vector<double> p95_s;  // by unit
  WaitHistogram waits;        // of all units
};

struct AgentRow {
  std::string name;
  std::uint32_t count = 0;
  std::vector<AgentTally> units;
};

class Results {
 public:
  Results(const Scenario& scenario, const CellPlan& plan, std::uint64_t seed, std::uint32_t replications);

  // The parts that each replication has to tally apart.
  std::uint32_t units_per_replication() const { return replications_ == 1 ? kBatches : 1; }

  void add(std::uint32_t replication, const RunResult& run);

  std::uint64_t seed() const { return seed_; }
  std::uint32_t replications() const { return replications_; }
  const std::vector<ContactRow>& streams() const { return streams_; }
  const std::vector<ContactRow>& queues() const { return queues_; }
  const std::vector<AgentRow>& agents() const { return agents_; }
  // By the index of queues(); nothing measured unless asked for.
  const WaitForecasts& forecasts() const { return forecasts_; }
  std::uint64_t commands() const { return commands_; }
  std::uint64_t rejected() const { return rejected_; }
  std::uint64_t wrap_ups_cut() const { return wrap_ups_cut_; }
  // What made runs worthless, by replication; empty when all is well.
  const std::vector<std::string>& problems() const { return problems_; }
  // Of the engines' final states and of all tallies, combined in the order of the replications.
  std::uint64_t digest() const;

 private:
  void add_contacts(const Ledger& ledger, std::uint32_t unit, std::uint32_t row_unit);

  const CellPlan* plan_;
  std::uint64_t seed_;
  std::uint32_t replications_;
  std::vector<ContactRow> streams_;
  std::vector<ContactRow> queues_;
  std::vector<AgentRow> agents_;
  WaitForecasts forecasts_;
  std::vector<std::uint64_t> digests_;
  std::vector<std::string> problems_;
  std::uint64_t commands_ = 0;
  std::uint64_t rejected_ = 0;
  std::uint64_t wrap_ups_cut_ = 0;
};

}  // namespace cordboard::sim
