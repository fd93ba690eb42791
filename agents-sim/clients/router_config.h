// The configuration that a router works by: asked for, and looked up in.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "agents-sim/clients/connection.h"
#include "router/core/config.h"

namespace cordboard::sim {

struct RouterConfigError {
  std::string message;
};

// Blocks; waits up to 10 s for the router to be there.
std::variant<TenantConfig, RouterConfigError> fetch_config(const Connection& connection);

// nullptr for a queue that is not in the configuration.
const QueueConfig* find_queue(const TenantConfig& router, std::string_view queue);
// How many agents the queue asks at once; 1 for a queue that is not in the configuration.
std::uint32_t ring_of(const TenantConfig& router, std::string_view queue);

}  // namespace cordboard::sim
