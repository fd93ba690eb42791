#include "agents-sim/live/fitting_profile.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <functional>
#include <set>
#include <string_view>

namespace cordboard::sim {
namespace {

constexpr std::uint64_t kMostTries = 1'000'000;

// The levels at which the requirement can change its mind, highest first; 0 is "does not have it".
std::vector<std::uint8_t> levels_to_try(std::string_view text) {
  std::set<int, std::greater<>> levels{0, 1, 100};
  for (std::size_t i = 0; i < text.size();) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data() + i, text.data() + text.size(), number);
    if (error != std::errc{}) {
      ++i;
      continue;
    }
    for (const int level : {number - 1, number, number + 1}) levels.insert(std::clamp(level, 0, 100));
    i = static_cast<std::size_t>(end - text.data());
  }
  return {levels.begin(), levels.end()};
}

// Moves on to the next combination; false after the last one.
bool advance(std::vector<std::size_t>& choice, std::size_t options) {
  for (std::size_t& digit : choice) {
    if (++digit < options) return true;
    digit = 0;
  }
  return false;
}

}  // namespace

std::optional<std::vector<SkillLevel>> fitting_skills(const Requirement& requirement) {
  const std::vector<std::string>& names = requirement.skills();
  const std::vector<std::uint8_t> levels = levels_to_try(requirement.canonical());
  std::vector<std::size_t> choice(names.size(), 0);
  for (std::uint64_t tries = 0; tries < kMostTries; ++tries) {
    std::vector<SkillLevel> skills;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (levels[choice[i]] > 0) skills.push_back({names[i], levels[choice[i]]});
    }
    if (requirement.accepts(skills)) return skills;
    if (!advance(choice, levels.size())) break;
  }
  return std::nullopt;
}

}  // namespace cordboard::sim
