// Who a call comes from, and to which tenant. Made by the gate (gate.h).

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "router/access/identity.h"
#include "router/codec/api_requests.h"
#include "router/grpc/intake.h"
#include "router/grpc/tenant_edge.h"

namespace cordboard {

struct Caller {
  Refused refused;  // why the call may not come in; then there is nothing else
  TenantEdge* tenant = nullptr;
  std::shared_ptr<const Identity> identity;  // nullptr: nobody is asked who they are
  std::string client;                        // whom its rates are counted for; empty when none are

  // Why the tenant's intake does not take one more request of this kind.
  Refused intake(RequestClass what) const { return tenant->intake.admit(what, client); }
  bool speaks_for(std::string_view agent) const {
    return identity == nullptr || cordboard::speaks_for(*identity, agent);
  }
  bool may_see_customer_data() const { return identity == nullptr || identity->sees_customer_data; }
  Time expires_at() const { return identity == nullptr ? kNever : identity->expires_at; }
};

}  // namespace cordboard
