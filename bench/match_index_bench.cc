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

// What the queues of a centre use beyond skills and priorities.
struct Features {
  std::vector<AgeingRate> rates = {kAgeingOne};  // of the queues, in turn
  bool relaxed = false;        // every third class has been widened by a step: a second skill serves it, too
  bool scarce_first = false;   // every other queue
  std::uint32_t targeted = 0;  // one contact of so many waits for one agent only; 0: none
  std::uint32_t ringing = 0;   // contacts that ring and want further offers
};

class Centre {
 public:
  Centre(std::uint32_t agents, std::uint32_t waiting, std::uint32_t classes, Features features = {})
      : rng_{42}, features_(std::move(features)) {
    index_.reset(1, {AgentStrategy::LongestIdle});
    index_.open(ChannelRef{0});
    if (features_.scarce_first) weigh_needs(classes);
    for (std::uint32_t i = 0; i < classes; ++i) {
      const bool widened = features_.relaxed && i % 3 == 0;
      const bool scarce = features_.scarce_first && i % 2 == 0;
      const std::string text = skill(i) + (widened ? " or " + skill(i + 1) : "");
      classes_.push_back(index_.acquire_requirement(
          {QueueRef{i}, kVoice, "", widened ? "1" : ""}, std::get<Requirement>(parse_requirement(text)),
          scarce ? AgentStrategy::ScarceFirst : AgentStrategy::LongestIdle));
    }
    for (std::uint32_t i = 0; i < agents; ++i) {
      profiles_.push_back(index_.acquire_profile(skills()));
      index_.begin_serving(profiles_.back(), kVoiceOnly);
    }
    for (std::uint32_t i = 0; i < waiting; ++i) arrive(ContactRef{i});
    for (std::uint32_t i = 0; i < features_.ringing; ++i) {
      const RequirementClass requirement = next_class();
      index_.add_ringing(ContactRef{waiting + i}, requirement, next_key(requirement));
    }
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
    leave(contact);
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

  static std::string skill(std::uint32_t i) { return "s" + std::to_string(i % kSkills); }

  void weigh_needs(std::uint32_t queues) {
    std::vector<std::optional<Requirement>> needs;
    for (std::uint32_t i = 0; i < queues; ++i) {
      needs.emplace_back(std::get<Requirement>(parse_requirement(skill(i))));
    }
    index_.set_needs(std::move(needs));
  }

  ContactKey next_key(RequirementClass requirement) {
    const AgeingRate rate = features_.rates[requirement.value % features_.rates.size()];
    return {0, rate, Time{Duration{++now_}}, ++sequence_};
  }

  void arrive(ContactRef contact) {
    if (places_.size() <= contact.value) places_.resize(contact.value + 1);
    Place& place = places_[contact.value];
    place.requirement = next_class();
    place.target = AgentRef{};
    if (features_.targeted != 0 && rng_.next() % features_.targeted == 0) {
      place.target = AgentRef{static_cast<std::uint32_t>(rng_.next() % profiles_.size())};
      index_.add_targeted(contact, {&place.target, 1}, next_key(place.requirement));
    } else {
      index_.add_contact(contact, place.requirement, next_key(place.requirement));
    }
  }

  void leave(ContactRef contact) {
    const Place& place = places_[contact.value];
    if (place.target) {
      index_.remove_targeted(contact, {&place.target, 1});
    } else {
      index_.remove_contact(contact, place.requirement);
    }
  }

  struct Place {
    RequirementClass requirement;
    AgentRef target;  // none(): waits for anybody
  };

  Rng rng_;
  Features features_;
  MatchIndex index_;
  std::vector<RequirementClass> classes_;
  std::vector<ProfileClass> profiles_;
  std::vector<Place> places_;  // by ContactRef
  std::vector<std::int64_t> idle_since_;
  std::int64_t now_ = 0;
  std::uint64_t sequence_ = 0;
};

Centre centre_of(const benchmark::State& state, Features features = {}) {
  return Centre(static_cast<std::uint32_t>(state.range(0)), static_cast<std::uint32_t>(state.range(1)),
                static_cast<std::uint32_t>(state.range(2)), std::move(features));
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

const std::vector<AgeingRate> kThreeRates = {500, kAgeingOne, 3000};

// The same with queues that age at three rates.
void ContactFromIndexAgeing(benchmark::State& state) {
  Centre centre = centre_of(state, {.rates = kThreeRates});
  for (auto _ : state) benchmark::DoNotOptimize(centre.take_contact());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ContactFromIndexAgeing)
    ->ArgNames({"agents", "waiting", "classes"})
    ->Args({1'000, 1'000, 100})
    ->Args({100'000, 10'000, 100})
    ->Args({10'000, 10'000, 1'000});

// With everything that the index can do in use at once.
void ContactFromIndexAllFeatures(benchmark::State& state) {
  Centre centre = centre_of(
      state,
      {.rates = kThreeRates, .relaxed = true, .scarce_first = true, .targeted = 100, .ringing = 1'000});
  for (auto _ : state) benchmark::DoNotOptimize(centre.take_contact());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ContactFromIndexAllFeatures)
    ->ArgNames({"agents", "waiting", "classes"})
    ->Args({10'000, 10'000, 100})
    ->Args({100'000, 1'000'000, 100});

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
