#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "tests/support/random_tape.h"

namespace cordboard::testing {
namespace {

// CORDBOARD_TAPE_SEED repeats one tape; CORDBOARD_TAPES sets how many are played (the same seeds each time).
std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

constexpr std::uint64_t kShards = 8;  // so that ctest plays them in parallel

class Tapes : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(Tapes, KeepEveryInvariantAfterEveryCommand) {
  const std::uint64_t only = setting("CORDBOARD_TAPE_SEED", 0);
  const std::uint64_t tapes = std::max(only, setting("CORDBOARD_TAPES", 10'000 / CORDBOARD_SEARCH_DIVISOR));
  for (std::uint64_t seed = 1 + GetParam(); seed <= tapes; seed += kShards) {
    if (only != 0 && seed != only) continue;
    const auto wrong = play_tape(seed, kCommandsPerTape);
    ASSERT_FALSE(wrong) << *wrong << "\nrepeat: CORDBOARD_TAPE_SEED=" << seed
                        << " core_test --gtest_filter='*Tapes*'";
  }
}

INSTANTIATE_TEST_SUITE_P(Random, Tapes, ::testing::Range<std::uint64_t>(0, kShards));

}  // namespace
}  // namespace cordboard::testing
