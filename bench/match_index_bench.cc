// What one assignment costs in the index, from both sides, and beside it what it costs a router that looks at
// every agent. Sizes: agents / waiting contacts / requirement classes.

#include <benchmark/benchmark.h>

#include "router/core/match_index.h"
#include "router/core/rng.h"

namespace cordboard {
namespace {

constexpr std::uint32_t kSkills = 100;
constexpr ChannelRef kVoice{0};
constexpr MatchIndex::ChannelMask kVoiceOnly = 1;

class Centre {
 public:
  Centre(std::uint32_t agents, std::uint32_t waiting, std::uint32_t classes,
         std::vector<AgeingRate> rates = {kAgeingOne})
      : rng_{42}, rates_(std::move(rates)) {
    index_.reset(1, {AgentStrategy::LongestIdle});
    index_.open(ChannelRef{0});
    for (std::uint32_t i = 0; i < classes; ++i) {
      const auto requirement = std::get<Requirement>(parse_requirement("s" + std::to_string(i % kSkills)));
      classes_.push_back(
          index_.acquire_requirement({QueueRef{i}, kVoice, ""}, requirement, AgentStrategy::LongestIdle));
    }
    for (std::uint32_t i = 0; i < agents; ++i) {
      profiles_.push_back(index_.acquire_profile(skills()));
      index_.begin_serving(profiles_.back(), kVoiceOnly);
    }
    for (std::uint32_t i = 0; i < waiting; ++i) arrive(ContactRef{i});
  }

  // Contacts wait: an agent becomes free, takes the best of them, and another one arrives. One agent after
  // the other, in an order that caches cannot guess.
  ContactRef take_contact() {
    const auto agent = AgentRef{static_cast<std::uint32_t>(rng_.next() % profiles_.size())};
    const ProfileClass profile = profiles_[agent.value];
    become_free(agent);
    const ContactRef contact = index_.best_contact(agent, profile, kVoiceOnly, Time{Duration{now_}},
                                                   [](ContactRef) { return true; });
    index_.remove_agent(agent, profile, kVoiceOnly);
    if (!contact) return contact;
    index_.remove_contact(contact, class_of_[contact.value]);
    arrive(contact);
    return contact;
  }

  void free_all() {
    for (std::uint32_t i = 0; i < profiles_.size(); ++i) become_free(AgentRef{i});
  }

  // Agents are free: a contact arrives, the one who has been idle longest takes it and is free again.
  AgentRef take_agent() {
    const AgentRef agent = index_.best_agent(next_class(), [](AgentRef) { return true; });
    if (!agent) return agent;
    index_.remove_agent(agent, profiles_[agent.value], kVoiceOnly);
    become_free(agent);
    return agent;
  }

  // The same by looking at every agent, as peers do, and in the best case for that: who may serve whom is
  // known already, and the list is one array.
  AgentRef scan_for_agent() {
    const RequirementClass requirement = next_class();
    AgentRef longest;
    for (std::uint32_t i = 0; i < idle_since_.size(); ++i) {
      if (!index_.eligible(requirement, profiles_[i])) continue;
      if (!longest || idle_since_[i] < idle_since_[longest.value]) longest = AgentRef{i};
    }
    if (longest) idle_since_[longest.value] = ++now_;
    return longest;
  }

 private:
  RequirementClass next_class() { return classes_[rng_.next() % classes_.size()]; }

  void become_free(AgentRef agent) {
    if (idle_since_.size() <= agent.value) idle_since_.resize(agent.value + 1);
    idle_since_[agent.value] = ++now_;
    index_.add_agent(agent, profiles_[agent.value], kVoiceOnly,
                     {Time{Duration{now_}}, ++sequence_, 0, 0, 0, 0});
  }

  // Ten of a hundred skills, of two levels: as many profiles as a large centre has teams, and more.
  std::vector<SkillLevel> skills() {
    const std::uint64_t team = rng_.next() % 500;
    Rng of_team{team};
    std::vector<SkillLevel> skills;
    for (std::uint32_t i = 0; i < kSkills; ++i) {
      if (of_team.next() % 10 == 0) skills.push_back({"s" + std::to_string(i), 50});
    }
    std::sort(skills.begin(), skills.end());
    return skills;
  }

  void arrive(ContactRef contact) {
    const RequirementClass requirement = next_class();
    if (class_of_.size() <= contact.value) class_of_.resize(contact.value + 1);
    class_of_[contact.value] = requirement;
    const AgeingRate rate = rates_[requirement.value % rates_.size()];
    index_.add_contact(contact, requirement, {0, rate, Time{Duration{++now_}}, ++sequence_});
  }

  Rng rng_;
  std::vector<AgeingRate> rates_;  // of the queues, in turn
  MatchIndex index_;
  std::vector<RequirementClass> classes_;
  std::vector<ProfileClass> profiles_;
  std::vector<RequirementClass> class_of_;
  std::vector<std::int64_t> idle_since_;
  std::int64_t now_ = 0;
  std::uint64_t sequence_ = 0;
};

Centre centre_of(const benchmark::State& state) {
  return Centre(static_cast<std::uint32_t>(state.range(0)), static_cast<std::uint32_t>(state.range(1)),
                static_cast<std::uint32_t>(state.range(2)));
}

void ContactFromIndex(benchmark::State& state) {
  Centre centre = centre_of(state);
  for (auto _ : state) benchmark::DoNotOptimize(centre.take_contact());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ContactFromIndex)
    ->ArgNames({"agents", "waiting", "classes"})
    ->Args({1'000, 1'000, 100})
    ->Args({10'000, 10'000, 100})
    ->Args({100'000, 10'000, 100})
    ->Args({10'000, 1'000'000, 100})
    ->Args({100'000, 1'000'000, 100})
    ->Args({10'000, 10'000, 1'000});

// The same with queues that age at three rates.
void ContactFromIndexAgeing(benchmark::State& state) {
  Centre centre(static_cast<std::uint32_t>(state.range(0)), static_cast<std::uint32_t>(state.range(1)),
                static_cast<std::uint32_t>(state.range(2)), {500, kAgeingOne, 3000});
  for (auto _ : state) benchmark::DoNotOptimize(centre.take_contact());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ContactFromIndexAgeing)
    ->ArgNames({"agents", "waiting", "classes"})
    ->Args({1'000, 1'000, 100})
    ->Args({100'000, 10'000, 100})
    ->Args({10'000, 10'000, 1'000});

void AgentFromIndex(benchmark::State& state) {
  Centre centre = centre_of(state);
  centre.free_all();
  for (auto _ : state) benchmark::DoNotOptimize(centre.take_agent());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(AgentFromIndex)
    ->ArgNames({"agents", "waiting", "classes"})
    ->Args({1'000, 0, 100})
    ->Args({10'000, 0, 100})
    ->Args({100'000, 0, 100});

void AgentFromScan(benchmark::State& state) {
  Centre centre = centre_of(state);
  centre.free_all();
  for (auto _ : state) benchmark::DoNotOptimize(centre.scan_for_agent());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(AgentFromScan)
    ->ArgNames({"agents", "waiting", "classes"})
    ->Args({1'000, 0, 100})
    ->Args({10'000, 0, 100})
    ->Args({100'000, 0, 100});

}  // namespace
}  // namespace cordboard
