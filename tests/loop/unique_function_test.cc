#include "router/loop/unique_function.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>

namespace cordboard {
namespace {

TEST(UniqueFunctionTest, HoldsWhatCanOnlyBeMovedInPlaceAndOnTheHeap) {
  auto token = std::make_shared<int>(5);
  UniqueFunction<int(int)> small = [own = std::make_unique<int>(2), token](int by) { return *own * by; };
  UniqueFunction<int(int)> large = [pad = std::array<int, 64>{7}, token](int by) { return pad[0] * by; };
  EXPECT_EQ(small(3), 6);
  EXPECT_EQ(large(3), 21);
  EXPECT_EQ(token.use_count(), 3);

  UniqueFunction<int(int)> moved = std::move(small);
  EXPECT_FALSE(small);
  EXPECT_EQ(moved(4), 8);
  moved = std::move(large);
  EXPECT_EQ(moved(1), 7);
  EXPECT_EQ(token.use_count(), 2);
  moved = nullptr;
  EXPECT_FALSE(moved);
  EXPECT_EQ(token.use_count(), 1);
}

TEST(UniqueFunctionTest, IsCalledAgainAndKeepsWhatItChanged) {
  UniqueFunction<int()> counter = [n = 0]() mutable { return ++n; };
  counter();
  EXPECT_EQ(counter(), 2);
}

TEST(UniqueFunctionDeathTest, CallingAnEmptyOneAborts) {
  UniqueFunction<void()> empty;
  EXPECT_DEATH(empty(), "");
}

}  // namespace
}  // namespace cordboard
