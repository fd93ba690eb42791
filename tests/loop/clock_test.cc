#include "router/loop/clock.h"

#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"

namespace cordboard {
namespace {

using testing::ManualClock;

constexpr Time kStart = time_from_us(1'000'000);

TEST(SystemClockTest, ShowsTheTimeOfDayAndNeverGoesBack) {
  const SystemClock clock;
  const Time first = clock.now();
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  EXPECT_LT(std::chrono::abs(wall - first.time_since_epoch()), std::chrono::seconds(5));
  EXPECT_GE(clock.now(), first);
}

TEST(SystemClockTest, AnAlarmInThePastRingsAtOnceAndOneThatIsReplacedDoesNot) {
  SystemClock clock;
  boost::asio::io_context io;
  int rings = 0;
  const auto alarm = clock.make_alarm(io, [&] { ++rings; });
  alarm->set(clock.now() + std::chrono::hours(1));
  alarm->set(clock.now() - std::chrono::seconds(1));
  io.run();
  EXPECT_EQ(rings, 1);
}

TEST(SystemClockTest, AnAlarmFarAwayOrNeverCanBeCancelledAndDestroyed) {
  SystemClock clock;
  boost::asio::io_context io;
  int rings = 0;
  {
    const auto alarm = clock.make_alarm(io, [&] { ++rings; });
    alarm->set(kNever - Duration{1});
    alarm->set(kNever);
    io.run();
    io.restart();
    alarm->set(clock.now());
  }
  io.run();
  EXPECT_EQ(rings, 0);
}

TEST(ManualClockTest, AnAlarmRingsOnceWhenTheClockReachesItsTime) {
  ManualClock clock(kStart);
  boost::asio::io_context io;
  int rings = 0;
  const auto alarm = clock.make_alarm(io, [&] { ++rings; });
  alarm->set(kStart + Duration{10});
  EXPECT_EQ(clock.next_alarm(), kStart + Duration{10});
  clock.advance(Duration{9});
  io.poll();
  EXPECT_EQ(rings, 0);
  clock.advance(Duration{1});
  clock.advance(Duration{1});
  io.restart();
  io.poll();
  EXPECT_EQ(rings, 1);
  EXPECT_EQ(clock.next_alarm(), kNever);
  alarm->set(clock.now());
  io.restart();
  io.poll();
  EXPECT_EQ(rings, 2);
}

}  // namespace
}  // namespace cordboard
