// Reads `arrivals` of a stream of contacts: constant, by intervals, along a profile, by weekday, or recorded.

#pragma once

#include <cstddef>
#include <string>

#include "agents-sim/scenario/scenario.h"
#include "router/config/yaml_reader.h"

namespace cordboard::sim {

// What is wrong has been reported. Recorded queues are looked up in `router`; `first_day` is the weekday
// (0 = Monday) on which the run begins.
Arrivals read_arrivals(const Reader& reader, const std::string& directory, const TenantConfig& router,
                       std::size_t first_day);

}  // namespace cordboard::sim
