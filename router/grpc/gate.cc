#include "router/grpc/gate.h"

#include <openssl/rand.h>

#include <array>
#include <utility>

#include "router/core/assert.h"

namespace cordboard {
namespace {

// gRPC's name for it (GRPC_X509_SAN_PROPERTY_NAME). Only verified certificates get so far.
constexpr const char* kSubjectAlternativeName = "x509_subject_alternative_name";

std::string_view view(const grpc::string_ref& text) { return {text.data(), text.size()}; }

std::string_view metadata(const grpc::CallbackServerContext& context, const char* key) {
  const auto& all = context.client_metadata();
  const auto found = all.find(key);
  return found == all.end() ? std::string_view() : view(found->second);
}

Credentials credentials(const grpc::CallbackServerContext& context) {
  Credentials shown;
  shown.authorization = metadata(context, "authorization");
  if (!context.auth_context()->IsPeerAuthenticated()) return shown;
  for (const grpc::string_ref& name : context.auth_context()->FindPropertyValues(kSubjectAlternativeName)) {
    shown.certificate_names.push_back(view(name));
  }
  return shown;
}

// Without the port, which each connection has of its own: "ipv4:10.0.0.1:4711" is "ipv4:10.0.0.1".
std::string without_port(std::string peer) {
  if (peer.starts_with("ipv4:") || peer.starts_with("ipv6:")) peer.resize(peer.rfind(':'));
  return peer;
}

// 128 random bits, as text.
std::string random_secret() {
  std::array<unsigned char, 16> bytes{};
  CB_ASSERT(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1, "no random numbers");
  std::string text;
  for (const unsigned char byte : bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text + ' ';
}

}  // namespace

const std::vector<std::string> kServices = {"cordboard.v1.GatewayService", "cordboard.v1.AgentService",
                                            "cordboard.v1.SupervisorService", "cordboard.v1.ConfigService"};

Gate::Gate(const TenantDirectory& tenants, const Clock& clock, Authenticator* authenticator)
    : tenants_(tenants), clock_(clock), authenticator_(authenticator), secret_(random_secret()) {
  for (const std::string& name : kServices) {
    const auto* const service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
    CB_ASSERT(service != nullptr, "the service %s is not linked", name.c_str());
    for (int i = 0; i < service->method_count(); ++i) {
      const auto* const method = service->method(i);
      const std::string rpc = service->name() + "/" + method->name();
      const AccessRow* const row = find_access_row(rpc);
      const bool first = rows_.emplace(method->input_type(), row).second;
      CB_ASSERT(first, "two rpcs have the same request");
      if (row == nullptr) missing_ += (missing_.empty() ? "" : ", ") + rpc;
    }
  }
}

std::string Gate::missing_rows() const { return missing_; }

Caller Gate::admit(const grpc::CallbackServerContext& context,
                   const google::protobuf::Descriptor* request) const {
  Caller caller = identify(context, request);
  if (!caller.refused && caller.tenant->intake.counts_clients()) {
    caller.client = caller.identity ? caller.identity->name : address_of(context);
  }
  return caller;
}

std::string Gate::address_of(const grpc::CallbackServerContext& context) const {
  const std::string_view browser = metadata(context, kBrowserKey);
  return browser.starts_with(secret_) ? std::string(browser.substr(secret_.size()))
                                      : without_port(context.peer());
}

Caller Gate::identify(const grpc::CallbackServerContext& context,
                      const google::protobuf::Descriptor* request) const {
  const std::string_view named = metadata(context, kTenantKey);
  Caller caller;
  caller.rpc = rows_.at(request);
  if (authenticator_ == nullptr) {
    caller.tenant = tenants_.find(named.empty() ? std::string_view(kDefaultTenant) : named);
    if (caller.tenant == nullptr) caller.refused = TenantDirectory::unknown_tenant();
    return caller;
  }
  auto who = authenticator_->authenticate(credentials(context), clock_.now());
  if (auto* wrong = std::get_if<std::string>(&who)) {
    caller.refused = Refusal{v1::RejectionDetail::NOT_AUTHENTICATED, std::move(*wrong)};
    return caller;
  }
  caller.identity = std::move(std::get<std::shared_ptr<const Identity>>(who));
  if (named.empty() || named == caller.identity->tenant)
    caller.tenant = tenants_.find(caller.identity->tenant);
  if (caller.tenant == nullptr) {
    caller.refused = TenantDirectory::unknown_tenant();
  } else if (!caller.rpc->roles.any_of(caller.identity->roles)) {
    const std::string why =
        std::string(caller.rpc->rpc) + " needs the role " + names_of(caller.rpc->roles, " or ");
    caller.refused = caller.deny(caller.rpc->audited_as, why);
  }
  return caller;
}

Refused check_customer_data(const Caller& caller, bool include_customer_data) {
  if (!include_customer_data || caller.may_see_customer_data()) return std::nullopt;
  return caller.deny("read_customer_data",
                     "include_customer_data: for the roles gateway and admin, and for supervisors with "
                     "server.access.supervisors_see_customer_data");
}
Refusal unknown_agent() { return {v1::RejectionDetail::UNKNOWN_AGENT, "no such agent"}; }

Refused name_supervisor(const Caller& caller, std::string& supervisor) {
  if (caller.identity == nullptr) return std::nullopt;
  const std::string& name = caller.identity->name;
  if (!supervisor.empty() && supervisor != name) {
    return caller.deny(caller.rpc->audited_as, "supervisor: leave it empty, or name the caller: " + name);
  }
  supervisor = name;
  return std::nullopt;
}

}  // namespace cordboard
