// How many unanswered contacts of each queue have waited longer than the queue's service level time? They
// count as missed in the live service level, and they become late by time alone, without any event.
//
// Follows the events of an engine: O(1) per event, and O(1) per contact that becomes late, when its queue is
// asked for. A contact is late when it has waited strictly longer than T. Entries of contacts that left early
// are dropped when they are more than half. For the thread that owns the engine.

#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "router/core/event.h"
#include "router/core/state.h"

namespace cordboard {

class LateWaiting {
 public:
  // Begins with the state as it is. O(contacts waiting).
  void rebuild(const State& state, Time now);

  // After each accepted command, with its events and time. Must not miss any.
  void observe(const State& state, std::span<const Event> events, Time now);

  // `now` is the time of the last command observed, or later.
  std::uint64_t count(const State& state, QueueRef queue, Time now);

 private:
  // A segment in the queue; the contact may have left since.
  struct Entry {
    ContactRef contact;
    std::uint64_t sequence;
    std::uint32_t segment;
    Time queued_at;
  };
  struct Line {
    std::deque<Entry> on_time;  // by queued_at
    Time late_before;           // who was queued before has been counted
    std::uint64_t late = 0;
  };

  Line& line(QueueRef queue);
  void enter(const State& state, ContactRef contact);
  void leave(QueueRef queue, Time queued_at);
  void drop_departed(const State& state, QueueRef queue);
  void drop_doubles(Time now);
  static bool is_waiting(const State& state, QueueRef queue, const Entry& entry);

  std::vector<Line> lines_;  // by QueueRef
};

// The same for one queue, from the state alone. Looks from both ends of the queue: O(late contacts) or
// O(those that are not late), whichever are fewer.
std::uint64_t count_late(const State& state, QueueRef queue, Time now);

}  // namespace cordboard
