// The texts that have a shape: names of queues, channels, agents and skills, destinations and listen
// addresses.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "router/config/schema.h"

namespace cordboard {

inline constexpr std::size_t kMaxNameLength = 64;

// Queues and channels: [A-Za-z0-9_.-]{1,64}.
const TextRule& name_rule();
// The same, or nothing.
const TextRule& optional_name_rule();
// Agents: the same and "@".
const TextRule& agent_id_rule();
// Skills, as a requirement can name them (router/core/requirement.h).
const TextRule& skill_rule();
const TextRule& listen_address_rule();
// Parsed and checked where its position is known.
const TextRule& any_text_rule();

// Where a deflected contact goes; nullopt when it is none, which has been reported.
std::optional<std::string> read_destination(const Reader& reader);

// Checks the name that is the key of an entry, and reports it there.
bool check_key(const Field& field, const TextRule& rule);

}  // namespace cordboard
