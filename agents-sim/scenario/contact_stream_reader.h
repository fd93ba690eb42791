// Reads one entry of a scenario's `contacts`.

#pragma once

#include <string>

#include "agents-sim/scenario/scenario.h"
#include "router/config/yaml_reader.h"

namespace cordboard::sim {

// What is wrong has been reported; the stream then has defaults in its place. Queues and channels are
// looked up in `router`.
ContactStream read_contact_stream(const Reader& reader, const std::string& directory,
                                  const TenantConfig& router);

}  // namespace cordboard::sim
