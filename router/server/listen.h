// Where may the router listen? On loopback, as long as nobody has to prove who they are.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "router/config/server_config.h"

namespace cordboard {

// REQUIRES of all: parse_listen_address accepts the address.
bool is_loopback(std::string_view address);
// The same address with the port that was taken.
std::string with_port(std::string_view address, std::uint16_t port);

// What is wrong with a listen address, for people; nothing when it may be used. Takes any text.
std::optional<std::string> check_listen_address(std::string_view address, bool insecure_listen);

// The same for all addresses of a process; names the key.
std::optional<std::string> check_listeners(const ServerConfig& server, bool insecure_listen);

}  // namespace cordboard
