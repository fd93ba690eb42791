// The keys of the `server:` block, and of its `rates`.

#pragma once

#include "router/config/schema.h"
#include "router/config/server_config.h"

namespace cordboard {

const Schema<ServerConfig>& server_schema();
const Schema<RateLimits>& rates_schema();

}  // namespace cordboard
