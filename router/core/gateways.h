// Who submits contacts. A gateway that is gone for longer than gateway_grace takes its contacts with it.

#pragma once

#include "router/core/step.h"

namespace cordboard::gateways {

Outcome connect(Step& step, const GatewayConnected& command);
Outcome disconnect(Step& step, const GatewayDisconnected& command);

// none() for a contact without a gateway. REQUIRES: there is room for a new one (see contact_admission).
GatewayRef contact_begun(State& state, const std::string& id);
void contact_ended(State& state, GatewayRef gateway);

// gateway_grace has passed: waiting contacts are cancelled, connected ones completed. Callbacks are held
// until the gateway is back, as are scheduled contacts when they are due.
void on_grace_end(Step& step, GatewayRef gateway);

// After a restart nobody is connected.
void disconnect_all(Step& step);

}  // namespace cordboard::gateways
