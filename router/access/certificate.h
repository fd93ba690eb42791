// The files of `server.tls`: are they what they should be, and how long are they good?

#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "router/access/access_config.h"
#include "router/core/types.h"

namespace cordboard {

// What is wrong with the files, for people, with the key that names the file; nothing when all is well.
std::optional<std::string> check_tls_files(const TlsConfig& tls);

// Until when the first certificate of a PEM file is valid. nullopt when it cannot be read.
std::optional<Time> certificate_expiry(const std::filesystem::path& file);

}  // namespace cordboard
