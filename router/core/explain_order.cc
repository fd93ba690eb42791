#include "router/core/explain_order.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "router/core/matching.h"
#include "router/core/preference.h"

namespace cordboard::explain {
namespace {

bool serves(const State& state, const Servers& servers, RequirementClass requirement) {
  const MatchIndex::ChannelMask channel = MatchIndex::ChannelMask{1}
                                          << state.match.channel_of(requirement).value;
  return std::any_of(servers.abilities.begin(), servers.abilities.end(), [&](const auto& ability) {
    return (ability.second & channel) != 0 && state.match.eligible(requirement, ability.first);
  });
}

class Counting {
 public:
  Counting(const Counting&) = delete;
  Counting(const State& state, Time now, const Contact& contact, std::size_t show)
      : state_(state), now_(now), key_(matching::key_of(state, contact)), show_(show) {}

  void add_class(RequirementClass requirement) {
    const AgeingRate rate = state_[state_.match.queue_of(requirement)].config.ageing;
    if (rate == key_.rate) {
      ahead_.contacts += static_cast<std::uint32_t>(state_.match.count_before(requirement, key_));
    } else {
      state_.match.for_each_before(requirement, before_, [&](ContactRef) { ++ahead_.contacts; });
    }
    if (show_ > 0) state_.match.for_first(requirement, show_, [&](ContactRef ref) { consider(ref); });
  }

  void add_waiting_for(AgentRef agent) {
    state_.match.for_each_targeted_before(agent, before_, [&](ContactRef ref) {
      const auto targets = preference::targets_of(state_, state_[ref]);
      if (targets.size() > 1 && !for_several_.insert(ref).second)
        return;  // it was found with another of them
      ++ahead_.contacts;
      consider(ref);
    });
  }

  Ahead run() {
    const std::size_t shown = std::min(show_, first_.size());
    std::partial_sort(first_.begin(), first_.begin() + static_cast<std::ptrdiff_t>(shown), first_.end(),
                      [&](const auto& a, const auto& b) { return precedes(a.first, b.first, now_); });
    ahead_.first.reserve(shown);
    for (std::size_t i = 0; i < shown; ++i) ahead_.first.push_back(first_[i].second);
    return std::move(ahead_);
  }

 private:
  void consider(ContactRef ref) {
    const ContactKey key = matching::key_of(state_, state_[ref]);
    if (precedes(key, key_, now_)) first_.emplace_back(key, ref);
  }

  const State& state_;
  const Time now_;
  const ContactKey key_;
  const std::size_t show_;
  const std::function<bool(const ContactKey&)> before_ = [this](const ContactKey& other) {
    return precedes(other, key_, now_);
  };
  std::vector<std::pair<ContactKey, ContactRef>> first_;
  std::set<ContactRef> for_several_;
  Ahead ahead_;
};

}  // namespace

Ahead contacts_ahead(const State& state, Time now, const Contact& contact, const Servers& servers,
                     std::size_t show) {
  Counting counting(state, now, contact, show);
  state.match.for_each_line([&](RequirementClass requirement) {
    if (serves(state, servers, requirement)) counting.add_class(requirement);
  });
  for (const AgentRef agent : servers.agents) counting.add_waiting_for(agent);
  return counting.run();
}

}  // namespace cordboard::explain
