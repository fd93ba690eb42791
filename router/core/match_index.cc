#include "router/core/match_index.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "router/core/mutation.h"

namespace cordboard {
namespace {

constexpr bool by_skill(AgentStrategy strategy) {
  return strategy == AgentStrategy::MostSkilled || strategy == AgentStrategy::LeastSkilled;
}

// Lower is better. The levels of kMaxSkillsPerAgent skills fit 32 bits easily, so the halves do not meet.
std::uint64_t skill_score(AgentStrategy strategy, const Requirement& requirement,
                          const std::vector<SkillLevel>& skills) {
  std::uint64_t sum = 0;
  for (const std::string& name : requirement.skills()) {
    const auto found =
        std::lower_bound(skills.begin(), skills.end(), name,
                         [](const SkillLevel& s, const std::string& n) { return s.skill < n; });
    if (found != skills.end() && found->skill == name) sum += found->level;
  }
  constexpr std::uint64_t kMax = 0xffffffff;
  if (strategy == AgentStrategy::MostSkilled) return kMax - sum;
  return sum << 32 | skills.size();
}

// Of what is in no line.
constexpr ContactKey kNowhere{.rate = 0};

// The line of this rate; `lines.end()` when there is none. None is empty.
}  // namespace

std::size_t MatchIndex::order_of(AgentStrategy strategy) {
  switch (strategy) {
    case AgentStrategy::LongestIdle:
    case AgentStrategy::MostSkilled:
    case AgentStrategy::LeastSkilled:
    case AgentStrategy::ScarceFirst:
      return kByIdleTime;
    case AgentStrategy::LeastOccupied:
      return kByOccupancy;
    case AgentStrategy::FewestContacts:
      return kByContacts;
    case AgentStrategy::RoundRobin:
      return kByLastOffer;
    case AgentStrategy::Random:
      return kByDraw;
  }
  CB_ASSERT(false, "strategy %d", static_cast<int>(strategy));
}

MatchIndex::AgentKey MatchIndex::key_of(std::size_t order, std::size_t channel, const AgentKeys& keys) {
  AgentKey key{0, keys.idle_since,
               mutated("ties_end_the_other_way") ? ~keys.idle_sequence : keys.idle_sequence};
  if (order == kByOccupancy) key.primary = keys.occupancy_ppm;
  if (order == kByContacts) key.primary = keys.contacts;
  if (order == kByLastOffer) key.primary = keys.last_offer_sequence;
  if (order == kByDraw) key.primary = keys.random_draw;
  if ((keys.interrupting >> channel & 1) != 0) key.primary |= AgentKey::kInterrupts;
  return key;
}

const std::string& MatchIndex::name_of(const RequirementKey& key) const {
  name_buffer_.clear();
  append_bytes(name_buffer_, key.queue.value);
  append_bytes(name_buffer_, key.channel.value);
  name_buffer_ += key.own;  // printable
  if (!key.widening.empty()) (name_buffer_ += '\0') += key.widening;
  return name_buffer_;
}

std::string MatchIndex::name_of(const std::vector<SkillLevel>& skills) {
  std::string name;
  for (const SkillLevel& skill : skills) name += skill.skill + ':' + std::to_string(skill.level) + ' ';
  return name;
}

void MatchIndex::reset(std::size_t channel_count, const std::vector<AgentStrategy>& strategies) {
  CB_ASSERT(channel_count <= kMaxChannels, "%zu channels", channel_count);
  *this = MatchIndex();
  channel_count_ = channel_count;
  for (const AgentStrategy strategy : strategies) {
    weighs_needs_ |= strategy == AgentStrategy::ScarceFirst;
    if (uses(strategy)) continue;
    order_rank_[order_of(strategy)] = orders_.size();
    orders_.push_back(order_of(strategy));
  }
  serving_profiles_.resize(channel_count);
  available_profiles_.resize(channel_count);
  available_heads_.resize(heap_count());
  waiting_requirements_.resize(channel_count);
  ringing_requirements_.resize(channel_count);
}

RequirementClass MatchIndex::find_requirement(const RequirementKey& key) const {
  return find_requirement(std::string_view(name_of(key)));
}

RequirementClass MatchIndex::find_requirement(std::string_view name) const {
  return {requirement_names_.find(
      name, [this](std::uint32_t i) { return std::string_view(requirements_[i].name); })};
}

RequirementClass MatchIndex::acquire_requirement(const RequirementKey& key, const Requirement& requirement,
                                                 AgentStrategy strategy) {
  RequirementClass ref = find_requirement(key);
  if (!ref) {
    if (free_requirements_.empty()) {
      ref.value = static_cast<std::uint32_t>(requirements_.size());
      requirements_.emplace_back();
      waiting_heads_.emplace_back();
    } else {
      ref.value = free_requirements_.back();
      free_requirements_.pop_back();
    }
    RequirementEntry& entry = requirements_[ref.value];
    entry.exists = true;
    entry.name = name_of(key);
    CB_ASSERT(is_open(key.channel), "channel %u is not open", static_cast<unsigned>(key.channel.value));
    entry.queue = key.queue;
    entry.channel = key.channel;
    entry.strategy = strategy;
    entry.requirement = requirement;
    requirement_names_.insert(entry.name, ref.value);
    for (std::uint32_t p = 0; p < profiles_.size(); ++p) {
      if (profiles_[p].references > 0) relate(ref, ProfileClass{p});
    }
    entry.servable = has_server(entry);
  }
  acquire_requirement(ref);
  return ref;
}

void MatchIndex::acquire_requirement(RequirementClass known) {
  if (requirements_[known.value].references++ == 0) ++requirements_in_use_;
}

void MatchIndex::release_requirement(RequirementClass requirement) {
  RequirementEntry& entry = requirements_[requirement.value];
  CB_ASSERT(entry.references > 0, "requirement class %u", requirement.value);
  if (--entry.references > 0) return;
  CB_ASSERT(entry.waiting.empty() && entry.ringing.empty(), "requirement class %u has waiting contacts",
            requirement.value);
  --requirements_in_use_;
  if (std::exchange(entry.is_idle, true)) return;
  idle_requirements_.push_back(requirement.value);
  if (idle_requirements_.size() > kIdleRequirements) drop_oldest_idle();
}

void MatchIndex::drop_oldest_idle() {
  const std::uint32_t oldest = idle_requirements_.front();
  idle_requirements_.pop_front();
  RequirementEntry& entry = requirements_[oldest];
  entry.is_idle = false;
  if (entry.references > 0) return;  // in use again
  for (ProfileEntry& profile : profiles_) profile.requirements.clear(oldest);
  requirement_names_.erase(entry.name, oldest);
  entry = RequirementEntry{};
  free_requirements_.push_back(oldest);
}

ProfileClass MatchIndex::find_profile(const std::vector<SkillLevel>& skills) const {
  return {profile_names_.find(name_of(skills),
                              [this](std::uint32_t i) { return std::string_view(profiles_[i].name); })};
}

ProfileClass MatchIndex::acquire_profile(const std::vector<SkillLevel>& skills) {
  ProfileClass ref = find_profile(skills);
  if (!ref) {
    if (free_profiles_.empty()) {
      ref.value = static_cast<std::uint32_t>(profiles_.size());
      profiles_.emplace_back();
      for (auto& heads : available_heads_) heads.emplace_back();
    } else {
      ref.value = free_profiles_.back();
      free_profiles_.pop_back();
    }
    ProfileEntry& entry = profiles_[ref.value];
    entry.name = name_of(skills);
    entry.skills = skills;
    entry.heaps.resize(heap_count());
    entry.staff.resize(channel_count_);
    entry.serving.assign(channel_count_, 0);
    profile_names_.insert(entry.name, ref.value);
    for (std::uint32_t r = 0; r < requirements_.size(); ++r) {
      if (requirements_[r].exists) relate(RequirementClass{r}, ref);
    }
    join_needs(ref);
  }
  ++profiles_[ref.value].references;
  count_agents(ref, true);
  return ref;
}

void MatchIndex::release_profile(ProfileClass profile) {
  ProfileEntry& entry = profiles_[profile.value];
  CB_ASSERT(entry.references > 0, "profile class %u", profile.value);
  count_agents(profile, false);
  if (--entry.references > 0) return;
  for (Need& need : needs_) need.profiles.clear(profile.value);
  for (RequirementEntry& requirement : requirements_) requirement.profiles.clear(profile.value);
  profile_names_.erase(entry.name, profile.value);
  entry = ProfileEntry{};
  free_profiles_.push_back(profile.value);
}

void MatchIndex::set_needs(std::vector<std::optional<Requirement>> needs) {
  CB_ASSERT(profiles_.empty(), "%zu profiles before the needs", profiles_.size());
  needs_.resize(needs.size());
  for (std::size_t i = 0; i < needs.size(); ++i) needs_[i].requirement = std::move(needs[i]);
}

void MatchIndex::join_needs(ProfileClass profile) {
  if (needs_.empty()) return;
  scarcity_.resize(profiles_.size(), 0);
  scarcity_[profile.value] = 0;
  for (Need& need : needs_) {
    if (!need.requirement || !need.requirement->accepts(profiles_[profile.value].skills)) continue;
    need.profiles.set(profile.value);
    scarcity_[profile.value] += need.weight();
  }
}

void MatchIndex::count_agents(ProfileClass profile, bool more) {
  for (Need& need : needs_) {
    if (!need.profiles.test(profile.value)) continue;
    const std::uint64_t before = need.weight();
    if (mutated("leaving_agents_stay_scarce") && !more) continue;
    need.agents += more ? 1 : std::uint64_t(-1);
    const std::uint64_t change = need.weight() - before;  // may wrap, and back
    need.profiles.for_each([&](std::uint32_t each) { scarcity_[each] += change; });
  }
}

bool MatchIndex::has_server(const RequirementEntry& requirement) const {
  return Bits::have_common(requirement.profiles, serving_profiles_[requirement.channel.value]);
}

void MatchIndex::set_servable(RequirementEntry& requirement, bool servable) {
  if (requirement.servable == servable) return;
  requirement.servable = servable;
  if (!requirement.waiting.empty()) unsettled_.push_back(requirement.name);
}

void MatchIndex::begin_serving(ProfileClass profile, ChannelMask channels) {
  ProfileEntry& entry = profiles_[profile.value];
  for (ChannelMask left = channels; left != 0; left &= left - 1) {
    const auto channel = static_cast<std::size_t>(std::countr_zero(left));
    if (entry.serving[channel]++ > 0) continue;
    serving_profiles_[channel].set(profile.value);
    entry.requirements.for_each([&](std::uint32_t requirement) {
      if (requirements_[requirement].channel.value == channel) set_servable(requirements_[requirement], true);
    });
  }
}

void MatchIndex::stop_serving(ProfileClass profile, ChannelMask channels) {
  ProfileEntry& entry = profiles_[profile.value];
  for (ChannelMask left = channels; left != 0; left &= left - 1) {
    const auto channel = static_cast<std::size_t>(std::countr_zero(left));
    CB_ASSERT(entry.serving[channel] > 0, "profile class %u serves no channel %zu", profile.value, channel);
    if (--entry.serving[channel] > 0) continue;
    serving_profiles_[channel].clear(profile.value);
    entry.requirements.for_each([&](std::uint32_t index) {
      RequirementEntry& requirement = requirements_[index];
      if (requirement.channel.value == channel) set_servable(requirement, has_server(requirement));
    });
  }
}

void MatchIndex::relate(RequirementClass requirement, ProfileClass profile) {
  RequirementEntry& r = requirements_[requirement.value];
  ProfileEntry& p = profiles_[profile.value];
  if (!r.requirement.accepts(p.skills) && !mutated("skills_are_ignored")) return;
  r.profiles.set(profile.value);
  p.requirements.set(requirement.value);
  r.staff.agents += p.staff[r.channel.value].agents;
  r.staff.slots += p.staff[r.channel.value].slots;
  if (!by_skill(r.strategy)) return;
  if (r.scores.size() <= profile.value) r.scores.resize(profile.value + 1, 0);
  r.scores[profile.value] = skill_score(r.strategy, r.requirement, p.skills);
}

void MatchIndex::note_head(RequirementClass requirement) {
  waiting_heads_[requirement.value] = requirements_[requirement.value].waiting.front();
}

void MatchIndex::add_agent(AgentRef agent, ProfileClass profile, ChannelMask channels,
                           const AgentKeys& keys) {
  if (agent_positions_.size() < (agent.value + 1) * heap_count()) {
    agent_positions_.resize(std::max((agent.value + 1) * heap_count(), agent_positions_.size() * 2),
                            kNotInHeap);
  }
  for (ChannelMask left = channels & open_channels_; left != 0; left &= left - 1) {
    const auto channel = static_cast<std::size_t>(std::countr_zero(left));
    for (std::size_t i = 0; i < orders_.size(); ++i) {
      const std::size_t heap = channel * orders_.size() + i;
      AgentHeap& agents = profiles_[profile.value].heaps[heap];
      agents.push(key_of(orders_[i], channel, keys), agent.value, agent_position(heap));
      available_heads_[heap][profile.value] = agents.top();
    }
    available_profiles_[channel].set(profile.value);
  }
}

void MatchIndex::remove_agent(AgentRef agent, ProfileClass profile, ChannelMask channels) {
  for (ChannelMask left = channels & open_channels_; left != 0; left &= left - 1) {
    const auto channel = static_cast<std::size_t>(std::countr_zero(left));
    bool others = false;
    for (std::size_t i = 0; i < orders_.size(); ++i) {
      const std::size_t heap = channel * orders_.size() + i;
      AgentHeap& agents = profiles_[profile.value].heaps[heap];
      agents.erase(agent.value, agent_position(heap));
      others = !agents.empty();
      if (others) available_heads_[heap][profile.value] = agents.top();
    }
    if (!others) available_profiles_[channel].clear(profile.value);
  }
}

void MatchIndex::note_key(ContactRef contact, const ContactKey& key) {
  CB_ASSERT(!contains(contact), "contact %u is in the index already", contact.value);
  if (contact.value >= contact_keys_.size()) {
    contact_keys_.resize(std::max<std::size_t>(contact.value + 1, contact_keys_.size() * 2), kNowhere);
  }
  contact_keys_[contact.value] = key;
}

ContactKey MatchIndex::take_key(ContactRef contact) {
  CB_ASSERT(contains(contact), "contact %u is not in the index", contact.value);
  return std::exchange(contact_keys_[contact.value], kNowhere);
}

bool MatchIndex::contains(ContactRef contact) const {
  return contact.value < contact_keys_.size() && contact_keys_[contact.value].rate != kNowhere.rate;
}

void MatchIndex::note_rate(AgeingRate rate) {
  several_rates_ |= last_rate_ != 0 && last_rate_ != rate;
  last_rate_ = rate;
}

void MatchIndex::add_contact(ContactRef contact, RequirementClass requirement, const ContactKey& key) {
  note_key(contact, key);
  note_rate(key.rate);
  RequirementEntry& entry = requirements_[requirement.value];
  entry.waiting.insert(key, contact.value);
  if (!entry.servable && entry.waiting.size() == 1) unsettled_.push_back(entry.name);
  waiting_requirements_[entry.channel.value].set(requirement.value);
  note_head(requirement);
}

void MatchIndex::remove_contact(ContactRef contact, RequirementClass requirement) {
  RequirementEntry& entry = requirements_[requirement.value];
  entry.waiting.erase(take_key(contact), contact.value);
  if (entry.waiting.empty()) {
    waiting_requirements_[entry.channel.value].clear(requirement.value);
    if (!entry.servable) unsettled_.push_back(entry.name);
  } else {
    note_head(requirement);
  }
}

void MatchIndex::add_ringing(ContactRef contact, RequirementClass requirement, const ContactKey& key) {
  note_key(contact, key);
  RequirementEntry& entry = requirements_[requirement.value];
  entry.ringing.insert(key, contact.value);
  ringing_requirements_[entry.channel.value].set(requirement.value);
  ++ringing_;
}

void MatchIndex::remove_ringing(ContactRef contact, RequirementClass requirement) {
  RequirementEntry& entry = requirements_[requirement.value];
  entry.ringing.erase(take_key(contact), contact.value);
  if (entry.ringing.empty()) ringing_requirements_[entry.channel.value].clear(requirement.value);
  --ringing_;
}

void MatchIndex::add_staff(ProfileClass profile, ChannelRef channel, std::uint32_t slots) {
  const auto grow = [slots](Staff& staff) {
    ++staff.agents;
    staff.slots += slots;
  };
  ProfileEntry& entry = profiles_[profile.value];
  grow(entry.staff[channel.value]);
  entry.requirements.for_each([&](std::uint32_t r) {
    if (requirements_[r].channel == channel) grow(requirements_[r].staff);
  });
}

void MatchIndex::remove_staff(ProfileClass profile, ChannelRef channel, std::uint32_t slots) {
  const auto shrink = [slots](Staff& staff) {
    CB_ASSERT(staff.agents > 0 && staff.slots >= slots, "%u agents with %u slots", staff.agents, staff.slots);
    --staff.agents;
    staff.slots -= slots;
  };
  ProfileEntry& entry = profiles_[profile.value];
  shrink(entry.staff[channel.value]);
  entry.requirements.for_each([&](std::uint32_t r) {
    if (requirements_[r].channel == channel) shrink(requirements_[r].staff);
  });
}

MatchIndex::Staff MatchIndex::staff_of(const Bits& profiles, ChannelRef channel) const {
  Staff sum;
  profiles.for_each([&](std::uint32_t p) {
    sum.agents += profiles_[p].staff[channel.value].agents;
    sum.slots += profiles_[p].staff[channel.value].slots;
  });
  return sum;
}

std::uint32_t MatchIndex::shared_agents(const Bits& profiles, ChannelRef channel, const Bits& others,
                                        ChannelRef others_channel) const {
  std::uint32_t agents = 0;
  Bits::for_each_common(profiles, others, [&](std::uint32_t p) {
    const std::vector<Staff>& staff = profiles_[p].staff;
    agents += std::min(staff[channel.value].agents, staff[others_channel.value].agents);
  });
  return agents;
}

Bits MatchIndex::profiles_meeting(const Requirement& requirement) const {
  Bits meeting;
  for (std::uint32_t p = 0; p < profiles_.size(); ++p) {
    if (profiles_[p].references > 0 && requirement.accepts(profiles_[p].skills)) meeting.set(p);
  }
  return meeting;
}

std::size_t MatchIndex::count_available(RequirementClass requirement) const {
  const RequirementEntry& entry = requirements_[requirement.value];
  const std::size_t heap = heap_of(entry.channel.value, order_of(entry.strategy));
  std::size_t count = 0;
  Bits::for_each_common(entry.profiles, available_profiles_[entry.channel.value],
                        [&](std::uint32_t profile) { count += profiles_[profile].heaps[heap].size(); });
  return count;
}

bool MatchIndex::has_available(const Bits& profiles, ChannelRef channel) const {
  return Bits::have_common(profiles, available_profiles_[channel.value]);
}

ContactRef MatchIndex::head(RequirementClass requirement) const {
  const ContactLine& waiting = requirements_[requirement.value].waiting;
  return waiting.empty() ? ContactRef::none() : ContactRef{waiting.front().item};
}

}  // namespace cordboard
