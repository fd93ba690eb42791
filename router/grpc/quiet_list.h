// Who has been quiet for too long? Members with one interval for all, so that the order of their last sign
// of life is the order of their deadlines: each step is O(1).
//
// For the loop's thread.

#pragma once

#include <cstddef>
#include <list>
#include <unordered_map>

#include "router/core/types.h"

namespace cordboard {

template <class Member>
class QuietList {
 public:
  explicit QuietList(Duration interval) : interval_(interval) {}

  // Adds the member, or notes that it was heard of. Times never go back.
  void touch(Member* member, Time now) {
    const auto found = places_.find(member);
    if (found == places_.end()) {
      places_.emplace(member, quiet_.insert(quiet_.end(), {member, now + interval_}));
      return;
    }
    found->second->due = now + interval_;
    quiet_.splice(quiet_.end(), quiet_, found->second);
  }
  void remove(Member* member) {
    const auto found = places_.find(member);
    if (found == places_.end()) return;
    quiet_.erase(found->second);
    places_.erase(found);
  }

  Time next_due() const { return quiet_.empty() ? kNever : quiet_.front().due; }
  // The member that is due, which is touched; nullptr when none is.
  Member* take_due(Time now) {
    if (next_due() > now) return nullptr;
    Member* const member = quiet_.front().member;
    touch(member, now);
    return member;
  }

  std::size_t size() const { return places_.size(); }

 private:
  struct Entry {
    Member* member;
    Time due;
  };
  const Duration interval_;
  std::list<Entry> quiet_;
  std::unordered_map<Member*, typename std::list<Entry>::iterator> places_;  // never iterated
};

}  // namespace cordboard
