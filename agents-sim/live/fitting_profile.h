// Finds skills that a requirement accepts: what an agent must be able to do to be of use.

#pragma once

#include <optional>
#include <vector>

#include "router/core/config.h"
#include "router/core/requirement.h"

namespace cordboard::sim {

// As much as possible of everything comes first: all skills at 100, then with fewer and lower ones. nullopt
// when the requirement accepts nobody, or has so many skills that trying would take too long.
std::optional<std::vector<SkillLevel>> fitting_skills(const Requirement& requirement);

}  // namespace cordboard::sim
