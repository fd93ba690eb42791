#include "router/loop/clock.h"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <utility>

namespace cordboard {
namespace {

// A timer in nanoseconds reaches no further than some 292 years; nobody minds an early ring a day.
constexpr Duration kLongestWait = std::chrono::hours{24};

class SteadyAlarm final : public Alarm {
 public:
  SteadyAlarm(const Clock& clock, boost::asio::io_context& io, UniqueFunction<void()> ring)
      : clock_(clock), timer_(io), ring_(std::make_shared<UniqueFunction<void()>>(std::move(ring))) {}

  void set(Time time) override {
    if (time == kNever) return cancel();
    timer_.expires_after(std::clamp(time - clock_.now(), Duration::zero(), kLongestWait));
    // A handler that is queued already runs even when the alarm is gone by then.
    timer_.async_wait([ring = std::weak_ptr(ring_)](const boost::system::error_code& cancelled) {
      if (cancelled) return;
      if (const auto alive = ring.lock()) (*alive)();
    });
  }

  void cancel() override { timer_.cancel(); }

 private:
  const Clock& clock_;
  boost::asio::steady_timer timer_;
  const std::shared_ptr<UniqueFunction<void()>> ring_;
};

Time wall_clock() {
  return Time{std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch())};
}

}  // namespace

SystemClock::SystemClock() : started_at_(wall_clock()), started_(std::chrono::steady_clock::now()) {}

Time SystemClock::now() const {
  return started_at_ + std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - started_);
}

std::unique_ptr<Alarm> SystemClock::make_alarm(boost::asio::io_context& io, UniqueFunction<void()> ring) {
  return std::make_unique<SteadyAlarm>(*this, io, std::move(ring));
}

}  // namespace cordboard
