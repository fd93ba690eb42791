#include "agents-sim/virtual/results.h"

#include <algorithm>

#include "agents-sim/base/random.h"

namespace cordboard::sim {
namespace {

void mix(std::uint64_t& digest, std::uint64_t value) {
  digest ^= value;
  digest = splitmix64(digest);
}

std::uint64_t digest_of(const RunResult& run) {
  std::uint64_t digest = run.engine_digest;
  mix(digest, run.commands);
  mix(digest, run.rejected);
  mix(digest, run.wrap_ups_cut);
  const auto mix_all = [&](const auto& tally) {
    tally.for_each_field([&](auto field) { mix(digest, tally.*field); });
  };
  for (std::uint32_t unit = 0; unit < run.ledger.units(); ++unit) {
    for (std::uint32_t cell = 0; cell < run.ledger.cells(); ++cell)
      mix_all(run.ledger.cell(unit, cell).contacts);
    for (std::uint32_t group = 0; group < run.ledger.groups(); ++group)
      mix_all(run.ledger.agents(unit, group));
  }
  return digest;
}

template <class Named>
std::vector<ContactRow> empty_rows(const std::vector<Named>& items, std::size_t units) {
  std::vector<ContactRow> rows;
  for (const Named& item : items) {
    rows.push_back({item.name, std::vector<ContactTally>(units), std::vector<double>(units), {}});
  }
  return rows;
}

}  // namespace

Results::Results(const Scenario& scenario, const CellPlan& plan, std::uint64_t seed,
                 std::uint32_t replications)
    : plan_(&plan),
      seed_(seed),
      replications_(replications),
      forecasts_(scenario.router.queues.size()),
      digests_(replications),
      problems_(replications) {
  const std::size_t units = std::size_t{replications} * units_per_replication();
  streams_ = empty_rows(scenario.contacts, units);
  queues_ = empty_rows(scenario.router.queues, units);
  for (const AgentGroup& group : scenario.agents) {
    agents_.push_back({group.name, group.count, std::vector<AgentTally>(units)});
  }
}

void Results::add(std::uint32_t replication, const RunResult& run) {
  for (std::uint32_t unit = 0; unit < run.ledger.units(); ++unit) {
    const std::uint32_t row_unit = replication * units_per_replication() + unit;
    add_contacts(run.ledger, unit, row_unit);
    for (std::uint32_t group = 0; group < agents_.size(); ++group) {
      agents_[group].units[row_unit] = run.ledger.agents(unit, group);
    }
  }
  digests_[replication] = digest_of(run);
  problems_[replication] = run.problem;
  forecasts_.add(run.forecasts);
  commands_ += run.commands;
  rejected_ += run.rejected;
  wrap_ups_cut_ += run.wrap_ups_cut;
}

void Results::add_contacts(const Ledger& ledger, std::uint32_t unit, std::uint32_t row_unit) {
  std::vector<WaitHistogram> by_stream(streams_.size());
  std::vector<WaitHistogram> by_queue(queues_.size());
  for (std::uint32_t index = 0; index < plan_->size(); ++index) {
    const auto [stream, queue] = plan_->keys()[index];
    const Cell& cell = ledger.cell(unit, index);
    sim::add(streams_[stream].units[row_unit], cell.contacts);
    sim::add(queues_[queue].units[row_unit], cell.contacts);
    by_stream[stream].merge(cell.waits);
    by_queue[queue].merge(cell.waits);
  }
  const auto close = [&](std::vector<ContactRow>& rows, const std::vector<WaitHistogram>& waits) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i].p95_s[row_unit] = waits[i].quantile_s(0.95);
      rows[i].waits.merge(waits[i]);
    }
  };
  close(streams_, by_stream);
  close(queues_, by_queue);
}

std::uint64_t Results::digest() const {
  std::uint64_t digest = 0;
  for (const std::uint64_t part : digests_) mix(digest, part);
  return digest;
}

}  // namespace cordboard::sim
