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

std::string names_of(Roles roles, std::string_view between) {
  std::string names;
  for (const Role role : kAllRoles) {
    if (!roles.has(role)) continue;
    if (!names.empty()) names += between;
    names += to_string(role);
  }
  return names;
}

}  // namespace cordboard
