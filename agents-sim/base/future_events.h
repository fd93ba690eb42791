// What will happen next in virtual time: a heap of what customers and agents have decided to do.
//
// Ordered by time, then by the order in which it was decided. Nothing is ever taken out early: whoever
// handles an event checks by its stamp that it still makes sense. Not thread-safe.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "router/core/assert.h"
#include "router/core/types.h"

namespace cordboard::sim {

enum class FutureKind : std::uint32_t {
  Arrival,        // subject: stream
  PatienceEnds,   // subject: contact; stamp: its stay in the queue
  Accepts,        // subject: contact; stamp: the offer
  Declines,       // the same
  HandlingEnds,   // subject: contact; stamp: its stay with the agent
  WrapUpEnds,     // subject: contact; agent; stamp: serial of the contact
  TakesCallback,  // subject: contact; stamp: its stay in the queue
  DialAnswered,   // the same; agent: the attempt
  DialFails,      // the same
  CallsAgain,     // subject: of the repeat calls that are to come
  AgentLeaves,    // agent; stamp: the session
  AgentReturns,   // the same
  AgentNotices,   // the same: that calls went unanswered
  DutyChanges,    // agent
  BreakBegins,    // subject: break of the group's plan; agent; stamp: day of the run
  BreakEnds,      // agent; stamp: the session
  UnitEnds,       // of the statistics
};

struct FutureEvent {
  Time at;
  FutureKind kind{};
  std::uint32_t subject = 0;
  std::uint32_t agent = 0;
  std::uint64_t stamp = 0;
};

class FutureEvents {
 public:
  bool empty() const { return entries_.empty(); }
  Time next_at() const { return entries_.empty() ? kNever : entries_.front().event.at; }

  void push(const FutureEvent& event) {
    entries_.push_back({event, sequence_++});
    const Entry moving = entries_.back();
    std::size_t hole = entries_.size() - 1;
    for (; hole > 0 && before(moving, entries_[parent(hole)]); hole = parent(hole)) {
      entries_[hole] = entries_[parent(hole)];
    }
    entries_[hole] = moving;
  }

  // REQUIRES: not empty.
  FutureEvent pop() {
    CB_ASSERT(!entries_.empty(), "no future event");
    const FutureEvent event = entries_.front().event;
    const Entry moving = entries_.back();
    entries_.pop_back();
    if (!entries_.empty()) sift_down(moving);
    return event;
  }

 private:
  static constexpr std::size_t kArity = 4;  // four children share a cache line or two

  struct Entry {
    FutureEvent event;
    std::uint64_t sequence = 0;
  };

  static std::size_t parent(std::size_t position) { return (position - 1) / kArity; }
  static bool before(const Entry& a, const Entry& b) {
    return a.event.at != b.event.at ? a.event.at < b.event.at : a.sequence < b.sequence;
  }

  void sift_down(const Entry& moving) {
    std::size_t hole = 0;
    for (std::size_t child = 1; child < entries_.size(); child = kArity * hole + 1) {
      const std::size_t end = std::min(child + kArity, entries_.size());
      std::size_t least = child;
      for (std::size_t other = child + 1; other < end; ++other) {
        if (before(entries_[other], entries_[least])) least = other;
      }
      if (!before(entries_[least], moving)) break;
      entries_[hole] = entries_[least];
      hole = least;
    }
    entries_[hole] = moving;
  }

  std::vector<Entry> entries_;
  std::uint64_t sequence_ = 0;
};

}  // namespace cordboard::sim
