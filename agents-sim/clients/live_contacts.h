// The contacts of a live run, as the clients know them, and what each of them is to do.

#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "agents-sim/audit/audit_types.h"
#include "agents-sim/scenario/arrival_file.h"
#include "router/core/types.h"

namespace cordboard::sim {

struct LiveContact {
  enum class Phase : std::uint8_t { Unanswered, Connected, Ended, Refused };

  Time submitted_at{};         // when it was handed to the stream
  Time handling_ends{kNever};  // while connected
  Duration handle{};           // real time, as all durations of a live run
  const ArrivalRecord* record = nullptr;
  std::uint32_t stream = 0;      // index into LivePlan::streams
  std::uint32_t attributes = 0;  // number of its priority and requirement, see OrderClasses
  AgentNo agent = 0;             // while connected
  std::uint16_t stay = 0;        // connections so far
  Phase phase = Phase::Unanswered;
  bool acknowledged = false;
  bool offered = false;     // to anybody, ever
  bool hung_up = false;     // the customer left; the router may not know yet
  bool agent_ends = false;  // else the customer does
  bool transfers = false;
};

// Indexed by number. References are valid until the next add().
class LiveContacts {
 public:
  explicit LiveContacts(std::size_t expected) { contacts_.reserve(expected); }

  ContactNo add(const LiveContact& contact) {
    contacts_.push_back(contact);
    ++live_;
    return static_cast<ContactNo>(contacts_.size() - 1);
  }

  LiveContact& operator[](ContactNo contact) { return contacts_[contact]; }
  const LiveContact& operator[](ContactNo contact) const { return contacts_[contact]; }
  bool contains(ContactNo contact) const { return contact < contacts_.size(); }
  std::size_t size() const { return contacts_.size(); }

  // Connected, and what they have to say takes longer.
  bool is_anybody_talking(Time now) const {
    return std::any_of(contacts_.begin(), contacts_.end(), [&](const LiveContact& c) {
      return c.phase == LiveContact::Phase::Connected && c.handling_ends > now;
    });
  }

  // Neither ended nor refused.
  std::size_t live() const { return live_; }
  // False when it was over already.
  bool finish(ContactNo contact, LiveContact::Phase end) {
    LiveContact& c = contacts_[contact];
    if (c.phase >= LiveContact::Phase::Ended) return false;
    c.phase = end;
    --live_;
    return true;
  }

 private:
  std::vector<LiveContact> contacts_;
  std::size_t live_ = 0;
};

}  // namespace cordboard::sim
