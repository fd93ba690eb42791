// Two policies on the same contacts: equal ones differ by exactly nothing, different ones by what is known.

#include "agents-sim/compare/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agents-sim/virtual/replications.h"
#include "tests/sim/small_run.h"

namespace cordboard::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string hotline(int agents, const std::string& contact = "",
                    const std::string& strategy = "longest_idle") {
  return R"(horizon: 20h
warmup: 1h
router: {queues: [{name: sales, strategy: )" +
         strategy + R"(}]}
agents: [{name: ana, count: )" +
         std::to_string(agents) + R"(}]
contacts:
  - name: callers
    queue: sales
    arrivals: {poisson: {per_hour: 60}}
    handle_time: {exponential: {mean: 3m}}
    patience: {exponential: {mean: 2m}}
    redial: {probability: 0.3, after: {exponential: {mean: 5m}}}
)" + contact;
}

const Difference& find(const std::vector<ComparedRow>& rows, std::string_view measure) {
  static const Difference kNone;
  for (const ComparedRow& row : rows) {
    for (const Difference& difference : row.differences) {
      if (difference.measure == measure) return difference;
    }
  }
  ADD_FAILURE() << "no " << measure;
  return kNone;
}

struct Pair {
  Pair(const std::string& first, const std::string& second, std::uint32_t replications)
      : a(scenario_of(first)), b(scenario_of(second)), plan_a(a), plan_b(b) {
    const SimulationOptions options{1, replications, 1, false};
    results_a.emplace(simulate(a, plan_a, options));
    results_b.emplace(simulate(b, plan_b, options));
  }

  Scenario a;
  Scenario b;
  CellPlan plan_a;
  CellPlan plan_b;
  std::optional<Results> results_a;
  std::optional<Results> results_b;
};

TEST(Comparison, TheSamePolicyDiffersByExactlyNothing) {
  for (const std::uint32_t replications : {1u, 5u}) {
    const Pair pair(hotline(4), hotline(4), replications);
    const auto rows = compare_contacts(*pair.results_a, *pair.results_b);
    ASSERT_EQ(rows.size(), 1u);
    for (const Difference& difference : rows[0].differences) {
      EXPECT_EQ(difference.difference.mean, 0) << difference.measure;
      EXPECT_EQ(difference.difference.ci95, 0) << difference.measure;
      EXPECT_FALSE(difference.is_significant());
    }
  }
}

TEST(Comparison, WhoServesOfEqualAgentsChangesNothingForTheCustomers) {
  const Pair pair(hotline(4), hotline(4, "", "least_skilled"), 3);
  const auto rows = compare_contacts(*pair.results_a, *pair.results_b);
  EXPECT_EQ(find(rows, "mean_wait_s").difference.mean, 0);
  EXPECT_EQ(find(rows, "abandoned").difference.mean, 0);
}

TEST(Comparison, OneMoreAgentIsFoundAndPairsAreSharperThanTwoRuns) {
  const Pair pair(hotline(4), hotline(5), 10);
  const auto rows = compare_contacts(*pair.results_a, *pair.results_b);
  const Difference& wait = find(rows, "mean_wait_s");
  EXPECT_LT(wait.difference.mean, 0);
  EXPECT_TRUE(wait.is_significant());
  EXPECT_DOUBLE_EQ(wait.difference.mean, wait.b.mean - wait.a.mean);
  EXPECT_TRUE(find(rows, "service_level").is_significant());
  // Independent runs would give the root of the sum of squares.
  EXPECT_LT(wait.difference.ci95, std::sqrt(wait.a.ci95 * wait.a.ci95 + wait.b.ci95 * wait.b.ci95));
  EXPECT_TRUE(find(compare_agents(*pair.results_a, *pair.results_b), "occupancy").is_significant());
  const std::string table = comparison_table(*pair.results_a, *pair.results_b);
  EXPECT_THAT(table, HasSubstr("10 pairs of replications"));
  EXPECT_THAT(table, HasSubstr(" *\n"));
  EXPECT_THAT(comparison_json(*pair.results_a, *pair.results_b), HasSubstr("\"significant\":true"));
}

TEST(Comparison, ADifferenceOfRatiosByHand) {
  const std::vector<Ratio> a = {{1, 10}, {3, 10}};
  const std::vector<Ratio> b = {{2, 10}, {4, 10}};
  EXPECT_NEAR(estimate_ratio_difference(a, b).mean, 0.1, 1e-12);
  EXPECT_NEAR(estimate_ratio_difference(a, b).ci95, 0, 1e-12);  // one more in each pair
  const std::vector<Ratio> c = {{2, 10}, {5, 10}};
  EXPECT_NEAR(estimate_ratio_difference(a, c).mean, 0.15, 1e-12);
  // The pairs differ by 0.1 and 0.2: deviation 0.0707, over the root of 2, times 12.7062.
  EXPECT_NEAR(estimate_ratio_difference(a, c).ci95, 0.05 * 12.7062, 1e-4);
}

std::vector<std::string> contact_problems(const std::string& first, const std::string& second) {
  const Scenario a = scenario_of(first);
  const Scenario b = scenario_of(second);
  return contact_differences({&a, "a.yaml"}, {&b, "b.yaml"});
}

TEST(Comparison, PolicyMayDiffer) {
  EXPECT_THAT(contact_problems(hotline(4), hotline(9, "    priority: 5\n    tier: 1\n", "most_skilled")),
              IsEmpty());
}

TEST(Comparison, SaysWhereTheContactsDiffer) {
  std::string other = hotline(4);
  other.replace(other.find("mean: 3m"), 8, "mean: 4m");
  other.replace(other.find("0.3"), 3, "0.4");
  EXPECT_THAT(contact_problems(hotline(4), other),
              ElementsAre("b.yaml:6: contacts[0] (callers): handle_time differs from a.yaml:6",
                          "b.yaml:6: contacts[0] (callers): redial differs from a.yaml:6"));
  other = hotline(4);
  other.replace(other.find("name: callers"), 13, "name: others ");
  EXPECT_THAT(contact_problems(hotline(4), other),
              ElementsAre("b.yaml: contacts: there is no `callers`, which is in a.yaml:6",
                          "a.yaml: contacts: there is no `others`, which is in b.yaml:6"));
  other = hotline(4);
  other.replace(other.find("20h"), 3, "21h");
  EXPECT_THAT(contact_problems(hotline(4), other), ElementsAre("b.yaml: horizon differs from a.yaml"));
}

}  // namespace
}  // namespace cordboard::sim
