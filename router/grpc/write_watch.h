// Is a message on its way for too long?
//
// Looked at when the time is up, not at every message: while messages come and go, one look in a `patience`
// is expected, however many there are.

#pragma once

#include <atomic>
#include <cstdint>

#include "router/core/types.h"

namespace cordboard {

class WriteWatch {
 public:
  explicit WriteWatch(Duration patience) : patience_(patience) {}

  // ---- One thread at a time ----

  // A message goes. True when due() has to be asked, since nobody is expected to.
  bool began(Time now) {
    began_us_.store(to_us(now));
    return !expected_.exchange(true);
  }
  // It has arrived, or never will.
  void done() { began_us_.store(kNone); }

  // ---- The loop's thread ----

  // When the message on its way is too late, which may have passed: then ask again, unless it is given up.
  // kNever when there is none; then nobody is expected any more.
  Time due() {
    if (began_us_.load() == kNone) {
      expected_.store(false);
      // One that began just now has seen either this, or the look that was still expected.
      if (began_us_.load() == kNone || expected_.exchange(true)) return kNever;
    }
    const std::int64_t began = began_us_.load();
    // It is done meanwhile, and the next one may begin at any moment.
    return began == kNone ? due() : time_from_us(began) + patience_;
  }

 private:
  static constexpr std::int64_t kNone = -1;
  const Duration patience_;
  std::atomic<std::int64_t> began_us_{kNone};
  std::atomic<bool> expected_{false};
};

}  // namespace cordboard
