#include "agents-sim/crash/crash_command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "agents-sim/base/temporary_directory.h"
#include "agents-sim/clients/signals.h"
#include "agents-sim/crash/crash_run.h"
#include "agents-sim/live/live_report.h"

namespace cordboard::sim {
namespace {

std::string short_json(const Latency& latency) {
  return JsonObject()
      .add("count", latency.count())
      .add("p50", latency.quantile_ms(0.5))
      .add("max", latency.max_ms())
      .text();
}

std::string json_of(const CrashRun& crash) {
  return to_json(*crash.live(), crash.recorded(), crash.proxy())
      .add("kills", static_cast<std::uint64_t>(crash.kills()))
      .add("doubled", crash.live()->audit().findings().count(Rule::DoubleOffered))
      .add("acknowledged_lost", crash.live()->audit().contacts().acknowledged_lost())
      .add("restart_to_ready_ms", short_json(crash.restart_to_ready()))
      .add("ready_to_agents_ms", short_json(crash.ready_to_agents()))
      .text();
}

std::string text_of(const CrashRun& crash) {
  const Latency& ready = crash.restart_to_ready();
  const Latency& agents = crash.ready_to_agents();
  char line[240];
  std::snprintf(
      line, sizeof line,
      "\n%u kills; from the restart to ready: median %.0f ms, max %.0f ms; from ready until all agents are "
      "back: median %.0f ms, max %.0f ms\n",
      crash.kills(), ready.quantile_ms(0.5), ready.max_ms(), agents.quantile_ms(0.5), agents.max_ms());
  return to_text(*crash.live(), crash.recorded()) + proxy_text(crash.proxy()) + line;
}

int run(const CrashOptions& options) {
  Signals signals;  // before gRPC starts threads
  const TemporaryDirectory directory("cordboard-crash");
  if (directory.path().empty()) {
    std::fputs("cordboard-sim: no temporary directory can be made\n", stderr);
    return 1;
  }
  EventLoop loop;
  CrashRun crash(loop, options, directory.path());
  signals.forward(loop, [&crash](int) { crash.interrupt(); });
  const std::string problem = crash.run();
  signals.stop();
  if (crash.live() != nullptr) {
    std::fputs((options.live.json ? json_of(crash) + "\n" : text_of(crash)).c_str(), stdout);
    std::fputs(findings_text(crash.live()->audit()).c_str(), stderr);
  }
  if (!problem.empty()) std::fprintf(stderr, "cordboard-sim: %s\n", problem.c_str());
  return problem.empty() && crash.live()->is_clean() ? 0 : 1;
}

}  // namespace

void add_crash_command(CLI::App& app, int& status) {
  const auto options = std::make_shared<CrashOptions>();
  options->live.rate = 200;
  CLI::App* command =
      app.add_subcommand("crash", "Kill a router under live load, and audit it (docs/LIVE_TESTS.md)");
  command->add_option("--router", options->router, "The program cordboard-router")->required();
  command->add_option("--config", options->config, "Its configuration")->required();
  command->add_option("--kills", options->kills, "How often to kill it")->capture_default_str();
  command->add_option("--gap-ms", options->mean_gap_ms, "Mean time from ready to the next kill")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--backlog", options->backlog,
                      "Submit this many contacts first, and let agents in after the last kill");
  options->live.duration = "365d";  // until the last kill is over
  add_live_options(*command, options->live);
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace cordboard::sim
