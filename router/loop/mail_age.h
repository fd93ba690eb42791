// How long has the oldest mail waited that is not dealt with? Follows the mail from an inbox, which many
// threads fill, through the consumer's own list of what it drained.
//
// Exact to one drain: what was drained together counts as old as the first of it.

#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <deque>

#include "router/core/types.h"

namespace cordboard {

class MailAge {
 public:
  // ---- Any thread ----

  // Mail has come to an empty inbox. May be told after it was drained; then the next drain puts it right.
  void first_came(Time now) { inbox_since_.store(now, std::memory_order_relaxed); }
  Duration at(Time now) const {
    const Time since = std::min(inbox_since_.load(std::memory_order_relaxed),
                                drained_since_.load(std::memory_order_relaxed));
    return since >= now ? Duration::zero() : now - since;
  }

  // ---- The consumer ----

  // After each drain, whatever came of it.
  void drained(std::size_t count, Time now) {
    const Time since = inbox_since_.exchange(kNever, std::memory_order_relaxed);
    if (count == 0) return;
    groups_.push_back({count, std::min(since, now)});
    tell();
  }
  // The oldest that was drained is dealt with.
  void taken() {
    if (--groups_.front().left == 0) groups_.pop_front();
    tell();
  }
  void clear() {
    groups_.clear();
    tell();
  }

 private:
  struct Group {
    std::size_t left;
    Time since;
  };
  void tell() {
    drained_since_.store(groups_.empty() ? kNever : groups_.front().since, std::memory_order_relaxed);
  }

  std::atomic<Time> inbox_since_{kNever};
  std::atomic<Time> drained_since_{kNever};
  std::deque<Group> groups_;
};

}  // namespace cordboard
