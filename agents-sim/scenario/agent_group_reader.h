// Reads one entry of a scenario's `agents`.

#pragma once

#include <string>

#include "agents-sim/scenario/scenario.h"
#include "router/config/yaml_reader.h"

namespace cordboard::sim {

// What is wrong has been reported; the group then has defaults in its place. Channels are looked up in
// `router`.
AgentGroup read_agent_group(const Reader& reader, const std::string& directory, const TenantConfig& router);

}  // namespace cordboard::sim
