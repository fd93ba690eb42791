// The counters that somebody would have who saw every event and nothing else (I20).
//
// Durations are left out: they are sums over states, which the invariants check.

#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "router/core/event.h"
#include "router/core/state.h"

namespace cordboard::testing {

class EventFold {
 public:
  // The events of one command.
  void add(const std::vector<Event>& events);

  // Which counter of the engine is another than that of the events; nullopt when none is.
  std::optional<std::string> difference(const State& state) const;

 private:
  QueueCounters& queue(QueueRef ref) { return at(queues_, ref.value); }
  AgentCounters& agent(AgentRef ref) { return at(agents_, ref.value); }

  template <class Counters>
  static Counters& at(std::vector<Counters>& all, std::uint32_t index) {
    if (all.size() <= index) all.resize(index + 1);
    return all[index];
  }

  void count(const Event& event);
  void count_offer_end(const OfferEnded& event, QueueRef queue);
  void count_end(const ContactEnded& event);

  std::optional<std::string> interruptions_difference(const State& state) const;

  std::set<std::pair<ContactRef, AgentRef>> interrupted_;
  std::map<ContactRef, QueueRef> queue_of_;  // a contact may go through several in one command
  std::vector<QueueCounters> queues_;
  std::vector<AgentCounters> agents_;
  std::set<ContactRef> scheduled_;
  std::set<ContactRef> dialing_;
};

}  // namespace cordboard::testing
