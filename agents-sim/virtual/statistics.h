// The statistics that are reported, each a formula over tallies.

#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "agents-sim/virtual/estimate.h"
#include "agents-sim/virtual/results.h"

namespace cordboard::sim {

// One statistic by unit, before it is estimated.
struct Measure {
  enum class Kind : std::uint8_t { Count, Ratio, Quantile };

  std::string_view name;
  Kind kind = Kind::Ratio;
  std::vector<Ratio> units;  // counts and quantiles: the value over 1, or over 0 when there is none
  double scale = 1;          // of a count: from the mean of the units to that of the replications
  double pooled = 0;         // of a quantile: over all units
};

struct Statistic {
  std::string_view name;
  Estimate value;
  bool is_count = false;
};

// In the order in which they are printed. Counts are per replication (per run when there is one).
std::vector<Measure> measures_of(const ContactRow& row, std::uint32_t replications);
std::vector<Measure> measures_of(const AgentRow& row, std::uint32_t replications);

Estimate estimate(const Measure& measure);
// How much larger it is in `b` than in `a`, which have seen the same customers unit by unit.
Estimate estimate_difference(const Measure& a, const Measure& b);

template <class Row>
std::vector<Statistic> statistics_of(const Row& row, std::uint32_t replications) {
  std::vector<Statistic> statistics;
  for (const Measure& measure : measures_of(row, replications)) {
    statistics.push_back({measure.name, estimate(measure), measure.kind == Measure::Kind::Count});
  }
  return statistics;
}

}  // namespace cordboard::sim
