#include "agents-sim/virtual/estimate.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <vector>

#include "agents-sim/base/distribution.h"

namespace cordboard::sim {
namespace {

using namespace std::chrono_literals;

TEST(Estimate, OfAMeanIsTheTextbookInterval) {
  const std::vector<double> units = {9, 10, 11, 14};
  const Estimate estimate = estimate_mean(units);
  EXPECT_DOUBLE_EQ(estimate.mean, 11);
  EXPECT_NEAR(estimate.ci95, 3.18245 * std::sqrt(14.0 / 3 / 4), 1e-9);
  EXPECT_DOUBLE_EQ(estimate_mean(units, 4).mean, 44);
  EXPECT_DOUBLE_EQ(estimate_mean(units, 4).ci95, 4 * estimate.ci95);
}

TEST(Estimate, OfARatioPoolsTheUnits) {
  const std::vector<Ratio> units = {{1, 10}, {30, 100}};
  EXPECT_DOUBLE_EQ(estimate_ratio(units).mean, 31.0 / 110);
  const std::vector<Ratio> proportional = {{2, 10}, {20, 100}, {6, 30}};
  EXPECT_NEAR(estimate_ratio(proportional).mean, 0.2, 1e-15);
  EXPECT_NEAR(estimate_ratio(proportional).ci95, 0, 1e-12);
}

TEST(Estimate, SaysThatItDoesNotKnow) {
  EXPECT_TRUE(std::isnan(estimate_ratio(std::vector<Ratio>{{0, 0}, {0, 0}}).mean));
  EXPECT_TRUE(std::isnan(estimate_mean(std::vector<double>{}).mean));
  const Estimate single = estimate_ratio(std::vector<Ratio>{{1, 4}, {0, 0}});
  EXPECT_EQ(single.mean, 0.25);
  EXPECT_TRUE(std::isnan(single.ci95));
  EXPECT_TRUE(std::isnan(estimate_mean(std::vector<double>{3}).ci95));
}

TEST(Estimate, StudentTFollowsTheTables) {
  EXPECT_NEAR(student_t_975(1), 12.7062, 1e-4);
  EXPECT_NEAR(student_t_975(19), 2.09302, 1e-5);
  EXPECT_NEAR(student_t_975(31), 2.03951, 1e-4);
  EXPECT_NEAR(student_t_975(100), 1.98397, 1e-4);
  EXPECT_NEAR(student_t_975(1'000'000), 1.95997, 1e-4);
}

// Of 95 % intervals, 95 % must hold the truth: 2,000 experiments of 10 units each.
TEST(Estimate, IntervalsHoldTheTruthAsOftenAsTheySay) {
  RandomStream random(1);
  const Distribution unit = Distribution::erlang(4, 100s);
  int inside = 0;
  for (int experiment = 0; experiment < 2000; ++experiment) {
    std::vector<double> units;
    for (int i = 0; i < 10; ++i) units.push_back(static_cast<double>(unit.sample(random).count()) * 1e-6);
    const Estimate estimate = estimate_mean(units);
    if (std::fabs(estimate.mean - 100) <= estimate.ci95) ++inside;
  }
  EXPECT_NEAR(inside / 2000.0, 0.95, 0.02);
}

}  // namespace
}  // namespace cordboard::sim
