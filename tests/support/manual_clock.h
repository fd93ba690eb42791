// A clock that stands still until a test moves it, so that no test sleeps.

#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "router/loop/clock.h"

namespace cordboard::testing {

// Thread-safe. Alarms ring on their io_context when the clock is moved to their time or past it.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start);
  ~ManualClock() override;

  Time now() const override;
  std::unique_ptr<Alarm> make_alarm(boost::asio::io_context& io, UniqueFunction<void()> ring) override;

  // Also back, as a machine's clock may be set between two starts.
  void set(Time time);
  void advance(Duration by);

  // The earliest time an alarm is set to; kNever when there is none.
  Time next_alarm() const;

 private:
  class ManualAlarm;
  void ring_due();

  mutable std::mutex mutex_;
  Time now_;
  std::vector<ManualAlarm*> alarms_;
};

}  // namespace cordboard::testing
