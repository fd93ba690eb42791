// From a scenario file to a Scenario, or to everything that is wrong with it, with file, line and key.
//
// Everything that can be known without running is checked: unknown keys, queues that do not exist,
// requirements that do not parse, files that cannot be read. Warnings (a wrap-up that the queue will cut
// short) stop nothing.

#pragma once

#include <optional>
#include <string>

#include "agents-sim/scenario/scenario.h"
#include "router/config/diagnostics.h"
#include "router/config/yaml_reader.h"

namespace cordboard::sim {

struct ScenarioResult {
  std::optional<Scenario> scenario;  // absent when there is an error
  Diagnostics diagnostics;
};

// Paths in the file are relative to its own folder.
ScenarioResult load_scenario_file(const std::string& path);
// Paths in the text are relative to `directory`.
ScenarioResult parse_scenario(std::string text, std::string source_name, const std::string& directory);

}  // namespace cordboard::sim
