// The simulator against queueing theory: the models of docs/SIMULATOR.md, "Against theory". Prints the
// tables; for users:
//
//   ctest --test-dir build/release -R Theory -V

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "agents-sim/scenario/scenario_reader.h"
#include "agents-sim/virtual/replications.h"
#include "agents-sim/virtual/statistics.h"
#include "tests/sim/patience_models.h"
#include "tests/sim/queueing_theory.h"
#include "tests/sim/skill_models.h"

namespace cordboard::sim {
namespace {

constexpr double kMu = 1 / 180.0;  // of all scenario files
constexpr double kHour = 3600;

Duration seconds(double value) { return Duration{std::llround(value * 1e6)}; }

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
  std::uint32_t agents;          // of the first group; 0: as in the file
  std::vector<double> per_hour;  // by stream; empty: as in the file
  std::uint32_t replications;    // 1: batches of one run of the file's length
};

Results simulate(const Run& run, Scenario scenario) {
  scenario.horizon /= run.replications;
  scenario.warmup = std::min(scenario.warmup, Duration(20h));
  if (run.agents != 0) scenario.agents.at(0).count = run.agents;
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

Results simulate(const Run& run) { return simulate(run, load(run.file)); }

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

// N, X and M: who serves what is read off the scenario.
theory::SkillModel skill_model_of(const Scenario& scenario) {
  theory::SkillModel model;
  model.mu = kMu;
  for (const ContactStream& stream : scenario.contacts) {
    model.lambda.push_back(stream.arrivals.pieces.at(0).per_hour / kHour);
  }
  for (const AgentGroup& group : scenario.agents) {
    std::uint32_t kinds = 0;
    for (std::size_t k = 0; k < scenario.contacts.size(); ++k) {
      for (const SkillLevel& skill : group.profile.skills) {
        kinds |= skill.skill == scenario.contacts[k].queue ? 1u << k : 0u;
      }
    }
    model.servers.insert(model.servers.end(), group.count, kinds);
  }
  return model;
}

void add_skills(Table& table, const char* name, const Run& run) {
  const Scenario scenario = load(run.file);
  const theory::SkillModel model = skill_model_of(scenario);
  const theory::SkillResults expected = theory::solve(model);
  const Results results = simulate(run, scenario);
  const double offered = std::accumulate(model.lambda.begin(), model.lambda.end(), 0.0) / kMu;
  Run all = run;
  all.agents = static_cast<std::uint32_t>(model.servers.size());
  const std::string text = label(name, all, offered / all.agents);
  for (std::size_t k = 0; k < scenario.contacts.size(); ++k) {
    const auto found = statistics_of(results.streams()[k], run.replications);
    const std::string of = " (" + scenario.contacts[k].name + ")";
    table.add(text, "p_wait" + of, expected.p_wait[k], find(found, "p_wait"));
    table.add(text, "mean_wait_s" + of, expected.mean_wait_s[k], find(found, "mean_wait_s"));
  }
  std::size_t server = 0;
  for (std::size_t g = 0; g < scenario.agents.size(); ++g) {
    table.add(text, "occupancy (" + scenario.agents[g].name + ")", expected.occupancy[server],
              find(statistics_of(results.agents()[g], run.replications), "occupancy"));
    server += scenario.agents[g].count;
  }
}

void add_accumulating(Table& table, const Run& run, AgeingRate fast, AgeingRate slow) {
  Scenario scenario = load(run.file);
  scenario.router.queues.at(0).ageing = fast;
  scenario.router.queues.at(1).ageing = slow;
  const auto n = static_cast<int>(run.agents);
  const std::vector<double> lambda = {run.per_hour[1] / kHour, run.per_hour[0] / kHour};
  const std::vector<double> expected =
      theory::accumulating_waits(n, lambda, {static_cast<double>(slow), static_cast<double>(fast)}, kMu);
  char name[32];
  std::snprintf(name, sizeof name, "ageing %.1f:%.1f", fast / 1000.0, slow / 1000.0);
  const std::string model = label(name, run, (lambda[0] + lambda[1]) / kMu / n);
  const Results results = simulate(run, scenario);
  table.add(model, "mean_wait_s (fast)", expected[1],
            find(statistics_of(results.streams()[0], run.replications), "mean_wait_s"));
  table.add(model, "mean_wait_s (slow)", expected[0],
            find(statistics_of(results.streams()[1], run.replications), "mean_wait_s"));
}

// A patience for the simulator and for the theory.
struct Patience {
  Distribution drawn;
  theory::Survival survival;
};
Patience exponential(double mean_s) {
  return {Distribution::exponential(seconds(mean_s)), [=](double x) { return std::exp(-x / mean_s); }};
}
Patience constant(double value_s) {
  return {Distribution::constant(seconds(value_s)), [=](double x) { return x < value_s ? 1.0 : 0.0; }};
}
Patience uniform(double min_s, double max_s) {
  return {Distribution::uniform(seconds(min_s), seconds(max_s)), [=](double x) {
            return x <= min_s ? 1.0 : x >= max_s ? 0.0 : (max_s - x) / (max_s - min_s);
          }};
}
Patience lognormal(double mean_s, double cv) {
  const double variance = std::log(1 + cv * cv);
  const double median = std::log(mean_s) - variance / 2;
  return {Distribution::lognormal(seconds(mean_s), cv),
          [=](double x) { return std::erfc((std::log(x) - median) / std::sqrt(2 * variance)) / 2; }};
}

// Two streams with a patience each, which together are one with the mixture: with two exponential ones, the
// hyper-exponential distribution.
void add_patience(Table& table, const char* name, const Run& run, const Patience& hasty,
                  const Patience& patient) {
  Scenario scenario = load(run.file);
  scenario.contacts.at(0).patience = hasty.drawn;
  scenario.contacts.at(1).patience = patient.drawn;
  const auto n = static_cast<int>(run.agents);
  const double lambda = (run.per_hour[0] + run.per_hour[1]) / kHour;
  const double share = run.per_hour[0] / kHour / lambda;
  const theory::Survival all = [&](double x) {
    return share * hasty.survival(x) + (1 - share) * patient.survival(x);
  };
  const std::string model = label(name, run, lambda / kMu / n);
  const Results results = simulate(run, scenario);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto expected =
        theory::impatient(n, lambda, kMu, all, i == 0 ? hasty.survival : patient.survival, 20);
    const auto found = statistics_of(results.streams()[i], run.replications);
    const std::string of = i == 0 ? " (1)" : " (2)";
    if (i == 0) table.add(model, "p_wait" + of, expected.p_wait, find(found, "p_wait"));
    table.add(model, "mean_wait_s" + of, expected.mean_wait_s, find(found, "mean_wait_s"));
    table.add(model, "abandon_rate" + of, expected.abandon_rate, find(found, "abandon_rate"));
    table.add(model, "service_level" + of, expected.answered_within, find(found, "service_level"));
  }
}

// Of a table with many points some lie outside by chance: about one in 200 (Student's t, 19 degrees of
// freedom).
void expect_nearly_all_inside(const Table& table, int at_least) {
  std::printf("%d of %d points inside ci95 x 1.5\n", table.points() - table.outside(), table.points());
  EXPECT_GE(table.points(), at_least);
  EXPECT_LE(table.outside() * 20, table.points());
}

void print_head() {
  std::printf("%-38s %-22s %11s %11s   %9s %6s\n", "model", "statistic", "theory", "simulated", "ci95",
              "ratio");
}

// The formulas agree with each other where they speak of the same model.
TEST(Theory, AgreesWithItself) {
  const theory::Waiting one = theory::erlang_c(5, 80 / kHour, kMu, 20);
  const theory::SkillResults all_alike =
      theory::solve({{30 / kHour, 50 / kHour}, std::vector<std::uint32_t>(5, 3), kMu});
  for (int k = 0; k < 2; ++k) {
    EXPECT_NEAR(all_alike.p_wait[k], one.p_wait, 1e-12);
    EXPECT_NEAR(all_alike.mean_wait_s[k], one.mean_wait_s, 1e-9);
  }
  const theory::SkillResults apart = theory::solve({{15 / kHour, 30 / kHour}, {1, 2, 2}, kMu});
  EXPECT_NEAR(apart.mean_wait_s[0], theory::erlang_c(1, 15 / kHour, kMu, 0).mean_wait_s, 1e-9);
  EXPECT_NEAR(apart.mean_wait_s[1], theory::erlang_c(2, 30 / kHour, kMu, 0).mean_wait_s, 1e-9);
  const theory::Waiting impatient = theory::erlang_a(20, 420 / kHour, kMu, 1 / 120.0);
  const theory::Survival patience = [](double x) { return std::exp(-x / 120); };
  const theory::ImpatientWaiting general = theory::impatient(20, 420 / kHour, kMu, patience, patience, 20);
  EXPECT_NEAR(general.p_wait, impatient.p_wait, 1e-6);
  EXPECT_NEAR(general.mean_wait_s, impatient.mean_wait_s, 1e-4);
  EXPECT_NEAR(general.abandon_rate, impatient.abandon_rate, 1e-6);
  const theory::TwoClasses strict = theory::cobham(5, 40 / kHour, 40 / kHour, kMu);
  const auto nearly = theory::accumulating_waits(5, {40 / kHour, 40 / kHour}, {1, 1e9}, kMu);
  EXPECT_NEAR(nearly[1], strict.first_wait_s, 1e-6);
  EXPECT_NEAR(nearly[0], strict.second_wait_s, 1e-6);
}

TEST(Theory, SkillModelsAgreeWithTheirProductForm) {
  Table table;
  print_head();
  add_skills(table, "N", {"n_model", 0, {}, 20});
  add_skills(table, "X", {"x_model", 0, {}, 20});
  add_skills(table, "M", {"m_model", 0, {}, 20});
  expect_nearly_all_inside(table, 18);
}

TEST(Theory, AgeingAgreesWithAccumulatingPriority) {
  Table table;
  print_head();
  add_accumulating(table, {"accumulating", 1, {6, 10}, 20}, 2000, 1000);
  add_accumulating(table, {"accumulating", 5, {30, 60}, 20}, 2000, 1000);
  add_accumulating(table, {"accumulating", 5, {50, 40}, 20}, 10'000, 500);
  add_accumulating(table, {"accumulating", 20, {120, 260}, 20}, 1500, 300);
  expect_nearly_all_inside(table, 8);
}

TEST(Theory, PatienceOfAnyDistributionAgreesWithBaccelliAndHebuterne) {
  Table table;
  print_head();
  const struct Run busy { "patience", 20, {210, 210}, 20 };
  add_patience(table, "M/M/n+D", busy, constant(60), constant(60));
  add_patience(table, "M/M/n+H2", busy, exponential(40), exponential(200));
  add_patience(table, "M/M/n+U", {"patience", 10, {100, 100}, 20}, uniform(0, 180), uniform(0, 180));
  add_patience(table, "M/M/n+LN,U", busy, lognormal(120, 1.5), uniform(20, 60));
  expect_nearly_all_inside(table, 28);
}

TEST(Theory, NineteenOfTwentyPointsLieWithinOneAndAHalfConfidenceIntervals) {
  Table table;
  print_head();
  add_erlang_c(table, {"erlang_c", 1, {12}, 20});
  add_erlang_c(table, {"erlang_c", 5, {80}, 20});
  add_erlang_c(table, {"erlang_c", 20, {360}, 1});
  add_erlang_c(table, {"erlang_c", 50, {950}, 20});
  add_erlang_a(table, {"erlang_a", 10, {220}, 20});
  add_erlang_a(table, {"erlang_a", 20, {420}, 1});
  add_erlang_a(table, {"erlang_a", 50, {950}, 20});
  add_cobham(table, {"two_priorities", 5, {40, 40}, 20});
  add_cobham(table, {"two_priorities", 20, {120, 240}, 1});
  expect_nearly_all_inside(table, 20);
}

}  // namespace
}  // namespace cordboard::sim
