#include "router/loop/mail_age.h"

#include <gtest/gtest.h>

#include "tests/loop/loop_testing.h"

namespace cordboard::testing {
namespace {

using namespace std::chrono_literals;

Time at(Duration since_start) { return Time{} + since_start; }

TEST(MailAgeTest, IsThatOfTheOldestMailUntilItIsDealtWith) {
  MailAge age;
  EXPECT_EQ(age.at(at(1h)), 0s);
  age.first_came(at(10s));
  EXPECT_EQ(age.at(at(12s)), 2s);
  age.drained(2, at(12s));
  age.first_came(at(13s));
  EXPECT_EQ(age.at(at(15s)), 5s);
  age.taken();
  EXPECT_EQ(age.at(at(15s)), 5s) << "came together";
  age.taken();
  EXPECT_EQ(age.at(at(15s)), 2s);
  age.drained(1, at(15s));
  age.taken();
  EXPECT_EQ(age.at(at(1h)), 0s);
}

TEST(MailAgeTest, StaysRightWhileMailKeepsComing) {
  MailAge age;
  for (int second = 1; second < 100; ++second) {
    age.first_came(at(second * 1s));
    age.drained(1, at(second * 1s));
    if (second > 3) age.taken();
    EXPECT_LE(age.at(at(second * 1s)), 3s) << second;
  }
}

TEST(MailAgeTest, MailThatWasDrainedBeforeItsTimeWasToldIsNoOlderThanThat) {
  MailAge age;
  age.drained(1, at(5s));
  age.first_came(at(4s));  // late
  EXPECT_EQ(age.at(at(6s)), 2s);
  age.drained(0, at(6s));
  EXPECT_EQ(age.at(at(6s)), 1s);
  age.taken();
  EXPECT_EQ(age.at(at(1h)), 0s);
}

class LoopLoadTest : public LoopTest {};

TEST_F(LoopLoadTest, TellsHowFarTheLoopIsBehind) {
  boot({.inbox_limit = 10, .batch_limit = 1});
  run_ready();
  EXPECT_EQ(loop_->load().delay, 0s);
  const auto first = submit(SetReady{"nobody"});
  clock_.advance(2s);
  const auto second = submit(SetReady{"nobody"});
  clock_.advance(1s);
  EXPECT_EQ(loop_->load().waiting, 2u);
  EXPECT_EQ(loop_->load().limit, 10u);
  EXPECT_EQ(loop_->load().delay, 3s);
  run_until([&] { return first->has_value() && second->has_value(); });
  EXPECT_EQ(loop_->load().waiting, 0u);
  EXPECT_EQ(loop_->load().delay, 0s);
}

}  // namespace
}  // namespace cordboard::testing
