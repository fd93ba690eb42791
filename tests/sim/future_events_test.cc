#include "agents-sim/base/future_events.h"

#include <gtest/gtest.h>

#include <map>

#include "agents-sim/base/random.h"

namespace cordboard::sim {
namespace {

TEST(FutureEvents, AnEmptyHeapHasNothingNext) {
  FutureEvents future;
  EXPECT_TRUE(future.empty());
  EXPECT_EQ(future.next_at(), kNever);
}

// A random tape against a model that is ordered by (time, order of pushing) by construction.
TEST(FutureEvents, ComeInTheOrderOfTimeThenOfDecision) {
  RandomStream random(1);
  FutureEvents future;
  std::multimap<Time, std::uint64_t> model;
  for (std::uint64_t step = 0; step < 20'000; ++step) {
    if (model.empty() || random.chance(0.52)) {
      const Time at = time_from_us(static_cast<std::int64_t>(random.next() % 50));
      future.push({at, FutureKind::Arrival, 0, 0, step});
      model.emplace(at, step);
    } else {
      ASSERT_EQ(future.next_at(), model.begin()->first);
      ASSERT_EQ(future.pop().stamp, model.begin()->second);
      model.erase(model.begin());
    }
    ASSERT_EQ(future.empty(), model.empty());
  }
}

}  // namespace
}  // namespace cordboard::sim
