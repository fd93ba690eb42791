#include "tests/support/manual_clock.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

namespace cordboard::testing {

// Its due time is guarded by the clock's mutex.
class ManualClock::ManualAlarm final : public Alarm {
 public:
  ManualAlarm(ManualClock& clock, boost::asio::io_context& io, UniqueFunction<void()> ring)
      : clock_(clock), io_(io), ring_(std::make_shared<UniqueFunction<void()>>(std::move(ring))) {
    const std::lock_guard lock(clock_.mutex_);
    clock_.alarms_.push_back(this);
  }
  ~ManualAlarm() override {
    const std::lock_guard lock(clock_.mutex_);
    std::erase(clock_.alarms_, this);
  }

  void set(Time time) override {
    const std::lock_guard lock(clock_.mutex_);
    due_ = time;
    ring_if_due(clock_.now_);
  }
  void cancel() override { set(kNever); }

  void ring_if_due(Time now) {
    if (due_ > now) return;
    due_ = kNever;
    boost::asio::post(io_, [ring = std::weak_ptr(ring_)] {
      if (const auto alive = ring.lock()) (*alive)();
    });
  }
  Time due() const { return due_; }

 private:
  ManualClock& clock_;
  boost::asio::io_context& io_;
  const std::shared_ptr<UniqueFunction<void()>> ring_;
  Time due_ = kNever;
};

ManualClock::ManualClock(Time start) : now_(start) {}
ManualClock::~ManualClock() = default;

Time ManualClock::now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

std::unique_ptr<Alarm> ManualClock::make_alarm(boost::asio::io_context& io, UniqueFunction<void()> ring) {
  return std::make_unique<ManualAlarm>(*this, io, std::move(ring));
}

void ManualClock::set(Time time) {
  const std::lock_guard lock(mutex_);
  now_ = time;
  ring_due();
}

void ManualClock::advance(Duration by) {
  const std::lock_guard lock(mutex_);
  now_ += by;
  ring_due();
}

Time ManualClock::next_alarm() const {
  const std::lock_guard lock(mutex_);
  Time earliest = kNever;
  for (const ManualAlarm* alarm : alarms_) earliest = std::min(earliest, alarm->due());
  return earliest;
}

void ManualClock::ring_due() {
  for (ManualAlarm* alarm : alarms_) alarm->ring_if_due(now_);
}

}  // namespace cordboard::testing
