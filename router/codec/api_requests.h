// Requests of the API -> commands of the engine.
//
// Converts and nothing more: what is allowed is decided by the engine. Refused here is only what no command
// can express (no target, no agent). The request_id is not part of the body; take it from the request.
// Thread-safe.

#pragma once

#include <optional>
#include <string_view>

#include "cordboard/v1/act.pb.h"
#include "cordboard/v1/agent_requests.pb.h"
#include "cordboard/v1/agent_session.pb.h"
#include "cordboard/v1/gateway_requests.pb.h"
#include "cordboard/v1/gateway_session.pb.h"
#include "cordboard/v1/supervisor_service.pb.h"
#include "router/codec/api_errors.h"
#include "router/core/command.h"

namespace cordboard {

// The result of each: nothing, and `body` is the command; or why there is no command.
using Refused = std::optional<Refusal>;

Refused to_command(const v1::SubmitContactRequest& request, CommandBody& body);
Refused to_command(const v1::UpdateContactRequest& request, CommandBody& body);
Refused to_command(const v1::CancelContactRequest& request, CommandBody& body);
Refused to_command(const v1::EndContactRequest& request, CommandBody& body);
Refused to_command(const v1::TransferContactRequest& request, CommandBody& body);
Refused to_command(const v1::RequestCallbackRequest& request, CommandBody& body);
Refused to_command(const v1::ConnectCallbackRequest& request, CommandBody& body);
Refused to_command(const v1::FailCallbackRequest& request, CommandBody& body);

Refused to_command(const v1::LoginRequest& request, CommandBody& body);
Refused to_command(const v1::LogoutRequest& request, CommandBody& body);
Refused to_command(const v1::SetReadyRequest& request, CommandBody& body);
Refused to_command(const v1::SetNotReadyRequest& request, CommandBody& body);
Refused to_command(const v1::AcceptRequest& request, CommandBody& body);
Refused to_command(const v1::DeclineRequest& request, CommandBody& body);
Refused to_command(const v1::EndRequest& request, CommandBody& body);
Refused to_command(const v1::FinishWrapUpRequest& request, CommandBody& body);
Refused to_command(const v1::TransferRequest& request, CommandBody& body);

Refused to_command(const v1::SetQueueModeRequest& request, CommandBody& body);
Refused to_command(const v1::ActRequest& request, CommandBody& body);
Refused to_command(const v1::ForgetCustomerRequest& request, CommandBody& body);

// One request of a session. A submit that names no gateway gets the session's; another one is refused.
// REQUIRES: not a heartbeat, which is no command.
Refused to_command(const v1::GatewayRequest& request, std::string_view session_gateway, CommandBody& body);
Refused to_command(const v1::AgentRequest& request, CommandBody& body);

// Of the request inside; empty when there is none, or it has none.
std::string_view request_id_of(const v1::GatewayRequest& request);
std::string_view request_id_of(const v1::AgentRequest& request);
std::string_view agent_id_of(const v1::AgentRequest& request);

}  // namespace cordboard
