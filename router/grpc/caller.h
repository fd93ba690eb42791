// Who a call comes from, and to which tenant. Made by the gate (gate.h).

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "router/access/access_table.h"
#include "router/access/identity.h"
#include "router/codec/api_requests.h"
#include "router/grpc/intake.h"
#include "router/grpc/rpc_status.h"
#include "router/grpc/tenant_edge.h"

namespace cordboard {

struct Caller {
  Refused refused;  // why the call may not come in; then there is nothing else
  TenantEdge* tenant = nullptr;
  std::shared_ptr<const Identity> identity;  // nullptr: nobody is asked who they are
  std::string client;                        // whom its rates are counted for; empty when none are
  const AccessRow* rpc = nullptr;            // what is called

  // Why the tenant's intake does not take one more request of this kind.
  Refused intake(RequestClass what) const { return tenant->intake.admit(what, client); }
  bool speaks_for(std::string_view agent) const {
    return identity == nullptr || cordboard::speaks_for(*identity, agent);
  }
  bool may_see_customer_data() const { return identity == nullptr || identity->sees_customer_data; }
  // For the audit trail; empty when nobody is asked who they are.
  std::string roles() const { return identity == nullptr ? std::string() : names_of(identity->roles); }
  // The answer to what the caller may not do; it has a row in the audit trail under the name `action`, or
  // none when that is empty. When the trail takes no more, the router stops, and the answer says that.
  // REQUIRES: an identity.
  Refusal deny(std::string_view action, std::string why) const {
    if (!action.empty()) {
      const Admission told =
          tenant->loop.attempt_refused({identity->name, roles(), std::string(action), why});
      if (told != Admission::Admitted) return to_refusal(told);
    }
    return {v1::RejectionDetail::NOT_ALLOWED, std::move(why)};
  }
  Time expires_at() const { return identity == nullptr ? kNever : identity->expires_at; }
};

}  // namespace cordboard
