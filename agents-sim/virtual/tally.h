// Raw sums over contacts or agents, from which every statistic of the report is a formula (report.cc).
//
// Contacts count by arrival cohort: everything that happens to a contact counts in the unit (replication or
// batch) in which it arrived. Only the first stay in a queue counts; what happens after a transfer does not.
// Whole numbers, so that sums are exact and do not depend on order.

#pragma once

#include <cstdint>

#include "router/core/types.h"

namespace cordboard::sim {

struct ContactTally {
  std::uint64_t offered = 0;  // entered the queue
  std::uint64_t blocked = 0;  // refused because of max_waiting; not in offered
  std::uint64_t refused = 0;  // refused for another reason; not in offered
  std::uint64_t delayed = 0;  // was not offered to an agent at the instant of arrival
  std::uint64_t answered = 0;
  std::uint64_t answered_within = 0;  // of the queue's service level target
  std::uint64_t abandoned = 0;
  std::uint64_t expired = 0;        // max_wait of the queue
  std::uint64_t cancelled = 0;      // ended unanswered for any other reason
  std::uint64_t still_waiting = 0;  // when the simulation stopped
  std::uint64_t waiting_late = 0;   // of those, longer than the service level target
  std::uint64_t transferred = 0;
  std::uint64_t repeated = 0;     // of those offered or blocked, the customer had called before
  std::uint64_t callbacks = 0;    // of those offered, hung up to be called back
  std::uint64_t called_back = 0;  // of those answered, by a callback
  std::uint64_t wait_us = 0;      // all that entered, those still waiting included
  std::uint64_t wait_answered_us = 0;
  std::uint64_t wait_delayed_us = 0;
  std::uint64_t handle_us = 0;  // of answered contacts

  template <class Function>
  static constexpr void for_each_field(Function&& f) {
    f(&ContactTally::offered), f(&ContactTally::blocked), f(&ContactTally::refused),
        f(&ContactTally::delayed);
    f(&ContactTally::answered), f(&ContactTally::answered_within), f(&ContactTally::abandoned);
    f(&ContactTally::expired), f(&ContactTally::cancelled), f(&ContactTally::still_waiting);
    f(&ContactTally::waiting_late), f(&ContactTally::transferred), f(&ContactTally::wait_us);
    f(&ContactTally::callbacks), f(&ContactTally::called_back);
    f(&ContactTally::repeated), f(&ContactTally::wait_answered_us), f(&ContactTally::wait_delayed_us),
        f(&ContactTally::handle_us);
  }
};

struct AgentTally {
  std::uint64_t busy_us = 0;        // with work, wall clock
  std::uint64_t ready_idle_us = 0;  // ready, connected and without work
  std::uint64_t offers = 0;
  std::uint64_t accepted = 0;
  std::uint64_t declined = 0;
  std::uint64_t unanswered = 0;  // ring-no-answer
  std::uint64_t handled = 0;

  template <class Function>
  static constexpr void for_each_field(Function&& f) {
    f(&AgentTally::busy_us), f(&AgentTally::ready_idle_us), f(&AgentTally::offers), f(&AgentTally::accepted);
    f(&AgentTally::declined), f(&AgentTally::unanswered), f(&AgentTally::handled);
  }
};

template <class Tally>
void add(Tally& sum, const Tally& part) {
  Tally::for_each_field([&](auto field) { sum.*field += part.*field; });
}

template <class Tally>
void subtract(Tally& sum, const Tally& part) {
  Tally::for_each_field([&](auto field) { sum.*field -= part.*field; });
}

}  // namespace cordboard::sim
