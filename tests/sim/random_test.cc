#include "agents-sim/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace cordboard::sim {
namespace {

TEST(Splitmix64, GivesTheReferenceValues) {
  std::uint64_t state = 1234567;
  EXPECT_EQ(splitmix64(state), 6457827717110365317u);
  EXPECT_EQ(splitmix64(state), 3203168211198807973u);
  EXPECT_EQ(splitmix64(state), 9817491932198370423u);
}

TEST(RandomStream, GivesTheReferenceValuesOfXoshiro256PlusPlus) {
  RandomStream random(std::array<std::uint64_t, 4>{1, 2, 3, 4});
  const std::vector<std::uint64_t> expected = {41943041u, 58720359u, 3588806011781223u, 3591011842654386u,
                                               9228616714210784205u};
  for (const std::uint64_t value : expected) EXPECT_EQ(random.next(), value);
}

TEST(RandomStream, IsTheSameForTheSameSourceAndDiffersForEveryOther) {
  RandomStream a(1, 0, "contacts/sales/patience");
  RandomStream same(1, 0, "contacts/sales/patience");
  RandomStream other_seed(2, 0, "contacts/sales/patience");
  RandomStream other_replication(1, 1, "contacts/sales/patience");
  RandomStream other_source(1, 0, "contacts/sales/arrivals");
  const std::uint64_t first = a.next();
  EXPECT_EQ(first, same.next());
  std::vector<std::uint64_t> values = {first, other_seed.next(), other_replication.next(),
                                       other_source.next()};
  std::sort(values.begin(), values.end());
  EXPECT_EQ(std::unique(values.begin(), values.end()), values.end());
}

TEST(RandomStream, UniformStaysInsideAndFillsTenBucketsEvenly) {
  RandomStream random(7);
  std::array<int, 10> buckets{};
  constexpr int kDraws = 100'000;
  for (int i = 0; i < kDraws; ++i) {
    const double u = random.uniform();
    ASSERT_GT(u, 0);
    ASSERT_LT(u, 1);
    ++buckets[static_cast<std::size_t>(u * 10)];
  }
  double chi_square = 0;
  for (const int count : buckets)
    chi_square += (count - kDraws / 10.0) * (count - kDraws / 10.0) / (kDraws / 10.0);
  EXPECT_LT(chi_square, 27.9);  // 0.999 quantile with 9 degrees of freedom
}

TEST(RandomStream, ACertainChanceDrawsNothing) {
  RandomStream asked(3);
  RandomStream untouched(3);
  EXPECT_FALSE(asked.chance(0));
  EXPECT_TRUE(asked.chance(1));
  EXPECT_EQ(asked.next(), untouched.next());
}

}  // namespace
}  // namespace cordboard::sim
