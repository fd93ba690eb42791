// The keys of the `server:` block.

#pragma once

#include "router/config/schema.h"
#include "router/config/server_config.h"

namespace cordboard {

const Schema<ServerConfig>& server_schema();

}  // namespace cordboard
