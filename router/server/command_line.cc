#include "router/server/command_line.h"

#include <CLI/CLI.hpp>
#include <sstream>
#include <utility>
#include <vector>

#include "router/config/config.h"
#include "router/grpc/tenant_directory.h"
#include "router/server/listen.h"
#include "router/server/verify.h"
#include "router/store/tenant_folders.h"

namespace cordboard {
namespace {

struct Flags {
  std::string config;
  std::string data_dir;
  std::vector<std::string> tenants;  // NAME=FILE
  std::string grpc_listen;
  std::string http_listen;
  std::string metrics_listen;
  std::string dashboard;
  std::string log_level;
  bool insecure_listen = false;
  bool check = false;
  bool verify = false;
};

struct File {
  std::string tenant;
  std::string path;
};

void describe(CLI::App& app, Flags& flags) {
  app.description("Routes contacts to agents. docs/CONFIGURATION.md describes the configuration file.");
  app.set_version_flag("--version", std::string("cordboard-router ") + kVersion);
  app.add_option("--config", flags.config, "Configuration of the tenant `default`, and of the process");
  app.add_option("--data-dir", flags.data_dir, "Where the log is kept; each tenant has a folder in it");
  app.add_option("--tenant", flags.tenants,
                 "NAME=FILE: one more tenant and its configuration; may be repeated");
  app.add_option("--grpc-listen", flags.grpc_listen,
                 "HOST:PORT, port 0 takes a free one; overrides the file");
  app.add_option("--http-listen", flags.http_listen, "The same for browsers, /healthz and /readyz");
  app.add_option("--metrics-listen", flags.metrics_listen, "The same for /metrics");
  app.add_option("--dashboard", flags.dashboard, "The folder of the supervisors' page; overrides the file");
  app.add_option("--log-level", flags.log_level, "trace, debug, info, warn, error, critical or off")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "critical", "off"}));
  app.add_flag("--insecure-listen", flags.insecure_listen,
               "Allow listening beyond loopback, unencrypted and open to everybody");
  app.add_flag("--check", flags.check, "Check the configuration files and end");
  app.add_flag("--verify", flags.verify,
               "Check the stores of all tenants in --data-dir, change nothing, and end");
}

Exit bad_usage(std::string text) {
  return {ExitCode::BadConfig, "", "cordboard-router: " + std::move(text) + "\n"};
}

// What CLI11 has to say: help and version are no errors.
Exit parse_exit(const CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = app.exit(error, out, err);
  return {code == 0 ? ExitCode::Ok : ExitCode::BadConfig, out.str(), err.str()};
}

// Configurations say nothing about what is stored, so none is taken.
Exit verify(const Flags& flags) {
  if (flags.data_dir.empty()) return bad_usage("--verify needs --data-dir");
  if (flags.check || !flags.config.empty() || !flags.tenants.empty()) {
    return bad_usage(
        "--verify looks at every tenant of --data-dir; leave out --config, --tenant and --check");
  }
  Verified verified = verify_data_directory(flags.data_dir);
  return {verified.code, std::move(verified.report), ""};
}

std::optional<Exit> read_files(const Flags& flags, std::vector<File>& files) {
  files.push_back({kDefaultTenant, flags.config});
  for (const std::string& tenant : flags.tenants) {
    const std::size_t equals = tenant.find('=');
    if (equals == std::string::npos) return bad_usage("--tenant " + tenant + ": expected NAME=FILE");
    files.push_back({tenant.substr(0, equals), tenant.substr(equals + 1)});
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!is_tenant_name(files[i].tenant)) {
      return bad_usage("--tenant " + files[i].tenant + ": a name has letters, digits, '_' and '-' only");
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (files[j].tenant == files[i].tenant)
        return bad_usage("--tenant " + files[i].tenant + ": given twice");
    }
  }
  return std::nullopt;
}

// Adds the tenant of one file; the settings of the process come from the first.
std::optional<Exit> load(const File& file, CommandLine& line) {
  ConfigResult result = load_config_file(file.path);
  if (!result.config) return Exit{ExitCode::BadConfig, "", result.diagnostics.text()};
  line.warnings += result.diagnostics.text();
  if (line.options.tenants.empty()) line.options.server = result.config->server;
  line.options.tenants.push_back(
      {file.tenant, {std::move(result.config->tenant), std::move(result.text), file.path}});
  return std::nullopt;
}

LogLevel log_level_of(const std::string& name) {
  for (int level = 0; level < static_cast<int>(LogLevel::Off); ++level) {
    if (to_string(static_cast<LogLevel>(level)) == name) return static_cast<LogLevel>(level);
  }
  return LogLevel::Off;
}

void override_server(const Flags& flags, ServerConfig& server) {
  if (!flags.grpc_listen.empty()) server.grpc_listen = flags.grpc_listen;
  if (!flags.http_listen.empty()) server.http_listen = flags.http_listen;
  if (!flags.metrics_listen.empty()) server.metrics_listen = flags.metrics_listen;
  if (!flags.dashboard.empty()) server.dashboard = flags.dashboard;
  if (!flags.log_level.empty()) server.log_level = log_level_of(flags.log_level);
}

}  // namespace

std::variant<CommandLine, Exit> read_command_line(int argc, const char* const* argv) {
  CLI::App app;
  Flags flags;
  describe(app, flags);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return parse_exit(app, error);
  }
  if (flags.verify) return verify(flags);
  if (flags.config.empty()) return bad_usage("--config is required");
  std::vector<File> files;
  if (auto exit = read_files(flags, files)) return *exit;
  CommandLine line;
  for (const File& file : files) {
    if (auto exit = load(file, line)) return *exit;
  }
  override_server(flags, line.options.server);
  if (auto wrong = check_listeners(line.options.server, flags.insecure_listen)) {
    return Exit{ExitCode::BadConfig, "", flags.config + ": " + *wrong + "\n"};
  }
  if (flags.check) return Exit{ExitCode::Ok, "configuration is valid\n", line.warnings};
  if (flags.data_dir.empty()) return bad_usage("--data-dir is required");
  line.options.data_dir = flags.data_dir;
  line.options.insecure_listen = flags.insecure_listen;
  return line;
}

}  // namespace cordboard
