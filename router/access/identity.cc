#include "router/access/identity.h"

namespace cordboard {

std::string_view to_string(Role role) {
  switch (role) {
    case Role::Gateway:
      return "gateway";
    case Role::Agent:
      return "agent";
    case Role::Supervisor:
      return "supervisor";
    case Role::Admin:
      return "admin";
    case Role::Observer:
      return "observer";
  }
  return "";
}

std::optional<Role> role_named(std::string_view name) {
  for (const Role role : kAllRoles) {
    if (to_string(role) == name) return role;
  }
  return std::nullopt;
}

}  // namespace cordboard
