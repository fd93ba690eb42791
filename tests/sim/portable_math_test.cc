#include "agents-sim/base/portable_math.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>

#include "agents-sim/base/random.h"

namespace cordboard::sim {
namespace {

TEST(PortableMath, LogAgreesWithTheLibraryToTheLastBits) {
  RandomStream random(1);
  for (int i = 0; i < 100'000; ++i) {
    const double x = std::ldexp(random.uniform(), static_cast<int>(random.next() % 200) - 100);
    ASSERT_NEAR(portable_log(x), std::log(x), 4e-16 * std::fabs(std::log(x))) << x;
  }
  EXPECT_EQ(portable_log(1), 0);
}

TEST(PortableMath, ExpAgreesWithTheLibraryToTheLastBits) {
  RandomStream random(2);
  for (int i = 0; i < 100'000; ++i) {
    const double x = (random.uniform() - 0.5) * 1398;
    ASSERT_NEAR(portable_exp(x), std::exp(x), 4e-16 * std::exp(x)) << x;
  }
  EXPECT_EQ(portable_exp(0), 1);
  EXPECT_EQ(portable_exp(-1000), 0);
}

TEST(PortableMath, NormalQuantileInvertsTheDistributionFunction) {
  for (const double p : {1e-12, 1e-6, 0.001, 0.025, 0.07, 0.3, 0.5, 0.6, 0.93, 0.975, 0.999999}) {
    EXPECT_NEAR(0.5 * std::erfc(-normal_quantile(p) / std::sqrt(2.0)), p, 1e-12 * p + 1e-15) << p;
  }
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-15);
}

// Golden: another compiler, optimization level or processor must give the same bits.
TEST(PortableMath, GivesTheSameBitsEverywhere) {
  RandomStream random(3);
  std::uint64_t digest = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double u = random.uniform();
    for (const double value : {portable_log(u), portable_exp(40 * u - 20), normal_quantile(u)}) {
      digest = std::rotl(digest, 7) ^ std::bit_cast<std::uint64_t>(value);
    }
  }
  EXPECT_EQ(digest, 11575623549524394138u);
}

}  // namespace
}  // namespace cordboard::sim
