// The templates of match_index.h, which includes this file: nobody else does.

#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "router/core/bits.h"
#include "router/core/contact_key.h"
#include "router/core/types.h"

namespace cordboard {

template <class Allowed>
AgentRef MatchIndex::best_agent(RequirementClass requirement, Allowed&& allowed) const {
  const RequirementEntry& entry = requirements_[requirement.value];
  const std::size_t heap = heap_of(entry.channel.value, order_of(entry.strategy));
  const bool by_score = !entry.scores.empty();
  const bool by_scarcity = entry.strategy == AgentStrategy::ScarceFirst;
  AgentRef best;
  std::uint64_t best_score = 0;
  AgentKey best_key;
  Bits::for_each_common(entry.profiles, available_profiles_[entry.channel.value], [&](std::uint32_t profile) {
    const std::uint64_t score = by_score      ? entry.scores[profile]
                                : by_scarcity ? scarcity(ProfileClass{profile}, entry.queue)
                                              : 0;
    const auto is_better = [&](const AgentKey& key) {
      if (!best) return true;
      if (key.interrupts() != best_key.interrupts()) return best_key.interrupts();
      return score < best_score || (score == best_score && key < best_key);
    };
    const AgentHeap::Entry* first = &available_heads_[heap][profile];
    if (!is_better(first->key)) return;
    if (!allowed(AgentRef{first->item})) {
      first = profiles_[profile].heaps[heap].first_where(
          [&](std::uint32_t agent) { return allowed(AgentRef{agent}); });
      if (first == nullptr || !is_better(first->key)) return;
    }
    best = AgentRef{first->item};
    best_score = score;
    best_key = first->key;
  });
  return best;
}

template <class Allowed>
ContactRef MatchIndex::best_contact(AgentRef agent, ProfileClass profile, ChannelMask channels, Time now,
                                    Allowed&& allowed) const {
  if (!several_rates_)
    return first_contact(
        agent, profile, channels, [](const ContactKey& k) { return k; }, allowed);
  return first_contact(
      agent, profile, channels, [now](const ContactKey& k) { return claim_of(k, now); }, allowed);
}

template <class Worth, class Allowed>
ContactRef MatchIndex::first_contact(AgentRef agent, ProfileClass profile, ChannelMask channels,
                                     Worth&& worth, Allowed&& allowed) const {
  ContactRef best;
  decltype(worth(ContactKey{})) best_worth;
  // `head` is the first of the line, which is not empty.
  const auto consider = [&](const ContactLine::Entry& head, const ContactLine& line) {
    auto found = worth(head.key);
    if (best && !(found < best_worth)) return;
    const ContactLine::Entry* first = &head;
    if (!allowed(ContactRef{head.item})) {
      first = line.first_where([&](std::uint32_t contact) { return allowed(ContactRef{contact}); });
      if (first == nullptr) return;
      found = worth(first->key);
      if (best && !(found < best_worth)) return;
    }
    best = ContactRef{first->item};
    best_worth = found;
  };
  const Bits& requirements = profiles_[profile.value].requirements;
  for (ChannelMask left = channels & open_channels_; left != 0; left &= left - 1) {
    const auto channel = static_cast<std::size_t>(std::countr_zero(left));
    Bits::for_each_common(requirements, waiting_requirements_[channel], [&](std::uint32_t requirement) {
      consider(waiting_heads_[requirement], requirements_[requirement].waiting);
    });
  }
  if (agent.value < targeted_.size()) {
    for (const ContactLine& line : targeted_[agent.value]) consider(line.front(), line);
  }
  return best;
}

template <class Allowed>
ContactRef MatchIndex::best_ringing(ProfileClass profile, ChannelMask channels, Time now,
                                    Allowed&& allowed) const {
  ContactRef best;
  ContactKey best_key;
  const Bits& requirements = profiles_[profile.value].requirements;
  for (ChannelMask left = channels & open_channels_; left != 0; left &= left - 1) {
    const auto channel = static_cast<std::size_t>(std::countr_zero(left));
    Bits::for_each_common(requirements, ringing_requirements_[channel], [&](std::uint32_t requirement) {
      const ContactLine::Entry* first = requirements_[requirement].ringing.first_where(
          [&](std::uint32_t contact) { return allowed(ContactRef{contact}); });
      if (first == nullptr || (best && !precedes(first->key, best_key, now))) return;
      best = ContactRef{first->item};
      best_key = first->key;
    });
  }
  return best;
}

template <class Function>
void MatchIndex::for_each_ringing(Function&& function) const {
  for (const RequirementEntry& entry : requirements_) {
    entry.ringing.for_each([&](const auto& ringing) { function(ContactRef{ringing.item}); });
  }
}

template <class Function>
void MatchIndex::for_each_line(Function&& function) const {
  for (const Bits& classes : waiting_requirements_) {
    classes.for_each([&](std::uint32_t r) { function(RequirementClass{r}); });
  }
}

template <class Function>
void MatchIndex::for_first(RequirementClass requirement, std::size_t count, Function&& function) const {
  requirements_[requirement.value].waiting.first_where([&](std::uint32_t contact) {
    function(ContactRef{contact});
    return --count == 0;
  });
}

template <class Before, class Function>
void MatchIndex::for_each_before(RequirementClass requirement, Before&& before, Function&& function) const {
  requirements_[requirement.value].waiting.for_each_before(
      before, [&](std::uint32_t contact) { function(ContactRef{contact}); });
}

template <class Before, class Function>
void MatchIndex::for_each_targeted_before(AgentRef target, Before&& before, Function&& function) const {
  if (target.value >= targeted_.size()) return;
  for (const ContactLine& line : targeted_[target.value]) {
    line.for_each_before(before, [&](std::uint32_t contact) { function(ContactRef{contact}); });
  }
}

template <class Function>
void MatchIndex::for_each_waiting(Function&& function) const {
  const auto visit = [&](const ContactLine& line) {
    line.for_each([&](const auto& entry) { function(ContactRef{entry.item}); });
  };
  for (const RequirementEntry& entry : requirements_) visit(entry.waiting);
  for (const ContactRef contact : all_targeted()) function(contact);
}

}  // namespace cordboard
