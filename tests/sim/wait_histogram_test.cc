#include "agents-sim/base/wait_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "agents-sim/base/distribution.h"

namespace cordboard::sim {
namespace {

using namespace std::chrono_literals;

TEST(WaitHistogram, IsZeroWhenEmptyAndExactForShortWaits) {
  WaitHistogram histogram;
  EXPECT_EQ(histogram.quantile_s(0.95), 0);
  for (int us = 1; us <= 100; ++us) histogram.add(Duration{us});
  EXPECT_DOUBLE_EQ(histogram.quantile_s(0.95), 95e-6);
  EXPECT_DOUBLE_EQ(histogram.quantile_s(0.5), 50e-6);
}

TEST(WaitHistogram, QuantilesAreWithinOnePercentOfTheSortedSample) {
  RandomStream random(1);
  const Distribution distribution = Distribution::lognormal(90s, 2);
  WaitHistogram histogram;
  std::vector<double> sample;
  for (int i = 0; i < 50'000; ++i) {
    const Duration wait = distribution.sample(random);
    histogram.add(wait);
    sample.push_back(static_cast<double>(wait.count()) * 1e-6);
  }
  std::sort(sample.begin(), sample.end());
  for (const double p : {0.01, 0.1, 0.5, 0.9, 0.95, 0.999}) {
    const double exact = sample[static_cast<std::size_t>(p * static_cast<double>(sample.size()))];
    EXPECT_NEAR(histogram.quantile_s(p), exact, 0.01 * exact) << p;
  }
}

TEST(WaitHistogram, MergingIsTheSameAsAddingAll) {
  RandomStream random(2);
  const Distribution distribution = Distribution::exponential(20s);
  WaitHistogram one;
  WaitHistogram other;
  WaitHistogram all;
  for (int i = 0; i < 1000; ++i) {
    const Duration wait = distribution.sample(random);
    (i % 3 == 0 ? one : other).add(wait);
    all.add(wait);
  }
  one.merge(other);
  EXPECT_EQ(one.count(), all.count());
  EXPECT_EQ(one.quantile_s(0.37), all.quantile_s(0.37));
}

TEST(WaitHistogram, TakesTheLongestWaitThereIs) {
  WaitHistogram histogram;
  histogram.add(kLongestSample);
  EXPECT_NEAR(histogram.quantile_s(0.5), 3.15576e9, 0.01 * 3.15576e9);
}

}  // namespace
}  // namespace cordboard::sim
