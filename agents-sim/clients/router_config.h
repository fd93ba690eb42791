// Asks a router for the configuration that it works by.

#pragma once

#include <string>
#include <variant>

#include "agents-sim/clients/connection.h"
#include "router/core/config.h"

namespace cordboard::sim {

struct RouterConfigError {
  std::string message;
};

// Blocks; waits up to 10 s for the router to be there.
std::variant<TenantConfig, RouterConfigError> fetch_config(const Connection& connection);

}  // namespace cordboard::sim
