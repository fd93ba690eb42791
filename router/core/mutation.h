// Seeded bugs: places where the engine breaks one of its rules when it is told to, so that tests can show
// that the check of the rule notices.
//
//   if (!mutated("cooldown_is_forgotten")) start_cooldown(step, contact, agent);
//
// Only the programs of tests/mutation are built with CORDBOARD_MUTATIONS. Everywhere else `mutated` is false
// at compile time and nothing of it is left. tests/mutation/mutations.txt lists all of them.

#pragma once

#include <string_view>

namespace cordboard {

#ifdef CORDBOARD_MUTATIONS
// Whether the environment variable CORDBOARD_MUTATION has this name.
bool mutated(std::string_view name);
#else
consteval bool mutated(std::string_view) { return false; }
#endif

}  // namespace cordboard
