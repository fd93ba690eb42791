// Reads one entry of a scenario's `agents`.

#pragma once

#include <cstddef>
#include <string>

#include "agents-sim/scenario/scenario.h"
#include "router/config/yaml_reader.h"

namespace cordboard::sim {

// What is wrong has been reported; the group then has defaults in its place. Channels are looked up in
// `router`; `first_day` is the weekday (0 = Monday) on which the run begins.
AgentGroup read_agent_group(const Reader& reader, const std::string& directory, const TenantConfig& router,
                            std::size_t first_day);

}  // namespace cordboard::sim
