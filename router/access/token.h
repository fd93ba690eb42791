// Is this token good, and who does it speak of?
//
// A token is a JSON Web Token in its compact form (RFC 7519, 7515). It is good when its algorithm is allowed,
// a key of the set signed it, `iss` and `aud` are the configured ones, and it is neither over (`exp`, which
// must be there) nor early (`nbf`). `sub` becomes the name, and these private claims the rest:
//
//   cordboard_roles   list of roles, at least one
//   cordboard_tenant  text; `default` when absent
//   cordboard_agent   text: whom the role `agent` speaks for; `sub` when absent, "*" for everybody

#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "router/access/access_config.h"
#include "router/access/key_set.h"

namespace cordboard {

inline constexpr std::size_t kMaxTokenBytes = 8u << 10;
// Clocks of the issuer and of this machine may differ by so much when a token has just been issued.
inline constexpr Duration kClockSkew = std::chrono::seconds(30);

// Or why it is refused, for people; never a part of the token.
std::variant<Identity, std::string> verify_token(std::string_view token, const KeySet& keys,
                                                 const TokenConfig& config, Time now);

}  // namespace cordboard
