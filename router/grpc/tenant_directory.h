// Which tenant does a call mean? By the metadata key `cordboard-tenant`; without it, `default`.

#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "router/codec/api_errors.h"
#include "router/grpc/tenant_edge.h"

namespace cordboard {

inline constexpr const char* kTenantKey = "cordboard-tenant";
inline constexpr const char* kDefaultTenant = "default";

// Filled before the server starts, not changed afterwards. Does not own the tenants.
class TenantDirectory {
 public:
  void add(TenantEdge& tenant) { tenants_.emplace(tenant.name, &tenant); }

  // nullptr when this router does not serve it.
  TenantEdge* find(std::string_view name) const;
  // For a call that find() has no tenant for.
  static Refusal unknown_tenant();

 private:
  std::map<std::string, TenantEdge*, std::less<>> tenants_;
};

}  // namespace cordboard
