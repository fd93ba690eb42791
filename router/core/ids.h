// Which texts may name what. One place, used by the engine and by the configuration reader.

#pragma once

#include <string_view>

namespace cordboard {

inline constexpr const char* kClientIdRule = "1 to 64 letters, digits, '_', '-', '.' or '@'";

// Agents, gateways.
bool is_client_id(std::string_view text);
// Contacts: 1 to 128 printable ASCII characters without spaces.
bool is_contact_id(std::string_view text);
// Queues, channels: 1 to 64 letters, digits, '_', '-' or '.'.
bool is_config_name(std::string_view text);

}  // namespace cordboard
