// RankedKeys against a sorted list, on random tapes that resemble queues.

#include "router/core/ranked_keys.h"

#include <gtest/gtest.h>

#include <set>

#include "router/core/rng.h"

namespace cordboard {
namespace {

// Percentages: keys that come at the end, keys that leave at the front.
struct Traffic {
  int at_end;
  int at_front;
  std::size_t size;  // about which it stays
};

void play(const Traffic& tape, std::uint64_t seed) {
  RankedKeys<std::uint64_t> ranked;
  std::set<std::uint64_t> naive;
  Rng rng{seed};
  const auto chance = [&](int percent) { return rng.next() % 100 < static_cast<std::uint64_t>(percent); };
  std::uint64_t last = 1'000'000;
  for (int step = 0; step < 20'000; ++step) {
    const bool grow = naive.empty() || chance(naive.size() < tape.size ? 60 : 40);
    if (grow) {
      const std::uint64_t key = chance(tape.at_end) ? ++last : rng.next() % last;
      if (naive.insert(key).second) ranked.insert(key);
    } else {
      auto gone = naive.begin();
      if (!chance(tape.at_front)) gone = naive.lower_bound(rng.next() % last);
      if (gone == naive.end()) gone = naive.begin();
      ranked.erase(*gone);
      naive.erase(gone);
    }
    ASSERT_EQ(ranked.size(), naive.size());
    if (step % 7 != 0) continue;
    const std::uint64_t asked = rng.next() % (last + 2);
    const auto before = std::distance(naive.begin(), naive.lower_bound(asked));
    ASSERT_EQ(ranked.count_before(asked), static_cast<std::size_t>(before)) << "step " << step;
  }
}

TEST(RankedKeys, CountWhatASortedListCounts) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    play({100, 100, 500}, seed);
    play({95, 70, 2'000}, seed);
    play({50, 0, 1'000}, seed);
    play({0, 0, 300}, seed);
    play({90, 90, 3}, seed);
  }
}

TEST(RankedKeys, NothingIsBeforeAnythingInAnEmptyOne) {
  RankedKeys<std::uint64_t> ranked;
  EXPECT_EQ(ranked.count_before(5), 0u);
  ranked.insert(5);
  ranked.erase(5);
  EXPECT_EQ(ranked.count_before(9), 0u);
}

}  // namespace
}  // namespace cordboard
