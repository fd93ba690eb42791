// Decides who works and what for: which agents a run logs in, and how contacts are spread over queues.
//
// Agents that the configuration declares come first; when not all of them are needed, at least one for each
// queue that anybody can serve. Then agents of our own, `sim-1`, `sim-2`, ..., who can serve every queue if a
// profile for that exists, else one queue each. Queues get contacts in proportion to the agents who can serve
// them, each agent's time split evenly, so that all are about equally busy.

#pragma once

#include <string>
#include <vector>

#include "agents-sim/clients/live_agents.h"
#include "router/core/config.h"

namespace cordboard::sim {

struct Staffing {
  std::vector<LiveAgent> agents;
  std::vector<double> shares;  // by queue of the configuration; the sum is 1, 0 = nobody can serve it
  // By queue, where its contacts can be transferred to: the next queue in which somebody at work takes
  // contacts of their channel, or the same queue when there is no other. Of no meaning where the share is 0.
  std::vector<std::size_t> transfers_to;
  std::vector<std::string> warnings;  // for people
};

Staffing staff(const TenantConfig& config, std::size_t agents);

}  // namespace cordboard::sim
