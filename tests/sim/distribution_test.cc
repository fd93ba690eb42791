#include "agents-sim/base/distribution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <vector>

namespace cordboard::sim {
namespace {

using namespace std::chrono_literals;

struct Moments {
  double mean = 0;
  double deviation = 0;
  double standard_error = 0;
};

Moments measure(const Distribution& distribution, int draws) {
  RandomStream random(11);
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < draws; ++i) {
    const double x = static_cast<double>(distribution.sample(random).count()) * 1e-6;
    sum += x;
    squares += x * x;
  }
  const double mean = sum / draws;
  const double deviation = std::sqrt(squares / draws - mean * mean);
  return {mean, deviation, deviation / std::sqrt(draws)};
}

// Four standard errors for the mean; the deviation of the deviation is larger for skewed distributions.
void expect_moments(const Distribution& distribution, double mean, double deviation) {
  const Moments found = measure(distribution, 400'000);
  EXPECT_NEAR(found.mean, mean, 4 * found.standard_error);
  EXPECT_NEAR(found.deviation, deviation, 0.02 * deviation);
}

TEST(Distribution, HasTheMomentsItSays) {
  expect_moments(Distribution::exponential(180s), 180, 180);
  expect_moments(Distribution::uniform(10s, 40s), 25, 30 / std::sqrt(12.0));
  expect_moments(Distribution::erlang(4, 100s), 100, 50);
  expect_moments(Distribution::erlang(1, 100s), 100, 100);
  expect_moments(Distribution::lognormal(177s, 1.23), 177, 177 * 1.23);
  expect_moments(Distribution::lognormal(60s, 0), 60, 0);
  expect_moments(Distribution::empirical({1s, 1s, 4s}), 2, std::sqrt(2.0));
}

TEST(Distribution, ConstantsAndNeverDrawNothing) {
  RandomStream asked(5);
  RandomStream untouched(5);
  EXPECT_EQ(Distribution::constant(7s).sample(asked), Duration(7s));
  EXPECT_EQ(Distribution::never().sample(asked), kForever);
  EXPECT_EQ(Distribution{}.sample(asked), Duration::zero());
  EXPECT_EQ(asked.next(), untouched.next());
}

TEST(Distribution, UniformReachesBothEndsAndNothingBeyond) {
  RandomStream random(6);
  const Distribution distribution = Distribution::uniform(Duration{3}, Duration{5});
  std::vector<Duration> seen;
  for (int i = 0; i < 1000; ++i) seen.push_back(distribution.sample(random));
  EXPECT_EQ(*std::min_element(seen.begin(), seen.end()), Duration{3});
  EXPECT_EQ(*std::max_element(seen.begin(), seen.end()), Duration{5});
}

TEST(Distribution, KnowsWhatItNeverExceeds) {
  EXPECT_EQ(Distribution::constant(7s).upper_bound(), Duration(7s));
  EXPECT_EQ(Distribution::uniform(1s, 9s).upper_bound(), Duration(9s));
  EXPECT_EQ(Distribution::empirical({3s, 8s, 2s}).upper_bound(), Duration(8s));
  EXPECT_EQ(Distribution::exponential(1s).upper_bound(), kForever);
}

TEST(Distribution, ExtremeDrawsAreCutToTheLongestSample) {
  RandomStream random(8);
  const Distribution wild = Distribution::lognormal(std::chrono::hours{24 * 36'000}, 100);
  for (int i = 0; i < 10'000; ++i) {
    const Duration sample = wild.sample(random);
    ASSERT_GE(sample, Duration::zero());
    ASSERT_LE(sample, kLongestSample);
  }
}

// Golden: another compiler, optimization level or processor must give the same microseconds.
TEST(Distribution, GivesTheSameMicrosecondsEverywhere) {
  RandomStream random(9);
  std::uint64_t digest = 0;
  const std::vector<Distribution> all = {Distribution::exponential(180s), Distribution::uniform(10s, 40s),
                                         Distribution::erlang(3, 100s), Distribution::lognormal(177s, 1.23),
                                         Distribution::empirical({1s, 2s, 5s})};
  for (int i = 0; i < 10'000; ++i) {
    for (const Distribution& distribution : all) {
      digest = std::rotl(digest, 7) ^ static_cast<std::uint64_t>(distribution.sample(random).count());
    }
  }
  EXPECT_EQ(digest, 3394835753931145930u);
}

}  // namespace
}  // namespace cordboard::sim
