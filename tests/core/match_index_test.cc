// The match index against a model that looks at every agent and every contact.

#include "router/core/match_index.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "router/core/rng.h"

namespace cordboard {
namespace {

constexpr AgentStrategy kStrategies[] = {AgentStrategy::LongestIdle,    AgentStrategy::MostSkilled,
                                         AgentStrategy::LeastSkilled,   AgentStrategy::LeastOccupied,
                                         AgentStrategy::FewestContacts, AgentStrategy::RoundRobin,
                                         AgentStrategy::Random,         AgentStrategy::ScarceFirst};

constexpr AgeingRate kRates[] = {1000, 100, 1000, 2500, 10'000};

// The name is in the digest, and orders the alarms.
TEST(MatchIndex, AClassHasTheSameNameOnEveryMachine) {
  MatchIndex index;
  index.reset(4, {AgentStrategy::LongestIdle});
  index.open(ChannelRef{3});
  const RequirementClass made = index.acquire_requirement(
      {QueueRef{0x010203}, ChannelRef{3}, "english", "\1"}, Requirement(), AgentStrategy::LongestIdle);
  EXPECT_EQ(index.name_of(made), std::string("\0\1\2\3\3english\0\1", 14));
}

class Model {
 public:
  struct AgentRow {
    std::vector<SkillLevel> skills;
    MatchIndex::ChannelMask channels = 0;
    AgentKeys keys;
    ProfileClass profile;
  };
  struct ContactRow {
    Requirement requirement;
    AgentStrategy strategy = AgentStrategy::LongestIdle;
    std::uint32_t queue = 0;
    std::uint8_t channel = 0;
    ContactKey key;
    RequirementClass requirement_class;
    AgentRef target;
  };

  static std::uint64_t level(const AgentRow& agent, const Requirement& requirement) {
    std::uint64_t sum = 0;
    for (const SkillLevel& skill : agent.skills) {
      for (const std::string& name : requirement.skills()) sum += skill.skill == name ? skill.level : 0;
    }
    return sum;
  }

  // What docs/CONFIGURATION.md says, written down once more.
  std::uint64_t scarcity(const AgentRow& agent, std::uint32_t but) const {
    std::uint64_t sum = 0;
    for (std::uint32_t q = 0; q < needs.size(); ++q) {
      if (q == but || !needs[q] || !needs[q]->accepts(agent.skills)) continue;
      const auto able = std::count_if(agents.begin(), agents.end(),
                                      [&](const auto& a) { return needs[q]->accepts(a.second.skills); });
      sum += 1'000'000'000u / static_cast<std::uint64_t>(able);
    }
    return sum;
  }

  auto order(const AgentRow& a, const ContactRow& c) const {
    std::array<std::uint64_t, 2> first{};
    switch (c.strategy) {
      case AgentStrategy::MostSkilled:
        first = {1'000'000 - level(a, c.requirement), 0};
        break;
      case AgentStrategy::LeastSkilled:
        first = {level(a, c.requirement), a.skills.size()};
        break;
      case AgentStrategy::LeastOccupied:
        first = {a.keys.occupancy_ppm, 0};
        break;
      case AgentStrategy::FewestContacts:
        first = {a.keys.contacts, 0};
        break;
      case AgentStrategy::RoundRobin:
        first = {a.keys.last_offer_sequence, 0};
        break;
      case AgentStrategy::Random:
        first = {a.keys.random_draw, 0};
        break;
      case AgentStrategy::ScarceFirst:
        first = {scarcity(a, c.queue), 0};
        break;
      case AgentStrategy::LongestIdle:
        break;
    }
    const bool interrupts = (a.keys.interrupting >> c.channel & 1) != 0;
    return std::tuple(interrupts, first, a.keys.idle_since, a.keys.idle_sequence);
  }

  AgentRef best_agent(const ContactRow& contact, const std::set<std::uint32_t>& blocked) const {
    AgentRef best;
    for (const auto& [id, agent] : agents) {
      const bool fits =
          (agent.channels >> contact.channel & 1) != 0 && contact.requirement.accepts(agent.skills);
      if (!fits || blocked.contains(id)) continue;
      if (!best || order(agent, contact) < order(agents.at(best.value), contact)) best = AgentRef{id};
    }
    return best;
  }

  // By tier; by what it has gained; by sequence.
  static auto order(const ContactKey& key, std::int64_t now) {
    return std::tuple(-key.tier, -(now - to_us(key.rank)) * key.rate, key.sequence);
  }

  ContactRef best_contact(std::uint32_t agent_id, std::int64_t now,
                          const std::set<std::uint32_t>& blocked) const {
    const AgentRow& agent = agents.at(agent_id);
    ContactRef best;
    for (const auto& [id, contact] : contacts) {
      const bool served = (agent.channels >> contact.channel & 1) != 0;
      const bool fits =
          contact.target ? contact.target.value == agent_id : contact.requirement.accepts(agent.skills);
      if (!served || !fits || blocked.contains(id)) continue;
      if (!best || order(contact.key, now) < order(contacts.at(best.value).key, now)) best = ContactRef{id};
    }
    return best;
  }

  std::vector<std::optional<Requirement>> needs;  // of the queues
  std::map<std::uint32_t, AgentRow> agents;
  std::map<std::uint32_t, ContactRow> contacts;
};

class Tape {
 public:
  // Odd seeds: all queues age alike.
  explicit Tape(std::uint64_t seed) : rng_{seed}, one_rate_(seed % 2 == 1) {
    index_.reset(2, {std::begin(kStrategies), std::end(kStrategies)});
    for (const char* text : {"", "a", "a >= 50", "a or b", "b and not c", "c >= 20 and a", "d"}) {
      requirements_.push_back(std::get<Requirement>(parse_requirement(text)));
    }
    for (const char* text : {"a", "b", "a and b", "c >= 20", "", "c", "b or c"}) {
      model_.needs.emplace_back(std::get<Requirement>(parse_requirement(text)));
    }
    model_.needs.insert(model_.needs.begin() + 2, std::nullopt);
    index_.set_needs(model_.needs);
  }

  void run(int steps) {
    for (int i = 0; i < steps && !::testing::Test::HasFatalFailure(); ++i) {
      toggle_agent();
      toggle_contact();
      ask();
    }
  }

 private:
  std::uint64_t draw(std::uint64_t below) { return rng_.next() % below; }

  void toggle_agent() {
    const auto id = static_cast<std::uint32_t>(draw(12));
    if (const auto known = model_.agents.find(id); known != model_.agents.end()) {
      index_.remove_agent(AgentRef{id}, known->second.profile, known->second.channels);
      index_.release_profile(known->second.profile);
      model_.agents.erase(known);
      return;
    }
    Model::AgentRow agent;
    for (const char* skill : {"a", "b", "c"}) {
      if (draw(2) == 0) agent.skills.push_back({skill, static_cast<std::uint8_t>(1 + draw(3) * 30)});
    }
    agent.channels = static_cast<MatchIndex::ChannelMask>(1 + draw(3));
    agent.keys = {time_from_us(static_cast<std::int64_t>(draw(5))),
                  ++sequence_,
                  draw(3),
                  draw(3),
                  draw(3),
                  draw(3),
                  static_cast<std::uint32_t>(draw(2) == 0 ? draw(4) : 0)};
    agent.profile = index_.acquire_profile(agent.skills);
    index_.add_agent(AgentRef{id}, agent.profile, agent.channels, agent.keys);
    model_.agents[id] = agent;
  }

  void toggle_contact() {
    const auto id = static_cast<std::uint32_t>(draw(25));
    if (const auto known = model_.contacts.find(id); known != model_.contacts.end()) {
      const Model::ContactRow& contact = known->second;
      if (contact.target) index_.remove_targeted(ContactRef{id}, {&contact.target, 1});
      if (!contact.target) index_.remove_contact(ContactRef{id}, contact.requirement_class);
      index_.release_requirement(contact.requirement_class);
      model_.contacts.erase(known);
      return;
    }
    Model::ContactRow contact;
    const auto queue = static_cast<std::uint32_t>(draw(std::size(kStrategies)));
    contact.requirement = requirements_[draw(requirements_.size())];
    contact.queue = queue;
    contact.strategy = kStrategies[queue];
    contact.channel = static_cast<std::uint8_t>(draw(2));
    contact.key = {static_cast<std::int32_t>(draw(2)),
                   one_rate_ ? kAgeingOne : kRates[queue % std::size(kRates)],
                   time_from_us(static_cast<std::int64_t>(draw(6))), ++sequence_};
    if (!index_.is_open(ChannelRef{contact.channel})) open(ChannelRef{contact.channel});
    contact.requirement_class = index_.acquire_requirement(
        {QueueRef{queue}, ChannelRef{contact.channel}, contact.requirement.canonical()}, contact.requirement,
        contact.strategy);
    if (draw(6) == 0) contact.target = AgentRef{static_cast<std::uint32_t>(draw(12))};
    if (contact.target) index_.add_targeted(ContactRef{id}, {&contact.target, 1}, contact.key);
    if (!contact.target) index_.add_contact(ContactRef{id}, contact.requirement_class, contact.key);
    model_.contacts[id] = contact;
  }

  void open(ChannelRef channel) {
    index_.open(channel);
    const MatchIndex::ChannelMask mask = MatchIndex::ChannelMask{1} << channel.value;
    for (const auto& [id, agent] : model_.agents) {
      if ((agent.channels & mask) != 0) index_.add_agent(AgentRef{id}, agent.profile, mask, agent.keys);
    }
  }

  void ask() {
    std::set<std::uint32_t> blocked;
    if (draw(2) == 0) blocked = {static_cast<std::uint32_t>(draw(12)), static_cast<std::uint32_t>(draw(12))};
    for (const auto& [id, contact] : model_.contacts) {
      const AgentRef best = index_.best_agent(contact.requirement_class,
                                              [&](AgentRef agent) { return !blocked.contains(agent.value); });
      ASSERT_EQ(best, model_.best_agent(contact, blocked));
    }
    for (const auto& [id, agent] : model_.agents) {
      const auto allowed = [&](ContactRef contact) {
        return !blocked.contains(contact.value) &&
               (agent.channels >> model_.contacts[contact.value].channel & 1) != 0;
      };
      const auto now = static_cast<std::int64_t>(draw(20));  // before some ranks, so that values are negative
      ASSERT_EQ(index_.best_contact(AgentRef{id}, agent.profile, agent.channels, time_from_us(now), allowed),
                model_.best_contact(id, now, blocked));
      check_targeted(AgentRef{id}, now);
    }
  }

  void check_targeted(AgentRef agent, std::int64_t now) {
    std::vector<std::pair<decltype(Model::order({}, 0)), ContactRef>> expected;
    for (const auto& [id, contact] : model_.contacts) {
      if (contact.target == agent) expected.emplace_back(Model::order(contact.key, now), ContactRef{id});
    }
    std::sort(expected.begin(), expected.end());
    const std::vector<ContactRef> found = index_.targeted_at(agent, time_from_us(now));
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) ASSERT_EQ(found[i], expected[i].second);
  }

  Rng rng_;
  bool one_rate_;
  MatchIndex index_;
  Model model_;
  std::vector<Requirement> requirements_;
  std::uint64_t sequence_ = 0;
};

TEST(MatchIndex, AgreesWithAModelThatLooksAtEverybody) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Tape(seed).run(500);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

RequirementClass acquire(MatchIndex& index, const std::string& skill) {
  const auto requirement = std::get<Requirement>(parse_requirement(skill));
  const MatchIndex::RequirementKey key{QueueRef{0}, ChannelRef{0}, requirement.canonical()};
  return index.acquire_requirement(key, requirement, AgentStrategy::LongestIdle);
}

TEST(MatchIndex, KeepsAClassForTheNextContactAndDoesNotCountIt) {
  MatchIndex index;
  index.reset(1, {AgentStrategy::LongestIdle});
  index.open(ChannelRef{0});
  const RequirementClass first = acquire(index, "a");
  EXPECT_EQ(index.requirement_count(), 1u);
  index.release_requirement(first);
  EXPECT_EQ(index.requirement_count(), 0u);
  EXPECT_FALSE(index.in_use(first));
  const ProfileClass profile = index.acquire_profile({{"a", 5}});
  EXPECT_TRUE(index.eligible(first, profile)) << "related while it was idle";
  EXPECT_EQ(acquire(index, "a"), first);
  EXPECT_EQ(index.requirement_count(), 1u);
}

TEST(MatchIndex, ForgetsClassesThatNobodyHasUsedForLong) {
  MatchIndex index;
  index.reset(1, {AgentStrategy::LongestIdle});
  index.open(ChannelRef{0});
  const RequirementClass first = acquire(index, "a");
  index.release_requirement(first);
  const ProfileClass profile = index.acquire_profile({{"a", 5}});
  std::set<std::uint32_t> numbers;
  for (int i = 0; i < 10'000; ++i) {
    const RequirementClass other = acquire(index, "b" + std::to_string(i));
    EXPECT_FALSE(index.eligible(other, profile)) << "a reused class number kept who was eligible before";
    numbers.insert(other.value);
    index.release_requirement(other);
  }
  EXPECT_TRUE(numbers.contains(first.value));
  EXPECT_LT(numbers.size(), 1'000u);
}

}  // namespace
}  // namespace cordboard
