// Events of the engine -> events and notices of the API.
//
// References are resolved by the state right after the command that caused the events; nothing may be
// applied in between. Each fills a message that is empty. For the thread that owns the engine.

#pragma once

#include <cstdint>

#include "cordboard/v1/agent_service.pb.h"
#include "cordboard/v1/event.pb.h"
#include "cordboard/v1/gateway_service.pb.h"
#include "cordboard/v1/state.pb.h"
#include "router/core/event.h"
#include "router/core/state.h"

namespace cordboard {

void fill_event(const Event& event, const State& state, v1::Event* out);

void fill_receipt(std::uint64_t revision, Time at, bool repeated, v1::Receipt* out);

// For the gateway of the contact that the event concerns: none() when it concerns no contact, or one that
// no gateway follows.
GatewayRef notified_gateway(const Event& event, const State& state);
void fill_notice(const Event& event, const State& state, std::uint64_t revision, Time at,
                 v1::GatewayNotice* out);

// For the agent that the event concerns: none() when it concerns no agent. An offer that ended within the
// command that made it is still announced, as offer_created in `event`; offer_ended follows.
AgentRef notified_agent(const Event& event, const State& state);
void fill_notice(const Event& event, const State& state, std::uint64_t revision, Time at,
                 v1::AgentNotice* out);

}  // namespace cordboard
