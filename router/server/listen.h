// Where may the router listen? Beyond loopback only encrypted, and for calls only with `server.access`.

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

// What is wrong with the addresses of a process, for people, with the key; nothing when they may be used.
// Takes any text.
std::optional<std::string> check_listeners(const ServerConfig& server, bool insecure_listen);

}  // namespace cordboard
