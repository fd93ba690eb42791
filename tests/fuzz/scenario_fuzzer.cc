// Any text as a scenario of the simulator: a scenario, or diagnostics that say where. A small one is played
// for a few seconds, with every rule of the engine checked.

#include <algorithm>
#include <string>
#include <string_view>

#include "agents-sim/scenario/scenario_reader.h"
#include "agents-sim/virtual/virtual_run.h"
#include "tests/fuzz/fuzz_input.h"

using namespace cordboard;

namespace {

bool is_slow(const sim::ContactStream& stream) {
  return std::all_of(stream.arrivals.pieces.begin(), stream.arrivals.pieces.end(),
                     [](const sim::RatePiece& p) { return p.per_hour <= 4'000 && p.end_per_hour <= 4'000; });
}

bool is_small(const sim::Scenario& scenario) {
  std::uint64_t agents = 0;
  for (const sim::AgentGroup& group : scenario.agents) agents += group.count;
  return agents <= 30 && std::all_of(scenario.contacts.begin(), scenario.contacts.end(), is_slow);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(cordboard::testing::text_of(data, size));
  if (text.find("/dev") != std::string::npos) return 0;  // a table without an end
  const auto lines =
      1 + std::count(text.begin(), text.end(), '\n') + std::count(text.begin(), text.end(), '\r');
  sim::ScenarioResult result =
      sim::parse_scenario(text, "fuzz.yaml", CORDBOARD_SOURCE_DIR "/tests/sim/scenarios");
  CB_ASSERT(result.scenario.has_value() != result.diagnostics.has_errors(), "neither good nor bad");
  for (const Diagnostic& diagnostic : result.diagnostics.all()) {
    CB_ASSERT(diagnostic.line <= lines + 1, "line %d of %td", diagnostic.line, lines);
    CB_ASSERT(!diagnostic.message.empty(), "a diagnostic without a word");
  }
  if (!result.scenario || !is_small(*result.scenario)) return 0;
  sim::Scenario& scenario = *result.scenario;
  scenario.warmup = Duration::zero();
  scenario.horizon = std::min<Duration>(scenario.horizon, std::chrono::seconds(20));
  const sim::RunResult run =
      sim::run_virtual(scenario, sim::CellPlan(scenario), {.seed = 1, .check_invariants = true});
  CB_ASSERT(run.problem.empty(), "%s", run.problem.c_str());
  return 0;
}
