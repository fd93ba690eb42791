// cordboardctl config get|validate|diff|apply|versions|rollback.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "cordboard/v1/config_service.pb.h"
#include "ctl/client/actor.h"
#include "ctl/client/command_failed.h"
#include "ctl/client/command_options.h"
#include "ctl/client/files.h"
#include "ctl/client/router_client.h"
#include "ctl/commands/commands.h"
#include "ctl/commands/config_report.h"
#include "ctl/output/printer.h"
#include "ctl/output/value_text.h"

namespace cordboard::ctl {
namespace {

struct ConfigOptions {
  RouterOptions router;
  Actor actor;
  std::string file;
  std::uint64_t version = 0;
  std::uint64_t if_version = 0;
};
using SharedConfig = std::shared_ptr<ConfigOptions>;
using Run = void (*)(const ConfigOptions&, Terminal&);

void get(const ConfigOptions& options, Terminal& terminal) {
  v1::GetRequest request;
  request.set_version(options.version);
  v1::GetResponse response;
  RouterClient(options.router.choice).call("ConfigService/Get", request, response);
  if (options.router.format != OutputFormat::Table)
    return print_message(options.router.format, response, terminal.out);
  terminal.out << response.yaml();
}

void validate(const ConfigOptions& options, Terminal& terminal) {
  v1::ValidateRequest request;
  request.set_yaml(read_file("configuration", options.file));
  v1::ValidateResponse response;
  RouterClient(options.router.choice).call("ConfigService/Validate", request, response);
  if (options.router.format == OutputFormat::Table)
    print_diagnostics(options.file, response, terminal.out);
  else
    print_message(options.router.format, response, terminal.out);
  if (!response.valid()) terminal.code = ExitCode::BadConfig;
}

v1::ApplyRequest request_with_file(const ConfigOptions& options) {
  v1::ApplyRequest request;
  request.set_yaml(read_file("configuration", options.file));
  request.set_if_version(options.if_version);
  return request;
}

// Of an Apply and of a Rollback.
template <class Request>
v1::ApplyResponse change(const char* rpc, const ConfigOptions& options, Request& request) {
  request.set_reason(options.actor.reason);
  request.set_request_id(request_id_of(options.actor));
  request.set_supervisor(supervisor_of(options.actor, options.router.choice));
  v1::ApplyResponse response;
  RouterClient(options.router.choice).call(rpc, request, response);
  return response;
}

void print_applied(const ConfigOptions& options, const v1::ApplyResponse& response, Terminal& terminal) {
  if (options.router.format == OutputFormat::Table)
    print_apply(options.file, response, terminal.out);
  else
    print_message(options.router.format, response, terminal.out);
}

void diff(const ConfigOptions& options, Terminal& terminal) {
  v1::ApplyRequest request = request_with_file(options);
  request.set_dry_run(true);
  v1::ApplyResponse response;
  RouterClient(options.router.choice).call("ConfigService/Apply", request, response);
  print_applied(options, response, terminal);
  if (!response.check().valid())
    terminal.code = ExitCode::BadConfig;
  else if (response.has_rejection())
    terminal.code = ExitCode::RequestRefused;
}

void apply(const ConfigOptions& options, Terminal& terminal) {
  v1::ApplyRequest request = request_with_file(options);
  confirm(options.actor, "Put " + options.file + " into force at " + options.router.choice.target + "?");
  print_applied(options, change("ConfigService/Apply", options, request), terminal);
}

void rollback(const ConfigOptions& options, Terminal& terminal) {
  v1::RollbackRequest request;
  request.set_version(options.version);
  request.set_if_version(options.if_version);
  confirm(options.actor, "Put version " + std::to_string(options.version) + " into force again at " +
                             options.router.choice.target + "?");
  print_applied(options, change("ConfigService/Rollback", options, request), terminal);
}

const std::vector<Column<v1::ConfigVersion>> kVersionColumns = {
    {">VERSION", [](const v1::ConfigVersion& row) { return std::to_string(row.number()); }},
    {"APPLIED", [](const v1::ConfigVersion& row) { return second_text(row.applied_at()); }},
    {">BYTES", [](const v1::ConfigVersion& row) { return std::to_string(row.bytes()); }},
    {"SOURCE", [](const v1::ConfigVersion& row) { return or_dash(row.source()); }},
};

void versions(const ConfigOptions& options, Terminal& terminal) {
  RouterClient router(options.router.choice);
  ListPrinter<v1::ConfigVersion> printer(options.router.format, kVersionColumns, terminal.out);
  v1::ListVersionsRequest request;
  v1::ListVersionsResponse page;
  do {
    router.call("ConfigService/ListVersions", request, page);
    printer.add(page.versions());
    if (!page.versions().empty()) request.set_before_version(page.versions().rbegin()->number());
  } while (page.more() && !page.versions().empty());
  printer.end();
}

CLI::App& add_config_command(CLI::App& config, Terminal& terminal, const char* name, const char* help,
                             const SharedConfig& options, Run run) {
  return add_router_command(config, name, help, options->router,
                            [options, run, &terminal] { run(*options, terminal); });
}

void add_file(CLI::App& command, ConfigOptions& options) {
  command.add_option("file", options.file, "The configuration; - for standard input")
      ->required()
      ->type_name("FILE");
}

void add_if_version(CLI::App& command, ConfigOptions& options) {
  command.add_option("--if-version", options.if_version, "Refused unless this version is in force")
      ->type_name("NUMBER");
}

void add_change(CLI::App& command, ConfigOptions& options) {
  add_if_version(command, options);
  add_actor_options(command, options.actor);
  add_yes(command, options.actor);
}

}  // namespace

void add_config(CLI::App& app, Terminal& terminal) {
  CLI::App* const config = app.add_subcommand("config", "Read, check and change the configuration");
  config->require_subcommand(1);
  const auto shown = std::make_shared<ConfigOptions>();
  add_config_command(*config, terminal, "get", "The text in force, or that of an earlier version", shown, get)
      .add_option("version", shown->version, "The version; the one in force unless given")
      ->type_name("NUMBER");
  const auto checked = std::make_shared<ConfigOptions>();
  add_file(add_config_command(*config, terminal, "validate", "Check a file without applying it", checked,
                              validate),
           *checked);
  const auto compared = std::make_shared<ConfigOptions>();
  CLI::App& diff_command = add_config_command(
      *config, terminal, "diff", "What a file would change, and what would happen to the contacts that wait",
      compared, diff);
  add_file(diff_command, *compared);
  add_if_version(diff_command, *compared);
  const auto applied = std::make_shared<ConfigOptions>();
  CLI::App& apply_command = add_config_command(
      *config, terminal, "apply", "Put a file into force, all of it or nothing; asks", applied, apply);
  add_file(apply_command, *applied);
  add_change(apply_command, *applied);
  add_config_command(*config, terminal, "versions", "The versions that took effect, newest first",
                     std::make_shared<ConfigOptions>(), versions);
  const auto old = std::make_shared<ConfigOptions>();
  CLI::App& rollback_command =
      add_config_command(*config, terminal, "rollback",
                         "Apply the text of an earlier version anew, as the newest; asks", old, rollback);
  rollback_command.add_option("version", old->version, "The version")->required()->type_name("NUMBER");
  add_change(rollback_command, *old);
}

}  // namespace cordboard::ctl
