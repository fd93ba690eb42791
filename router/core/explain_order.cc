#include "router/core/explain_order.h"

#include <algorithm>

#include "router/core/matching.h"

namespace cordboard::explain {
namespace {

bool serves(const State& state, const Servers& servers, RequirementClass requirement) {
  const MatchIndex::ChannelMask channel = MatchIndex::ChannelMask{1}
                                          << state.match.channel_of(requirement).value;
  return std::any_of(servers.abilities.begin(), servers.abilities.end(), [&](const auto& ability) {
    return (ability.second & channel) != 0 && state.match.eligible(requirement, ability.first);
  });
}

}  // namespace

std::vector<ContactRef> contacts_ahead(const State& state, Time now, const Contact& contact,
                                       const Servers& servers) {
  const ContactKey key = matching::key_of(state, contact);
  std::vector<std::pair<ContactKey, ContactRef>> ahead;
  const auto add = [&](ContactRef ref) { ahead.emplace_back(matching::key_of(state, state[ref]), ref); };
  const auto before = [&](const ContactKey& other) { return precedes(other, key, now); };
  state.match.for_each_line([&](RequirementClass requirement) {
    if (!serves(state, servers, requirement)) return;
    state.match.for_each_before(requirement, before, add);
  });
  for (const AgentRef agent : servers.agents) state.match.for_each_targeted_before(agent, before, add);
  std::sort(ahead.begin(), ahead.end(),
            [&](const auto& a, const auto& b) { return precedes(a.first, b.first, now); });
  std::vector<ContactRef> contacts;
  contacts.reserve(ahead.size());
  for (const auto& [at, ref] : ahead) contacts.push_back(ref);
  return contacts;
}

}  // namespace cordboard::explain
