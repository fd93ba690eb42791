// Lets calls in: which tenant is meant, who calls, and may they?
//
// Without an authenticator everybody may do everything. With one, a caller sees the one tenant of their
// identity, and nothing tells that there are others. The rpc is known by the type of its request: each has
// its own.

#pragma once

#include <google/protobuf/descriptor.h>
#include <grpcpp/server_context.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "router/access/access_table.h"
#include "router/access/authenticator.h"
#include "router/grpc/caller.h"
#include "router/grpc/tenant_directory.h"
#include "router/loop/clock.h"

namespace cordboard {

// Names of the services, as in "cordboard.v1.GatewayService".
extern const std::vector<std::string> kServices;

// Metadata in which calls of browsers, which come from within the process, bring the browser's address.
inline constexpr const char* kBrowserKey = "cordboard-browser";

class Gate {
 public:
  // `authenticator` may be nullptr; all outlive the gate.
  Gate(const TenantDirectory& tenants, const Clock& clock, Authenticator* authenticator);

  // Rpcs without a row in the access table, for people; empty when all is well.
  std::string missing_rows() const;

  // The value of kBrowserKey for an address. Nobody outside this process can make it: a part of it is random.
  std::string vouch(const std::string& address) const { return secret_ + address; }

  template <class Request>
  Caller admit(const grpc::CallbackServerContext& context) const {
    return admit(context, Request::descriptor());
  }

 private:
  Caller admit(const grpc::CallbackServerContext& context, const google::protobuf::Descriptor* request) const;
  // Whom the rates of a caller without a name are counted for.
  std::string address_of(const grpc::CallbackServerContext& context) const;
  Caller identify(const grpc::CallbackServerContext& context,
                  const google::protobuf::Descriptor* request) const;

  const TenantDirectory& tenants_;
  const Clock& clock_;
  Authenticator* const authenticator_;
  const std::string secret_;
  std::unordered_map<const google::protobuf::Descriptor*, const AccessRow*> rows_;
  std::string missing_;
};

// An agent that the caller does not speak for is as good as unknown to them.
Refusal unknown_agent();
// Refused when a request asks for customers' data and the caller may not see them.
Refused check_customer_data(const Caller& caller, bool include_customer_data);

// Puts the caller's name where a request names who acts. Refused when it names somebody else.
Refused name_supervisor(const Caller& caller, std::string& supervisor);

}  // namespace cordboard
