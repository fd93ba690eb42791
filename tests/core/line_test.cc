// Line against a sorted list, on random tapes that resemble queues.

#include "router/core/line.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <vector>

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
  Line<std::uint64_t> line;
  std::map<std::uint64_t, std::uint32_t> naive;
  Rng rng{seed};
  const auto chance = [&](int percent) { return rng.next() % 100 < static_cast<std::uint64_t>(percent); };
  std::uint64_t last = 1'000'000;
  for (int step = 0; step < 20'000; ++step) {
    const bool grow = naive.empty() || chance(naive.size() < tape.size ? 60 : 40);
    if (grow) {
      const std::uint64_t key = chance(tape.at_end) ? ++last : rng.next() % last;
      const auto item = static_cast<std::uint32_t>(step);
      if (naive.emplace(key, item).second) line.insert(key, item);
    } else {
      auto gone = naive.begin();
      if (!chance(tape.at_front)) gone = naive.lower_bound(rng.next() % last);
      if (gone == naive.end()) gone = naive.begin();
      line.erase(gone->first, gone->second);
      naive.erase(gone);
    }
    ASSERT_EQ(line.size(), naive.size());
    if (!naive.empty()) {
      ASSERT_EQ(line.front().item, naive.begin()->second);
    }
    if (step % 7 != 0) continue;
    const std::uint64_t asked = rng.next() % (last + 2);
    const auto before = std::distance(naive.begin(), naive.lower_bound(asked));
    ASSERT_EQ(line.count_before(asked), static_cast<std::size_t>(before)) << "step " << step;
    std::vector<std::uint32_t> earlier;
    line.for_each_before([&](std::uint64_t key) { return key < asked; },
                         [&](std::uint32_t item) { earlier.push_back(item); });
    ASSERT_EQ(earlier.size(), static_cast<std::size_t>(before));
    ASSERT_TRUE(std::equal(earlier.begin(), earlier.end(), naive.begin(),
                           [](std::uint32_t item, const auto& entry) { return item == entry.second; }));
    const auto odd =
        std::find_if(naive.begin(), naive.end(), [](const auto& e) { return e.second % 2 == 1; });
    const auto* found = line.first_where([](std::uint32_t item) { return item % 2 == 1; });
    ASSERT_EQ(found == nullptr, odd == naive.end());
    if (found != nullptr) {
      ASSERT_EQ(found->item, odd->second);
    }
  }
}

TEST(Line, IsInTheOrderOfASortedList) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    play({100, 100, 500}, seed);
    play({95, 70, 2'000}, seed);
    play({50, 0, 1'000}, seed);
    play({0, 0, 300}, seed);
    play({90, 90, 3}, seed);
  }
}

TEST(Line, NothingIsBeforeAnythingInAnEmptyOne) {
  Line<std::uint64_t> line;
  EXPECT_EQ(line.count_before(5), 0u);
  line.insert(5, 1);
  line.erase(5, 1);
  EXPECT_EQ(line.count_before(9), 0u);
}

}  // namespace
}  // namespace cordboard
