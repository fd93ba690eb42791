// What time is it, and wake me then: the only place where a RouterLoop meets real time.

#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>

#include "router/core/types.h"
#include "router/loop/unique_function.h"

namespace cordboard {

// Calls one function at one time. Used, called and destroyed on the thread of its io_context.
class Alarm {
 public:
  virtual ~Alarm() = default;

  // Rings once at `time`, at once when it has passed, never for kNever. Replaces what was set before. It may
  // ring too early (a ring was on its way already, the time is far away): look at what is due, and set again.
  virtual void set(Time time) = 0;
  virtual void cancel() = 0;
};

// Thread-safe. Must outlive the alarms it made.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
  virtual std::unique_ptr<Alarm> make_alarm(boost::asio::io_context& io, UniqueFunction<void()> ring) = 0;
};

// The wall clock as it was when this was made, and from then on the time that really passed. So it neither
// jumps nor goes back when somebody sets the machine's clock: no deadline fires early or late for that.
class SystemClock final : public Clock {
 public:
  SystemClock();
  Time now() const override;
  std::unique_ptr<Alarm> make_alarm(boost::asio::io_context& io, UniqueFunction<void()> ring) override;

 private:
  const Time started_at_;
  const std::chrono::steady_clock::time_point started_;
};

}  // namespace cordboard
