// Is a message on its way for too long?
//
// Looked at when the time is up, not at every message: while messages come and go, one look in an `interval`
// is expected, however many there are.

#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "router/core/types.h"

namespace cordboard {

class WriteWatch {
 public:
  // `interval`: between looks, and no longer than any message may be on its way.
  explicit WriteWatch(Duration interval) : interval_(interval) {}

  // ---- One thread at a time ----

  // A message goes; at `due` it is late. True when look() has to be called, since nobody is expected to.
  bool began(Time due) {
    due_us_.store(to_us(due));
    return !expected_.exchange(true);
  }
  // It has arrived, or never will.
  void done() { due_us_.store(kNone); }

  // ---- The loop's thread ----

  // Whether the message on its way is late.
  bool is_late(Time now) const {
    const std::int64_t due = due_us_.load();
    return due != kNone && time_from_us(due) <= now;
  }
  // When to look next, which has not passed; kNever when nobody is expected any more, since no message is on
  // its way, or the one that was late is given up. `give_up(still_late)` gives it up and says so, unless it
  // has arrived meanwhile: a message that began since is not late.
  template <class GiveUp>
  Time look(Time now, GiveUp&& give_up) {
    for (;;) {
      const Time due = this->due();
      if (due > now) return due == kNever ? kNever : std::min(due, now + interval_);
      if (give_up([&] { return is_late(now); })) return kNever;
    }
  }

 private:
  // When the message on its way is late; kNever when there is none, then nobody is expected any more.
  Time due() {
    if (due_us_.load() == kNone) {
      expected_.store(false);
      // One that began just now has seen either this, or the look that was still expected.
      if (due_us_.load() == kNone || expected_.exchange(true)) return kNever;
    }
    const std::int64_t due = due_us_.load();
    // It is done meanwhile, and the next one may begin at any moment.
    return due == kNone ? this->due() : time_from_us(due);
  }

  static constexpr std::int64_t kNone = -1;
  const Duration interval_;
  std::atomic<std::int64_t> due_us_{kNone};
  std::atomic<bool> expected_{false};
};

}  // namespace cordboard
