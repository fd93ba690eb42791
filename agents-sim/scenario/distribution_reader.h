// Reads `{exponential: {mean: 180s}}` and its kin from YAML. docs/SIMULATOR.md lists them all.

#pragma once

#include <optional>
#include <string>

#include "agents-sim/base/distribution.h"
#include "router/config/yaml_reader.h"

namespace cordboard::sim {

// nullopt when something is wrong, which has been reported. `directory` is what the paths of files are
// relative to; `never` is understood only where waiting for ever makes sense.
std::optional<Distribution> read_distribution(const Reader& reader, const std::string& directory,
                                              bool never_allowed = false);

// `path` as seen from `directory`.
std::string resolve_path(const std::string& directory, const std::string& path);

}  // namespace cordboard::sim
