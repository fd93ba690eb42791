#include "router/access/access_table.h"

#include <algorithm>
#include <iterator>

namespace cordboard {
namespace {

constexpr Roles kGateway = {Role::Gateway};
constexpr Roles kAgent = {Role::Agent};
constexpr Roles kSee = {Role::Observer, Role::Supervisor, Role::Admin};
constexpr Roles kAct = {Role::Supervisor, Role::Admin};
constexpr Roles kAdmin = {Role::Admin};

constexpr AccessRow kTable[] = {
    {"GatewayService/Session", kGateway},
    {"GatewayService/SubmitContact", kGateway},
    {"GatewayService/UpdateContact", kGateway},
    {"GatewayService/CancelContact", kGateway},
    {"GatewayService/EndContact", kGateway},
    {"GatewayService/TransferContact", kGateway},
    {"GatewayService/RequestCallback", kGateway},
    {"GatewayService/ConnectCallback", kGateway},
    {"GatewayService/FailCallback", kGateway},
    {"GatewayService/GetContact", kGateway},
    {"AgentService/Session", kAgent},
    {"AgentService/Listen", kAgent},
    {"AgentService/Login", kAgent},
    {"AgentService/Logout", kAgent},
    {"AgentService/SetReady", kAgent},
    {"AgentService/SetNotReady", kAgent},
    {"AgentService/Accept", kAgent},
    {"AgentService/Decline", kAgent},
    {"AgentService/End", kAgent},
    {"AgentService/FinishWrapUp", kAgent},
    {"AgentService/Transfer", kAgent},
    {"AgentService/Heartbeat", kAgent},
    {"SupervisorService/Watch", kSee},
    {"SupervisorService/ListQueues", kSee},
    {"SupervisorService/ListAgents", kSee},
    {"SupervisorService/ListContacts", kSee},
    {"SupervisorService/GetQueue", kSee},
    {"SupervisorService/GetQueueHistory", kSee},
    {"SupervisorService/GetAgent", kSee},
    {"SupervisorService/Explain", kSee},
    {"SupervisorService/GetStatus", kSee},
    {"SupervisorService/GetDigest", kSee},
    {"SupervisorService/SetQueueMode", kAct, "set_queue_mode"},
    {"SupervisorService/Act", kAct, "act"},
    {"SupervisorService/ListActs", kAct},
    {"SupervisorService/ForgetCustomer", kAdmin, "forget_customer"},
    {"ConfigService/Get", kSee},
    {"ConfigService/Validate", kSee},
    {"ConfigService/ListVersions", kSee},
    {"ConfigService/Apply", kAdmin, "apply_config"},
    {"ConfigService/Rollback", kAdmin, "apply_config"},
};

}  // namespace

std::span<const AccessRow> access_table() { return kTable; }

const AccessRow* find_access_row(std::string_view rpc) {
  const auto* const found = std::find_if(std::begin(kTable), std::end(kTable),
                                         [&](const AccessRow& row) { return row.rpc == rpc; });
  return found == std::end(kTable) ? nullptr : found;
}

}  // namespace cordboard
