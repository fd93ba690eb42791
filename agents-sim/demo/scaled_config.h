// The same company with all clocks running X times as fast: the configuration for a router that is to meet
// customers and agents who are played X times as fast (`live --speed X`, `demo`).
//
// Times of people are divided: offers, wrap-up, service levels, what a priority point is worth, and so on.
// The graces for connections that break, and how long ended contacts are remembered, stay as they are,
// because networks do not get faster.

#pragma once

#include <string>

#include "router/core/config.h"

namespace cordboard::sim {

// REQUIRES: speed > 0.
TenantConfig scaled(TenantConfig config, double speed);

// As YAML that the router reads, without the `server:` block.
std::string to_yaml(const TenantConfig& config);

}  // namespace cordboard::sim
