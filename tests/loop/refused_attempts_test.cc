// Refused attempts become few rows, whatever is tried.
#include "router/loop/refused_attempts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace cordboard {
namespace {

using ::testing::IsEmpty;

constexpr Time kStart = time_from_us(1'700'000'000'000'000);

RefusedAttempt attempt(const std::string& who, const std::string& action = "act") {
  return {who, "agent", action, "needs another role"};
}

std::uint64_t attempts_in(const std::vector<AuditEntry>& rows) {
  std::uint64_t sum = 0;
  for (const AuditEntry& row : rows) sum += row.attempts;
  return sum;
}

TEST(RefusedAttempts, TheFirstIsToldAtOnceAndTheOthersWhenTheMinuteEnds) {
  RefusedAttempts refused;
  EXPECT_EQ(refused.next_deadline(), kNever);
  EXPECT_TRUE(refused.add(attempt("ana")));
  auto rows = refused.take(kStart);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].who, "ana");
  EXPECT_EQ(rows[0].roles, "agent");
  EXPECT_EQ(rows[0].action, "act");
  EXPECT_EQ(rows[0].refusal, "needs another role");
  EXPECT_EQ(rows[0].attempts, 1u);
  EXPECT_EQ(rows[0].sequence, 0u);
  EXPECT_EQ(rows[0].at, kStart);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(refused.add(attempt("ana")));
  EXPECT_TRUE(refused.add(attempt("ana", "set_queue_mode"))) << "another action";
  EXPECT_EQ(refused.take(kStart + 1s).size(), 1u);
  EXPECT_THAT(refused.take(kStart + 59s), IsEmpty());
  EXPECT_EQ(refused.next_deadline(), kStart + 60s);
  rows = refused.take(kStart + 60s);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].attempts, 5u);
  EXPECT_EQ(rows[0].at, kStart + 60s);
  EXPECT_EQ(refused.next_deadline(), kNever);
  EXPECT_TRUE(refused.add(attempt("ana"))) << "a new minute";
}

TEST(RefusedAttempts, ManyCallersShareARow) {
  RefusedAttempts refused;
  for (std::size_t i = 0; i < kMaxRefusedKinds; ++i) EXPECT_TRUE(refused.add(attempt(std::to_string(i))));
  for (int i = 100; i < 200; ++i) EXPECT_FALSE(refused.add(attempt(std::to_string(i))));
  EXPECT_EQ(refused.take(kStart).size(), kMaxRefusedKinds);
  const auto rows = refused.take(kStart + kRefusedPeriod);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].who, kOtherCallers);
  EXPECT_EQ(rows[0].attempts, 100u);
}

TEST(RefusedAttempts, WhileNothingMayBeWrittenTheyAreKept) {
  RefusedAttempts refused;
  refused.add(attempt("ana"));
  EXPECT_THAT(refused.take(kStart, false), IsEmpty());
  EXPECT_EQ(refused.next_deadline(), kStart + 60s) << "looked at again later, not at once";
  refused.add(attempt("ana"));
  EXPECT_THAT(refused.take(kStart + 60s, false), IsEmpty());
  EXPECT_EQ(refused.next_deadline(), kStart + 120s);
  EXPECT_EQ(attempts_in(refused.take(kStart + 120s)), 2u);
}

// A stranger who tries all the time, under any names: each attempt is counted, and no minute has more rows.
TEST(RefusedAttempts, AMinuteHasFewRowsAndNoAttemptIsLost) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    RefusedAttempts refused;
    std::vector<AuditEntry> all;
    Time now = kStart;
    std::uint64_t tried = 0;
    for (int i = 0; i < 5'000; ++i) {
      now += std::chrono::milliseconds(random() % 200);
      refused.add(attempt(std::to_string(random() % 40), random() % 2 == 0 ? "act" : "apply_config"));
      ++tried;
      const auto rows = refused.take(now);
      all.insert(all.end(), rows.begin(), rows.end());
    }
    const auto minutes = static_cast<std::uint64_t>((now - kStart) / kRefusedPeriod + 1);
    EXPECT_LE(all.size(), minutes * (2 * kMaxRefusedKinds + 1)) << "seed " << seed;
    const auto last = refused.take_all(now);
    EXPECT_EQ(attempts_in(all) + attempts_in(last), tried) << "seed " << seed;
    EXPECT_THAT(refused.take_all(now), IsEmpty());
  }
}

}  // namespace
}  // namespace cordboard
