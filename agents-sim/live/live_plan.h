// What a live run plays: who works, who calls, and how people behave.
//
// Times are those of the plan; a run with speed X plays them X times as fast.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agents-sim/base/distribution.h"
#include "agents-sim/clients/live_agents.h"
#include "agents-sim/scenario/scenario.h"
#include "router/core/config.h"
#include "router/core/types.h"

namespace cordboard::sim {

struct Behaviour {
  Distribution answer_delay;  // from the offer to the accept or decline; default: none
  Distribution wrap_up;       // default: none
  Distribution notice_after =
      Distribution::constant(Duration{10'000'000});  // not responding, then ready again
  Distribution pause;                                // not ready, after `pause_probability` of the contacts
  double decline = 0;                                // per offer
  double no_answer = 0;                              // per offer: rings until it expires
  double pause_probability = 0;                      // per contact
  double agent_ends = 0.5;  // share of contacts that the agent ends; customers end the others
};

struct LivePlan {
  std::vector<ContactStream> streams;
  std::vector<LiveAgent> agents;
  TenantConfig router;                // as the run finds it
  std::vector<std::string> channels;  // of the tenant, in the order of the configuration
  Behaviour behaviour;
  double speed = 1;
  Duration duration{};  // contacts arrive for this long, in the time of the plan
  std::uint64_t seed = 1;
  std::uint32_t sessions = 1;  // that the agents share
  std::string gateway = "cordboard-sim";
  double repeat = 0;                   // share of the requests that are sent twice
  Duration give_up_after{60'000'000};  // real time without any contact coming or going
};

}  // namespace cordboard::sim
