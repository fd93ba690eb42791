#include "agents-sim/crash/call_sweep_command.h"

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>

#include "agents-sim/base/json.h"
#include "agents-sim/base/temporary_directory.h"
#include "agents-sim/crash/call_sweep.h"
#include "agents-sim/inject/system_calls.h"

namespace cordboard::sim {
namespace {

constexpr int kNotTested = 77;

std::string json_of(const CallSweepResult& result) {
  JsonObject ended;
  for (const auto& [code, count] : result.ended) ended.add(std::to_string(code), count);
  JsonObject by_call;
  for (const auto& [call, count] : result.by_call) by_call.add(call, count);
  return JsonObject()
      .add("runs", result.runs)
      .add("calls", result.calls)
      .add("killed", result.killed)
      .add("ended_by_exit_code", ended.text())
      .add("went_on", result.went_on)
      .add("failure_to_end_ms", result.failure_to_end.json())
      .add("acknowledged", result.acknowledged)
      .add("completed", result.completed)
      .add("lost", result.lost)
      .add("acknowledged_lost", result.acknowledged_lost)
      .add("doubled", result.doubled)
      .add("violations", result.violations)
      .add("elapsed_s", result.elapsed_s)
      .add("by_call", by_call.text())
      .add("failure", json_text(result.failure))
      .text();
}

std::string text_of(const CallSweepResult& result) {
  const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  std::string out;
  char line[200];
  std::snprintf(line, sizeof line, "%llu runs in %.1f s, up to call %llu: %llu lives killed\n",
                number(result.runs), result.elapsed_s, number(result.calls), number(result.killed));
  out += line;
  for (const auto& [code, count] : result.ended) {
    std::snprintf(line, sizeof line, "%llu lives ended with exit code %d\n", number(count), code);
    out += line;
  }
  if (result.failure_to_end.count() > 0) {
    std::snprintf(
        line, sizeof line, "%llu went on; from the failure to the end: median %.1f ms, max %.1f ms\n",
        number(result.went_on), result.failure_to_end.quantile_ms(0.5), result.failure_to_end.max_ms());
    out += line;
  }
  for (const auto& [call, count] : result.by_call) {
    std::snprintf(line, sizeof line, "  %6llu  %s\n", number(count), call.c_str());
    out += line;
  }
  std::snprintf(
      line, sizeof line,
      "audit: %llu contacts acknowledged, %llu of them lost; %llu lost, %llu double offered, %llu other "
      "violations\n",
      number(result.acknowledged), number(result.acknowledged_lost), number(result.lost),
      number(result.doubled), number(result.violations));
  return out + line;
}

int run(const CallSweepOptions& options, bool json) {
  if (const std::string why = why_no_faults(); !why.empty()) {
    std::fprintf(stderr, "NOT TESTED: programs cannot be traced here (%s)\n", why.c_str());
    return kNotTested;
  }
  const TemporaryDirectory directory("cordboard-crash");
  if (directory.path().empty()) {
    std::fputs("cordboard-sim: no temporary directory can be made\n", stderr);
    return 1;
  }
  const CallSweepResult result = sweep_calls(options, directory.path());
  std::fputs((json ? json_of(result) + "\n" : text_of(result)).c_str(), stdout);
  std::fputs(result.findings.c_str(), stderr);
  if (!result.failure.empty()) std::fprintf(stderr, "cordboard-sim: %s\n", result.failure.c_str());
  return result.failure.empty() && result.findings.empty() ? 0 : 1;
}

}  // namespace

void add_call_sweep_command(CLI::App& app, int& status) {
  const auto options = std::make_shared<CallSweepOptions>();
  LiveOptions& live = options->crash.live;
  live.agents = 5;
  live.rate = 100;
  live.duration = "300ms";
  CLI::App* command = app.add_subcommand(
      "crash-at-calls",
      "End a router at each system call that changes its data, and audit it (docs/LIVE_TESTS.md)");
  command->add_option("--router", options->crash.router, "The program cordboard-router")->required();
  command->add_option("--config", options->crash.config, "Its configuration")->required();
  const std::map<std::string, int> errors = {{"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}};
  command
      ->add_option("--error", options->fault.error, "What the call answers; without it the router is killed")
      ->transform(CLI::Transformer(errors));
  command->add_flag("--for-ever", options->fault.for_ever, "With --error: all later calls fail, too");
  command
      ->add_option("--calls", options->fault.calls,
                   "Which: all, writes, syncs, changes, or one by its name as fdatasync")
      ->check([](const std::string& text) {
        return is_selection(text) ? std::string() : "no such system calls: " + text;
      })
      ->capture_default_str();
  command->add_option("--first", options->first, "The number of the first call")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--step", options->step, "From one call to the next that is tried")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--last", options->last, "No call after this one");
  add_live_options(*command, live);
  command->callback([options, &status] { status = run(*options, options->crash.live.json); });
}

}  // namespace cordboard::sim
