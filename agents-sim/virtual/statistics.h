// The statistics that are reported, each a formula over tallies.

#pragma once

#include <string_view>
#include <vector>

#include "agents-sim/virtual/estimate.h"
#include "agents-sim/virtual/results.h"

namespace cordboard::sim {

struct Statistic {
  std::string_view name;
  Estimate value;
  bool is_count = false;
};

// In the order in which they are printed. Counts are per replication (per run when there is one).
std::vector<Statistic> statistics_of(const ContactRow& row, std::uint32_t replications);
std::vector<Statistic> statistics_of(const AgentRow& row, std::uint32_t replications);

}  // namespace cordboard::sim
