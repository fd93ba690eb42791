#include "agents-sim/demo/demo_command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "agents-sim/base/temporary_directory.h"
#include "agents-sim/clients/signals.h"
#include "agents-sim/demo/demo_run.h"
#include "agents-sim/demo/scaled_config.h"
#include "router/config/config.h"

namespace cordboard::sim {
namespace {

struct ScaledConfig {
  TenantConfig tenant;
  std::string yaml;
};

std::optional<ScaledConfig> load_scaled(const std::string& path, double speed) {
  ConfigResult loaded = load_config_file(path);
  std::fputs(loaded.diagnostics.text().c_str(), stderr);
  if (!loaded.config) return std::nullopt;
  TenantConfig tenant = scaled(std::move(loaded.config->tenant), speed);
  std::string yaml = scaled_yaml(loaded.text, tenant);
  return ScaledConfig{std::move(tenant), std::move(yaml)};
}

int print_scaled(const std::string& path, double speed) {
  const auto config = load_scaled(path, speed);
  if (!config) return 1;
  std::printf("# %s with its clocks %g times as fast.\n%s", path.c_str(), speed, config->yaml.c_str());
  return 0;
}

void print_heading(const DemoOptions& options, const TenantConfig& config) {
  std::printf("Cordboard: %zu queues, %zu agents, %g simulated minutes in %g s\n", config.queues.size(),
              config.agents.size(), options.seconds * options.speed / 60, options.seconds);
  std::printf("%s, all clocks %g times as fast\n\n", options.config.c_str(), options.speed);
  std::fflush(stdout);
}

int run(const DemoOptions& options) {
  Signals signals;  // before gRPC starts threads
  const auto config = load_scaled(options.config, options.speed);
  if (!config) return 1;
  const TemporaryDirectory directory("cordboard-demo");
  if (directory.path().empty()) {
    std::fputs("cordboard-sim: no temporary directory can be made\n", stderr);
    return 1;
  }
  std::ofstream(directory.path() + "/config.yaml") << config->yaml;
  print_heading(options, config->tenant);
  EventLoop loop;
  DemoRun demo(loop, options, config->tenant, directory.path());
  signals.forward(loop, [&demo](int count) { demo.interrupt(count); });
  const std::string problem = demo.run();
  signals.stop();
  if (problem.empty()) return 0;
  std::fprintf(stderr, "cordboard-sim: %s\n", problem.c_str());
  return 1;
}

void add_demo(CLI::App& app, int& status) {
  const auto options = std::make_shared<DemoOptions>();
  CLI::App* command = app.add_subcommand("demo", "Start a router, play a busy hour against it, and report");
  command->add_option("--router", options->router, "The program cordboard-router")->required();
  command->add_option("--config", options->config, "Its configuration")->required();
  command->add_option("--dashboard", options->dashboard, "The folder of the page that it serves meanwhile");
  command->add_option("--seconds", options->seconds, "How long contacts arrive, in real time")
      ->check(CLI::Range(1.0, 86'400.0))
      ->capture_default_str();
  command->add_option("--speed", options->speed, "How much faster than real time")
      ->check(CLI::Range(1.0, 1'000.0))
      ->capture_default_str();
  command->add_option("--agents", options->agents,
                      "Where others than declared ones may log in: how many in all");
  command->add_option("--seed", options->seed, "Of all random numbers")->capture_default_str();
  command->add_flag("!--no-crash", options->crash, "Do not kill the router in the middle");
  command->callback([options, &status] { status = run(*options); });
}

void add_scaled(CLI::App& app, int& status) {
  struct Arguments {
    std::string path;
    double speed = 60;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "scaled", "Print a configuration with its clocks running faster, for `live --speed`");
  command->add_option("config", arguments->path, "Configuration file of a router")->required();
  command->add_option("--speed", arguments->speed, "How much faster")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->callback([arguments, &status] { status = print_scaled(arguments->path, arguments->speed); });
}

}  // namespace

void add_demo_commands(CLI::App& app, int& status) {
  add_demo(app, status);
  add_scaled(app, status);
}

}  // namespace cordboard::sim
