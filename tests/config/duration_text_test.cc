#include "router/config/duration_text.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace cordboard {
namespace {

using namespace std::chrono_literals;

TEST(Duration, IsReadWithAnyUnit) {
  const std::vector<std::pair<std::string, Duration>> table = {
      {"0", 0us},
      {"0s", 0us},
      {"7us", 7us},
      {"250ms", 250ms},
      {"20s", 20s},
      {"5m", 5min},
      {"12h", 12h},
      {"7d", 7 * 24h},
      {"1h30m", 90min},
      {"1d2h3m4s5ms6us", 24h + 2h + 3min + 4s + 5ms + 6us},
      {"1.5s", 1500ms},
      {"0.25h", 15min},
      {"90m", 90min},
      {"1m0.5s", 60'500ms},
      {"0.000001s", 1us},
      {"0.5000000000s", 500ms},
      {"36500d", kMaxDuration},
      {"007s", 7s}};
  for (const auto& [text, expected] : table) {
    const ParsedDuration parsed = parse_duration(text);
    ASSERT_TRUE(parsed.value) << text << ": " << parsed.problem;
    EXPECT_EQ(*parsed.value, expected) << text;
  }
}

TEST(Duration, SaysWhatIsWrongWithIt) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"", "it is empty"},
      {"20", "a unit is missing (d, h, m, s, ms, us)"},
      {"1h30", "a unit is missing (d, h, m, s, ms, us)"},
      {"-5s", "it must not be negative"},
      {"s", "expected digits and a unit (d, h, m, s, ms, us), for example 20s or 1h30m"},
      {".5s", "expected digits and a unit (d, h, m, s, ms, us), for example 20s or 1h30m"},
      {"5.s", "expected digits and a unit (d, h, m, s, ms, us), for example 20s or 1h30m"},
      {"1 h", "a unit is missing (d, h, m, s, ms, us)"},
      {"5s ", "expected digits and a unit (d, h, m, s, ms, us), for example 20s or 1h30m"},
      {"5w", "unknown unit w (known: d, h, m, s, ms, us)"},
      {"5S", "unknown unit S (known: d, h, m, s, ms, us)"},
      {"1s1s", "units go from large to small (d, h, m, s, ms, us), each once"},
      {"30s1m", "units go from large to small (d, h, m, s, ms, us), each once"},
      {"0.1us", "it must be a whole number of microseconds"},
      {"0.0000001s", "it must be a whole number of microseconds"},
      {"36500d1us", "it must be at most 36500d"},
      {"99999999999999999999999s", "it must be at most 36500d"}};
  for (const auto& [text, problem] : table) {
    const ParsedDuration parsed = parse_duration(text);
    EXPECT_FALSE(parsed.value) << text;
    EXPECT_EQ(parsed.problem, problem) << text;
  }
}

TEST(Duration, SuggestsWhatIsLikelyMeant) {
  EXPECT_EQ(parse_duration("20").suggestion, "did you mean 20s?");
  EXPECT_EQ(parse_duration("5min").suggestion, "did you mean 5m?");
  EXPECT_EQ(parse_duration("1h30mins").suggestion, "did you mean 1h30m?");
  EXPECT_EQ(parse_duration("1h30").suggestion, "");
}

TEST(Duration, IsWrittenWithTheLargestUnits) {
  EXPECT_EQ(format_duration(0us), "0s");
  EXPECT_EQ(format_duration(90min), "1h30m");
  EXPECT_EQ(format_duration(24h), "1d");
  EXPECT_EQ(format_duration(1500ms), "1s500ms");
  EXPECT_EQ(format_duration(-20s), "-20s");
  EXPECT_EQ(format_duration(Duration::min()).front(), '-');
}

TEST(Duration, IsReadAsItWasWritten) {
  std::uint64_t state = 42;
  for (int i = 0; i < 10'000; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    const auto range = static_cast<std::uint64_t>(kMaxDuration.count()) >> (state % 50);
    const Duration duration{static_cast<std::int64_t>((state >> 8) % (range + 1))};
    const std::string text = format_duration(duration);
    ASSERT_EQ(parse_duration(text).value, duration) << text;
  }
}

}  // namespace
}  // namespace cordboard
