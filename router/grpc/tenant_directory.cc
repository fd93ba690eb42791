#include "router/grpc/tenant_directory.h"

namespace cordboard {

TenantEdge* TenantDirectory::find(std::string_view name) const {
  const auto found = tenants_.find(name);
  return found == tenants_.end() ? nullptr : found->second;
}

Refusal TenantDirectory::unknown_tenant() {
  return {v1::RejectionDetail::UNKNOWN_TENANT,
          "this router does not serve the tenant named by cordboard-tenant"};
}

}  // namespace cordboard
