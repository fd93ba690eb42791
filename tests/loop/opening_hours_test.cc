// The loop tells its engine when calendars open and close: at once, weeks ahead, and again before that runs
// out.

#include <gtest/gtest.h>

#include "router/calendar/opening_hours.h"
#include "router/core/opening.h"
#include "tests/loop/loop_testing.h"

namespace cordboard::testing {
namespace {

// kMorning is Tuesday, 2023-11-14, 22:13:20 UTC.
TenantConfig office_config() {
  TenantConfig config = small_config();
  CalendarConfig office{"office", "Europe/Paris", {}, {}};
  office.week.assign(7, {{9 * 60, 18 * 60}});
  config.calendars = {office};
  config.queues[0].hours = {"office", {ClosedAction::Wait, ""}, {ClosedAction::Keep, ""}};
  return config;
}

class OpeningHoursTest : public LoopTest {
 protected:
  bool is_open() {
    return look([](const Engine& engine) { return engine.state().queues[0].open; });
  }
  Time known_until() {
    return look([](const Engine& engine) { return engine.state().calendars[0].until; });
  }
  std::uint64_t log_length() {
    std::optional<std::uint64_t> length;
    EXPECT_EQ(loop_->query([&](const Engine&, std::uint64_t revision) -> RouterLoop::Release {
      return [&length, revision] { length = revision; };
    }),
              Admission::Admitted);
    run_until([&] { return length.has_value(); });
    return *length;
  }
};

TEST_F(OpeningHoursTest, AQueueIsClosedFromTheFirstMomentAndOpensOnTheMinute) {
  boot({}, start_config(office_config()));
  EXPECT_FALSE(is_open());
  const Time nine = kMorning - (kMorning - Time{}) % (24h) + 24h + 8h;  // 09:00 in Paris
  clock_.set(nine - Duration{1});
  EXPECT_FALSE(is_open());
  clock_.set(nine);
  run_until([&] {
    const auto* changed = recorder_.last<QueueOpenChanged>();
    return changed != nullptr && changed->open;
  });
  EXPECT_TRUE(is_open());
}

TEST_F(OpeningHoursTest, AreToldAgainBeforeTheyRunOut) {
  boot({}, start_config(office_config()));
  EXPECT_EQ(known_until(), kMorning + kComputedAhead);
  const Time due = kMorning + kComputedAhead - opening::kToldAhead;
  clock_.set(due);
  run_until([&] { return known_until() == due + kComputedAhead; });
}

TEST_F(OpeningHoursTest, ARestartKnowsThemAlready) {
  boot({}, start_config(office_config()));
  const std::uint64_t before = log_length();
  ASSERT_TRUE(stop());
  boot({}, start_config(office_config()));
  EXPECT_EQ(log_length(), before + 1);  // RouterRestarted, and nothing else
  EXPECT_EQ(known_until(), kMorning + kComputedAhead);
}

// As if the data of the time zones had changed: what was told is not what is computed now.
TEST_F(OpeningHoursTest, ARestartCorrectsThem) {
  boot({}, start_config(office_config()));
  SetOpeningTimes wrong{{{"office", true, {}, kMorning + 100 * 24h}}};
  ASSERT_TRUE(ask(wrong).outcome.accepted());
  EXPECT_TRUE(is_open());
  ASSERT_TRUE(stop());
  boot({}, start_config(office_config()));
  EXPECT_FALSE(is_open());
}

TEST_F(OpeningHoursTest, ANewConfigurationHasItsHoursAtOnce) {
  boot();
  EXPECT_TRUE(is_open());
  submit(contact("c0"));
  submit(ApplyConfig{0, office_config()});
  const auto held = submit(contact("c1"));
  run_until([&] { return held->has_value(); });
  EXPECT_FALSE(is_open());
}

}  // namespace
}  // namespace cordboard::testing
