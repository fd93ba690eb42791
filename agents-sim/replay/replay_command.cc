#include "agents-sim/replay/replay_command.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

#include "agents-sim/replay/replay_report.h"

namespace cordboard::sim {
namespace {

struct ReplayArguments {
  std::string config;
  std::string calls;
  ReplayOptions options;
  bool json = false;
};

int run(const ReplayArguments& arguments) {
  const auto begin = std::chrono::steady_clock::now();
  const ReplayConfigResult config = load_replay_config(arguments.config);
  std::fputs(config.diagnostics.text().c_str(), stderr);
  const auto loaded = load_recording(arguments.calls);
  if (const auto* error = std::get_if<std::string>(&loaded)) std::fprintf(stderr, "%s\n", error->c_str());
  const auto* recording = std::get_if<Recording>(&loaded);
  if (!config.config || recording == nullptr) return 1;
  const auto missing = missing_queues(*recording, config.config->router);
  for (const std::string& queue : missing) {
    std::fprintf(stderr, "%s: router.queues: %s has calls for the queue `%s`; add it\n",
                 arguments.config.c_str(), arguments.calls.c_str(), queue.c_str());
  }
  if (!missing.empty()) return 1;
  const PatienceModel patience(*recording);
  const StaffingModel staffing = estimate_staffing(*recording);
  const ReplayResults results = replay(*recording, patience, staffing, *config.config, arguments.options);
  if (!results.problem.empty()) {
    std::fprintf(stderr, "%s\n", results.problem.c_str());
    return 1;
  }
  if (arguments.json) {
    std::fputs(to_json(*recording, staffing, results).c_str(), stdout);
    return 0;
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  std::printf("%s\n%s\n%u replications, seed %llu, %llu commands, %.2f s in all\n",
              describe(*recording, patience, staffing).c_str(), to_table(results).c_str(),
              arguments.options.replications, static_cast<unsigned long long>(arguments.options.seed),
              static_cast<unsigned long long>(results.commands), elapsed.count());
  return 0;
}

}  // namespace

void add_replay_command(CLI::App& app, int& status) {
  const auto arguments = std::make_shared<ReplayArguments>();
  CLI::App* command = app.add_subcommand(
      "replay", "Play recorded calls again and compare with what was recorded (docs/BANK.md)");
  command->add_option("config", arguments->config, "Router and priorities (YAML)")->required();
  command->add_option("calls", arguments->calls, "Recorded calls (CSV)")->required();
  command->add_option("--seed", arguments->options.seed, "Of all random numbers")->capture_default_str();
  command->add_option("--replications", arguments->options.replications, "Runs to average over")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "Print one JSON object");
  command->add_flag("--expected-wait", arguments->options.forecast_waits,
                    "Compare expected waits with what happens, for each queue and estimator");
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace cordboard::sim
