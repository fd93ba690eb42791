// The simulator against queueing theory: 30 points over three models. Prints the table; for users:
//
//   ctest --test-dir build/release -R Theory -V

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "agents-sim/scenario/scenario_reader.h"
#include "agents-sim/virtual/replications.h"
#include "agents-sim/virtual/statistics.h"
#include "tests/sim/queueing_theory.h"

namespace cordboard::sim {
namespace {

// Sanitizers and debug builds simulate a shorter time; the intervals are wider then.
#ifndef CORDBOARD_SIM_DIVISOR
#define CORDBOARD_SIM_DIVISOR 1
#endif

constexpr double kMu = 1 / 180.0;  // of all three scenario files
constexpr double kHour = 3600;

Scenario load(const std::string& name) {
  const ScenarioResult result =
      load_scenario_file(std::string(CORDBOARD_SOURCE_DIR) + "/tests/sim/scenarios/" + name + ".yaml");
  EXPECT_TRUE(result.scenario) << result.diagnostics.text();
  return result.scenario.value_or(Scenario{});
}

Estimate find(const std::vector<Statistic>& statistics, std::string_view name) {
  for (const Statistic& statistic : statistics) {
    if (statistic.name == name) return statistic.value;
  }
  ADD_FAILURE() << "no statistic " << name;
  return {};
}

class Table {
 public:
  void add(const std::string& model, const std::string& what, double expected, Estimate found) {
    const bool inside = std::fabs(found.mean - expected) <= 1.5 * found.ci95;
    if (!inside) ++outside_;
    ++points_;
    std::printf("%-38s %-22s %11.5f %11.5f +-%9.5f %6.2f %s\n", model.c_str(), what.c_str(), expected,
                found.mean, found.ci95, (found.mean - expected) / found.ci95, inside ? "" : "OUTSIDE");
  }
  int points() const { return points_; }
  int outside() const { return outside_; }

 private:
  int points_ = 0;
  int outside_ = 0;
};

// A model with its agents and load: the scenario is that of the file with these numbers instead.
struct Run {
  std::string file;
  std::uint32_t agents;
  std::vector<double> per_hour;  // by stream
  std::uint32_t replications;    // 1: batches of one run of the file's length
};

Results simulate(const Run& run) {
  Scenario scenario = load(run.file);
  scenario.horizon /= run.replications * CORDBOARD_SIM_DIVISOR;
  scenario.warmup = std::min(scenario.warmup, Duration(20h));
  scenario.agents.at(0).count = run.agents;
  for (std::size_t i = 0; i < run.per_hour.size(); ++i) {
    scenario.contacts.at(i).arrivals.pieces.at(0).per_hour = run.per_hour[i];
  }
  const CellPlan plan(scenario);
  SimulationOptions options;
  options.replications = run.replications;
  Results results = simulate(scenario, plan, options);
  for (const std::string& problem : results.problems()) EXPECT_EQ(problem, "");
  return results;
}

std::string label(const char* model, const Run& run, double load) {
  char text[64];
  std::snprintf(text, sizeof text, "%s n=%u load=%.2f %s", model, run.agents, load,
                run.replications == 1 ? "batches" : "replications");
  return text;
}

void add_erlang_c(Table& table, const Run& run) {
  const auto n = static_cast<int>(run.agents);
  const double lambda = run.per_hour[0] / kHour;
  const theory::Waiting expected = theory::erlang_c(n, lambda, kMu, 20);
  const std::string model = label("M/M/n", run, lambda / kMu / n);
  const Results results = simulate(run);
  const auto found = statistics_of(results.streams()[0], run.replications);
  table.add(model, "p_wait", expected.p_wait, find(found, "p_wait"));
  table.add(model, "mean_wait_s", expected.mean_wait_s, find(found, "mean_wait_s"));
  table.add(model, "service_level", expected.p_within, find(found, "service_level"));
}

void add_erlang_a(Table& table, const Run& run) {
  constexpr double kTheta = 1 / 120.0;
  const auto n = static_cast<int>(run.agents);
  const double lambda = run.per_hour[0] / kHour;
  const theory::Waiting expected = theory::erlang_a(n, lambda, kMu, kTheta);
  const std::string model = label("M/M/n+M", run, lambda / kMu / n);
  const Results results = simulate(run);
  const auto found = statistics_of(results.streams()[0], run.replications);
  table.add(model, "p_wait", expected.p_wait, find(found, "p_wait"));
  table.add(model, "mean_wait_s", expected.mean_wait_s, find(found, "mean_wait_s"));
  table.add(model, "abandon_rate", expected.abandon_rate, find(found, "abandon_rate"));
  table.add(model, "occupancy", lambda * (1 - expected.abandon_rate) / kMu / n,
            find(statistics_of(results.agents()[0], run.replications), "occupancy"));
}

void add_cobham(Table& table, const Run& run) {
  const auto n = static_cast<int>(run.agents);
  const double first = run.per_hour[0] / kHour;
  const double second = run.per_hour[1] / kHour;
  const theory::TwoClasses expected = theory::cobham(n, first, second, kMu);
  const std::string model = label("two priorities", run, (first + second) / kMu / n);
  const Results results = simulate(run);
  const auto members = statistics_of(results.streams()[0], run.replications);
  const auto guests = statistics_of(results.streams()[1], run.replications);
  table.add(model, "p_wait (members)", expected.p_wait, find(members, "p_wait"));
  table.add(model, "mean_wait_s (members)", expected.first_wait_s, find(members, "mean_wait_s"));
  table.add(model, "mean_wait_s (guests)", expected.second_wait_s, find(guests, "mean_wait_s"));
}

TEST(Theory, NineteenOfTwentyPointsLieWithinOneAndAHalfConfidenceIntervals) {
  Table table;
  std::printf("%-38s %-22s %11s %11s   %9s %6s\n", "model", "statistic", "theory", "simulated", "ci95",
              "ratio");
  add_erlang_c(table, {"erlang_c", 1, {12}, 20});
  add_erlang_c(table, {"erlang_c", 5, {80}, 20});
  add_erlang_c(table, {"erlang_c", 20, {360}, 1});
  add_erlang_c(table, {"erlang_c", 50, {950}, 20});
  add_erlang_a(table, {"erlang_a", 10, {220}, 20});
  add_erlang_a(table, {"erlang_a", 20, {420}, 1});
  add_erlang_a(table, {"erlang_a", 50, {950}, 20});
  add_cobham(table, {"two_priorities", 5, {40, 40}, 20});
  add_cobham(table, {"two_priorities", 20, {120, 240}, 1});
  std::printf("%d of %d points inside ci95 x 1.5\n", table.points() - table.outside(), table.points());
  EXPECT_GE(table.points(), 20);
  EXPECT_LE(table.outside() * 20, table.points());
}

}  // namespace
}  // namespace cordboard::sim
