// What one assignment costs in the index: an agent with capacity takes the best waiting contact, another
// contact arrives, and the agent is free again. Sizes: agents / waiting contacts / requirement classes.

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
  Centre(std::uint32_t agents, std::uint32_t waiting, std::uint32_t classes) : rng_{42} {
    index_.reset(1, {AgentStrategy::LongestIdle});
    for (std::uint32_t i = 0; i < classes; ++i) {
      const auto requirement = std::get<Requirement>(parse_requirement("s" + std::to_string(i % kSkills)));
      classes_.push_back(
          index_.acquire_requirement({QueueRef{i}, kVoice, ""}, requirement, AgentStrategy::LongestIdle));
    }
    for (std::uint32_t i = 0; i < agents; ++i) profiles_.push_back(index_.acquire_profile(skills()));
    for (std::uint32_t i = 0; i < waiting; ++i) arrive(ContactRef{i});
  }

  // One agent after the other, in an order that caches cannot guess.
  ContactRef assign() {
    const auto agent = AgentRef{static_cast<std::uint32_t>(rng_.next() % profiles_.size())};
    const ProfileClass profile = profiles_[agent.value];
    index_.add_agent(agent, profile, kVoiceOnly, {Time{Duration{now_}}, sequence_, 0, 0, 0, 0});
    const ContactRef contact =
        index_.best_contact(agent, profile, kVoiceOnly, [](ContactRef) { return true; });
    index_.remove_agent(agent, profile, kVoiceOnly);
    if (!contact) return contact;
    index_.remove_contact(contact, class_of_[contact.value]);
    arrive(contact);
    return contact;
  }

 private:
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
    const RequirementClass requirement = classes_[rng_.next() % classes_.size()];
    if (class_of_.size() <= contact.value) class_of_.resize(contact.value + 1);
    class_of_[contact.value] = requirement;
    index_.add_contact(contact, requirement, {0, Time{Duration{++now_}}, ++sequence_});
  }

  Rng rng_;
  MatchIndex index_;
  std::vector<RequirementClass> classes_;
  std::vector<ProfileClass> profiles_;
  std::vector<RequirementClass> class_of_;
  std::int64_t now_ = 0;
  std::uint64_t sequence_ = 0;
};

void AssignFromIndex(benchmark::State& state) {
  Centre centre(static_cast<std::uint32_t>(state.range(0)), static_cast<std::uint32_t>(state.range(1)),
                static_cast<std::uint32_t>(state.range(2)));
  for (auto _ : state) benchmark::DoNotOptimize(centre.assign());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(AssignFromIndex)
    ->ArgNames({"agents", "waiting", "classes"})
    ->Args({1'000, 1'000, 100})
    ->Args({10'000, 10'000, 100})
    ->Args({100'000, 10'000, 100})
    ->Args({10'000, 1'000'000, 100})
    ->Args({100'000, 1'000'000, 100})
    ->Args({10'000, 10'000, 1'000});

}  // namespace
}  // namespace cordboard
