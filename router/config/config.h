// From a YAML file to a validated configuration, or to everything that is wrong with it.
//
//   ConfigResult result = load_config_file("deploy/examples/demo.yaml");
//   std::cerr << result.diagnostics.text();          // errors and warnings, empty when all is well
//   if (!result.config) return kExitBadConfiguration;
//   engine.apply(ApplyConfig{version, result.config->tenant}, events);
//
// The file holds the keys of one tenant (router/core/config.h) and a `server:` block with the settings of
// the process (server_config.h). docs/CONFIGURATION.md describes every key. What is absent takes the
// default of those structs; an unknown key is an error. `config` is present exactly when there is no
// error; warnings (a queue that nobody can serve) do not stop anything and should be shown at start.
//
// Pure functions, safe on any thread; load_config_file reads the file. Nothing throws.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "router/config/diagnostics.h"
#include "router/config/key_doc.h"
#include "router/config/server_config.h"
#include "router/core/config.h"

namespace cordboard {

class Reader;

struct LoadedConfig {
  TenantConfig tenant;
  ServerConfig server;
};

struct ConfigResult {
  std::optional<LoadedConfig> config;  // absent when there is an error
  std::string text;                    // what was read, without a byte order mark
  Diagnostics diagnostics;
};

// A file that cannot be read is one error without a line.
ConfigResult load_config_file(const std::string& path);

// `source_name` stands for the file in diagnostics, for example "request".
ConfigResult parse_config(std::string_view text, std::string source_name);

// The tenant part alone, somewhere inside another document (yaml_reader.h): the simulator's `router:`.
// Reports into the reader's YamlFile. nullopt when it reported an error of its own.
std::optional<TenantConfig> parse_tenant_config(const Reader& reader);

// Checks and splits a listen address. nullopt when it is not HOST:PORT with a port of 0..65535.
// "[::1]:7070" gives the host "::1".
struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;
};
std::optional<ListenAddress> parse_listen_address(std::string_view text);

// snake_case names as in the file; docs, metrics and the API use the same.
std::string_view to_string(AgentStrategy strategy);
std::string_view to_string(RemovedQueues removed);
std::string_view to_string(LogLevel level);

// ---- What the file may contain, for documentation ----

// Generated from the same tables that read the file, so that it cannot say anything else.
std::vector<SectionDoc> config_sections();

}  // namespace cordboard
