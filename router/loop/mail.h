// What a RouterLoop's inbox carries.

#pragma once

#include <string>
#include <variant>
#include <vector>

#include "router/loop/request.h"

namespace cordboard {

struct AgentHeard {
  std::string agent;
};
struct AgentLost {
  std::string agent;
  AgentSession session;
};
struct GatewayOpened {
  std::string gateway;
  Reply reply;
};
struct GatewayClosed {
  std::string gateway;
};

using Mail =
    std::variant<std::vector<Request>, EngineQuery, AgentHeard, AgentLost, GatewayOpened, GatewayClosed>;

}  // namespace cordboard
