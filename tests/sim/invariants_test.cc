// The seeded simulation: everything that goes wrong in a contact center, with every rule of the engine
// checked after every command. A failure prints the seed; this repeats it:
//
//   cordboard-sim virtual tests/sim/scenarios/NAME.yaml --seed SEED --check

#include <gtest/gtest.h>

#include <chrono>
#include <ostream>
#include <string>

#include "agents-sim/scenario/scenario_reader.h"
#include "agents-sim/virtual/replications.h"
#include "router/core/state.h"

namespace cordboard::sim {
namespace {

struct Case {
  const char* scenario;
  std::uint64_t seeds;
  Duration horizon;

  friend void PrintTo(const Case& test, std::ostream* out) { *out << test.scenario; }
};

class Invariants : public testing::TestWithParam<Case> {};

TEST_P(Invariants, HoldAfterEveryCommand) {
  const auto [name, seeds, horizon] = GetParam();
  const ScenarioResult loaded =
      load_scenario_file(std::string(CORDBOARD_SOURCE_DIR "/tests/sim/scenarios/") + name + ".yaml");
  ASSERT_TRUE(loaded.scenario) << loaded.diagnostics.text();
  Scenario scenario = *loaded.scenario;
  scenario.horizon = horizon;
  scenario.warmup = Duration::zero();
  const CellPlan plan(scenario);
  std::uint64_t commands = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    SimulationOptions options;
    options.seed = seed;
    options.check_invariants = true;
    const Results results = simulate(scenario, plan, options);
    ASSERT_EQ(results.problems()[0], "")
        << "cordboard-sim virtual tests/sim/scenarios/" << name << ".yaml --seed " << seed << " --check";
    commands += results.commands();
  }
  RecordProperty("commands", std::to_string(commands));
  EXPECT_GT(commands, 0u);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Invariants,
                         testing::Values(Case{"faults", 100, 1h}, Case{"strategies", 100, 1h},
                                         Case{"recorded", 1, 10min}, Case{"erlang_a", 2, 1h},
                                         Case{"two_priorities", 2, 1h}, Case{"week", 2, 36h}),
                         [](const auto& test) { return std::string(test.param.scenario); });

}  // namespace
}  // namespace cordboard::sim
