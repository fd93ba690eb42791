// Who a caller is, and what that lets them do. Nothing here knows gRPC.

#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "router/core/types.h"

namespace cordboard {

// docs/API.md, "Who may call what", says it in words.
enum class Role : std::uint8_t {
  Gateway,     // submits contacts and hears what becomes of them
  Agent,       // takes offers, for itself only
  Supervisor,  // sees everything of the tenant, and acts
  Admin,       // as a supervisor; and changes the configuration, and forgets customers
  Observer,    // sees everything of the tenant but customers' data
};
inline constexpr Role kAllRoles[] = {Role::Gateway, Role::Agent, Role::Supervisor, Role::Admin,
                                     Role::Observer};

// snake_case, as in tokens and in the configuration.
std::string_view to_string(Role role);
std::optional<Role> role_named(std::string_view name);

class Roles {
 public:
  constexpr Roles() = default;
  constexpr Roles(std::initializer_list<Role> roles) {
    for (const Role role : roles) add(role);
  }

  constexpr void add(Role role) { bits_ |= bit(role); }
  constexpr bool has(Role role) const { return (bits_ & bit(role)) != 0; }
  constexpr bool any_of(Roles other) const { return (bits_ & other.bits_) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  friend constexpr bool operator==(Roles, Roles) = default;

 private:
  static constexpr std::uint8_t bit(Role role) {
    return static_cast<std::uint8_t>(1u << static_cast<unsigned>(role));
  }
  std::uint8_t bits_ = 0;
};

// "supervisor admin": in the order of kAllRoles, with `between` each two.
std::string names_of(Roles roles, std::string_view between = " ");

// Stands for every agent: a server that speaks for all desktops.
inline constexpr std::string_view kAnyAgent = "*";

struct Identity {
  std::string name;    // subject of the token or name of the certificate; goes into the audit
  std::string tenant;  // the only one it may call
  Roles roles;
  std::string agent_id;             // whom the role `agent` speaks for; kAnyAgent for all
  bool sees_customer_data = false;  // in lists, watches and answers; agents see it in their offers
  Time expires_at = kNever;
};

// Whether it may speak for an agent.
inline bool speaks_for(const Identity& identity, std::string_view agent) {
  return identity.agent_id == kAnyAgent || identity.agent_id == agent;
}

}  // namespace cordboard
