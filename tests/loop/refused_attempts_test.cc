// Refused attempts become few rows, whatever is tried.
#include "router/loop/refused_attempts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace cordboard {
namespace {

using ::testing::IsEmpty;
using Added = RefusedAttempts::Added;

constexpr Time kFirstMoment = time_from_us(1'700'000'000'000'000);

RefusedAttempt attempt(const std::string& who, const std::string& action = "act",
                       const std::string& roles = "agent", const std::string& why = "needs another role") {
  return {who, roles, action, why};
}

std::uint64_t attempts_in(const std::vector<AuditEntry>& rows) {
  std::uint64_t sum = 0;
  for (const AuditEntry& row : rows) sum += row.attempts;
  return sum;
}

TEST(RefusedAttempts, TheFirstIsToldAtOnceAndTheOthersWhenTheMinuteEnds) {
  RefusedAttempts refused;
  EXPECT_EQ(refused.next_deadline(), kNever);
  EXPECT_EQ(Added::Due, refused.add(attempt("ana")));
  auto rows = refused.take(kFirstMoment);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].who, "ana");
  EXPECT_EQ(rows[0].roles, "agent");
  EXPECT_EQ(rows[0].action, "act");
  EXPECT_EQ(rows[0].refusal, "needs another role");
  EXPECT_EQ(rows[0].attempts, 1u);
  EXPECT_EQ(rows[0].sequence, 0u);
  EXPECT_EQ(rows[0].at, kFirstMoment);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Added::Counted, refused.add(attempt("ana")));
  EXPECT_EQ(Added::Due, refused.add(attempt("ana", "set_queue_mode"))) << "another action";
  EXPECT_EQ(refused.take(kFirstMoment + 1s).size(), 1u);
  EXPECT_THAT(refused.take(kFirstMoment + 59s), IsEmpty());
  EXPECT_EQ(refused.next_deadline(), kFirstMoment + 60s);
  rows = refused.take(kFirstMoment + 60s);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].attempts, 5u);
  EXPECT_EQ(rows[0].at, kFirstMoment + 60s);
  EXPECT_EQ(refused.next_deadline(), kNever);
  EXPECT_EQ(Added::Due, refused.add(attempt("ana"))) << "a new minute";
}

TEST(RefusedAttempts, ManyCallersShareARow) {
  RefusedAttempts refused;
  for (std::size_t i = 0; i < kMaxRefusedKinds; ++i)
    EXPECT_EQ(Added::Due, refused.add(attempt(std::to_string(i))));
  for (int i = 100; i < 200; ++i) EXPECT_EQ(Added::Counted, refused.add(attempt(std::to_string(i))));
  EXPECT_EQ(refused.take(kFirstMoment).size(), kMaxRefusedKinds);
  const auto rows = refused.take(kFirstMoment + kRefusedPeriod);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].who, kOtherCallers);
  EXPECT_EQ(rows[0].attempts, 100u);
}

TEST(RefusedAttempts, WhileNothingMayBeWrittenTheyAreKept) {
  RefusedAttempts refused;
  refused.add(attempt("ana"));
  EXPECT_THAT(refused.take(kFirstMoment, false), IsEmpty());
  EXPECT_EQ(refused.next_deadline(), kFirstMoment + 60s) << "looked at again later, not at once";
  refused.add(attempt("ana"));
  EXPECT_THAT(refused.take(kFirstMoment + 60s, false), IsEmpty());
  EXPECT_EQ(refused.next_deadline(), kFirstMoment + 120s);
  EXPECT_EQ(attempts_in(refused.take(kFirstMoment + 120s)), 2u);
}

// A stranger who tries all the time, under any names: each attempt is counted, and no minute has more rows.
TEST(RefusedAttempts, AMinuteHasFewRowsAndNoAttemptIsLost) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    RefusedAttempts refused;
    std::vector<AuditEntry> all;
    Time now = kFirstMoment;
    std::uint64_t tried = 0;
    for (int i = 0; i < 5'000; ++i) {
      now += std::chrono::milliseconds(random() % 200);
      refused.add(attempt(std::to_string(random() % 40), random() % 2 == 0 ? "act" : "apply_config"));
      ++tried;
      const auto rows = refused.take(now);
      all.insert(all.end(), rows.begin(), rows.end());
    }
    const auto minutes = static_cast<std::uint64_t>((now - kFirstMoment) / kRefusedPeriod + 1);
    EXPECT_LE(all.size(), minutes * kMaxRefusedRowsAPeriod) << "seed " << seed;
    const auto last = refused.close(now);
    EXPECT_EQ(attempts_in(all) + attempts_in(last), tried) << "seed " << seed;
  }
}

TEST(RefusedAttempts, OtherRolesAndOtherReasonsAreNotCountedTogether) {
  RefusedAttempts refused;
  EXPECT_EQ(refused.add(attempt("sue")), Added::Due);
  EXPECT_EQ(refused.add(attempt("sue", "act", "supervisor")), Added::Due) << "with another token";
  EXPECT_EQ(refused.add(attempt("sue", "act", "supervisor", "in another's name")), Added::Due);
  EXPECT_EQ(refused.add(attempt("sue", "act", "supervisor", "in another's name")), Added::Counted);
  const auto rows = refused.take(kFirstMoment);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[1].roles, "supervisor");
  EXPECT_EQ(rows[2].refusal, "in another's name");
  EXPECT_EQ(rows[2].attempts, 2u);
}

// Every minute of two days, under names that change all the time.
TEST(RefusedAttempts, ADayHasFewRowsAndTheRestOfItIsCounted) {
  constexpr std::uint64_t kMost = kMaxRefusedRowsADay + 24;
  RefusedAttempts refused;
  std::vector<AuditEntry> all;
  std::uint64_t tried = 0;
  std::uint64_t told = 0;
  Time now = kFirstMoment;
  for (; now < kFirstMoment + 2 * kRefusedDay; now += 5s) {
    for (std::uint64_t i = 0; i < 3; ++i) refused.add(attempt(std::to_string(tried++ % 1'000)));
    const auto rows = refused.take(now);
    all.insert(all.end(), rows.begin(), rows.end());
    told += attempts_in(rows);
    EXPECT_TRUE(told == tried || refused.next_deadline() != kNever) << "what is counted is told by itself";
  }
  std::uint64_t first_day = 0;
  for (const AuditEntry& row : all) first_day += row.at < kFirstMoment + kRefusedDay ? 1 : 0;
  EXPECT_LE(first_day, kMost);
  EXPECT_GT(first_day, kMaxRefusedRowsADay - kMaxRefusedRowsAPeriod);
  EXPECT_LE(all.size() - first_day, kMost);
  EXPECT_GT(all.size() - first_day, kMaxRefusedRowsADay - kMaxRefusedRowsAPeriod) << "a new day";
  const auto last = refused.close(now);
  EXPECT_EQ(told + attempts_in(last), tried);
}

TEST(RefusedAttempts, NothingIsTakenAfterTheLastRow) {
  RefusedAttempts refused;
  refused.add(attempt("ana"));
  EXPECT_EQ(refused.close(kFirstMoment).size(), 1u);
  EXPECT_EQ(refused.add(attempt("ana")), Added::Closed);
  EXPECT_THAT(refused.close(kFirstMoment), IsEmpty());
  EXPECT_EQ(refused.next_deadline(), kNever);
}

}  // namespace
}  // namespace cordboard
