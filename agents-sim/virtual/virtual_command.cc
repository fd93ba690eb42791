#include "agents-sim/virtual/virtual_command.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string>

#include "agents-sim/scenario/scenario_reader.h"
#include "agents-sim/virtual/replications.h"
#include "agents-sim/virtual/report.h"

namespace cordboard::sim {
namespace {

struct VirtualArguments {
  std::string scenario;
  SimulationOptions options;
  bool json = false;
};

bool report_problems(const Results& results) {
  bool any = false;
  for (std::uint32_t i = 0; i < results.replications(); ++i) {
    if (results.problems()[i].empty()) continue;
    any = true;
    std::fprintf(stderr, "seed %llu, replication %u: %s\n", static_cast<unsigned long long>(results.seed()),
                 i, results.problems()[i].c_str());
  }
  return any;
}

int run(const VirtualArguments& arguments) {
  const ScenarioResult loaded = load_scenario_file(arguments.scenario);
  std::fputs(loaded.diagnostics.text().c_str(), stderr);
  if (!loaded.scenario) return 1;
  const CellPlan plan(*loaded.scenario);
  const std::clock_t cpu_begin = std::clock();
  const auto begin = std::chrono::steady_clock::now();
  const Results results = simulate(*loaded.scenario, plan, arguments.options);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  if (report_problems(results)) return 1;
  const auto commands = static_cast<double>(results.commands());
  const double speed = commands / elapsed.count();
  const double cpu_speed = commands / (static_cast<double>(std::clock() - cpu_begin) / CLOCKS_PER_SEC);
  const std::string report = arguments.json ? to_json(results, speed) : to_table(results, speed, cpu_speed);
  std::fputs(report.c_str(), stdout);
  return 0;
}

}  // namespace

void add_virtual_command(CLI::App& app, int& status) {
  const auto arguments = std::make_shared<VirtualArguments>();
  CLI::App* command = app.add_subcommand("virtual", "Run a scenario in virtual time (docs/SIMULATOR.md)");
  command->add_option("scenario", arguments->scenario, "Scenario file (YAML)")->required();
  command->add_option("--seed", arguments->options.seed, "Of all random numbers")->capture_default_str();
  command->add_option("--replications", arguments->options.replications, "Independent runs to average over")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command->add_option("--threads", arguments->options.threads, "Runs at the same time; 0 is one per core")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "Print one JSON object");
  command->add_flag("--check", arguments->options.check_invariants,
                    "Check every rule of the engine after every command (slow)");
  command->add_flag("--expected-wait", arguments->options.forecast_waits,
                    "Compare expected waits with what happens, for each queue and estimator");
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace cordboard::sim
