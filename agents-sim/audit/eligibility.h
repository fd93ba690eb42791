// Whether an agent meets a requirement, worked out from what docs/CONFIGURATION.md ("Requirements") says
// about it and not by the router's own code, which it is to judge.

#pragma once

#include <string_view>
#include <vector>

#include "router/core/config.h"

namespace cordboard::sim {

// REQUIRES: the router has taken `requirement`, so that it is well-formed. Takes time in proportion to its
// length.
bool meets(std::string_view requirement, const std::vector<SkillLevel>& skills);

}  // namespace cordboard::sim
