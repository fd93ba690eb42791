#include "agents-sim/load/load_commands.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "agents-sim/base/cpu_time.h"
#include "agents-sim/base/json.h"
#include "agents-sim/base/seconds.h"
#include "agents-sim/clients/signals.h"
#include "agents-sim/load/open_load.h"
#include "agents-sim/load/unary_load.h"
#include "agents-sim/load/watch_load.h"

namespace cordboard::sim {
namespace {

void complain(const char* what, const std::string& why) {
  if (!why.empty()) std::fprintf(stderr, "cordboard-sim: %s: %s\n", what, why.c_str());
}

int submit(const UnaryLoadOptions& options) {
  EventLoop loop;
  UnaryLoad load(loop, options, [&loop] { loop.stop(); });
  load.start();
  loop.run();
  const double took = seconds(load.took());
  JsonObject out;
  out.add("accepted", load.accepted())
      .add("refused", load.refused())
      .add("elapsed_s", took)
      .add("accepted_per_second", static_cast<double>(load.accepted()) / took)
      .add("latency_ms", load.latency().json())
      .add("client_cpu_s", cpu_seconds());
  std::printf("%s\n", out.text().c_str());
  complain("refused", load.first_refusal());
  return load.refused() == 0 ? 0 : 1;
}

int come_and_go(const OpenLoadOptions& options) {
  EventLoop loop;
  OpenLoad load(loop, options, [&loop] { loop.stop(); });
  load.start();
  loop.run();
  JsonObject out;
  out.add("ended", load.ended_in_time())
      .add("asked_per_second", static_cast<double>(load.asked_in_time()) / seconds(options.duration))
      .add("ended_per_second", static_cast<double>(load.ended_in_time()) / seconds(options.duration))
      .add("submit", load.submits().json())
      .add("accept", load.accepts().json())
      .add("end", load.ends().json())
      .add("client_lag_ms", load.lag().json())
      .add("client_cpu_s", cpu_seconds());
  std::printf("%s\n", out.text().c_str());
  complain("gave up", load.failure());
  return load.is_clean() ? 0 : 1;
}

int watch(const WatchLoadOptions& options) {
  Signals signals;  // before gRPC starts threads
  EventLoop loop;
  WatchLoad load(loop, options, [&loop] { loop.stop(); });
  signals.forward(loop, [&load](int) { load.stop(); });
  load.start();
  loop.run();
  signals.stop();
  JsonObject out;
  out.add("subscribers", std::uint64_t{options.subscribers})
      .add("messages", load.messages())
      .add("bytes", load.bytes())
      .add("sampled_deltas", load.deltas())
      .add("age_ms", load.age().json())
      .add("cut", load.cut())
      .add("told_revision", load.told_revision())
      .add("lowest_revision", load.lowest_revision())
      .add("highest_revision", load.highest_revision())
      .add("client_cpu_s", cpu_seconds());
  std::printf("%s\n", out.text().c_str());
  complain("a stream was ended", load.first_cut());
  return load.cut() == 0 ? 0 : 1;
}

void add_seconds(CLI::App& command, const char* name, Duration& duration, CLI::Range range,
                 const char* text) {
  const auto set = [&duration](double s) { duration = Duration{static_cast<std::int64_t>(s * 1e6)}; };
  command.add_option_function<double>(name, set, text)->check(range);
}

void add_length(CLI::App& command, Duration& duration) {
  add_seconds(command, "--seconds", duration, CLI::Range(0.1, 86'400.0), "How long (default 10)");
}

void add_unary(CLI::App& app, int& status) {
  const auto options = std::make_shared<UnaryLoadOptions>();
  CLI::App* command = app.add_subcommand("unary", "Simple clients that submit contacts with unary calls");
  command->add_option("--target", options->target, "HOST:PORT of the router's gRPC listener")->required();
  command->add_option("--queue", options->queue, "Where to; the contacts stay there")->required();
  command->add_option("--tenant", options->tenant, "Where there is more than one");
  command->add_option("--clients", options->clients, "Calls under way at a time")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command->add_option("--connections", options->connections, "That they share")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  add_length(*command, options->duration);
  command->callback([options, &status] { status = submit(*options); });
}

void add_open(CLI::App& app, int& status) {
  const auto options = std::make_shared<OpenLoadOptions>();
  CLI::App* command = app.add_subcommand("open", "Contacts that come and go at a rate, whatever is answered");
  command->add_option("--target", options->target, "HOST:PORT of the router's gRPC listener")->required();
  command->add_option("--queue", options->queue, "Where to; it needs no skills and no wrap-up")->required();
  command->add_option("--tenant", options->tenant, "Where there is more than one");
  command->add_option("--rate", options->rate, "Contacts a second")
      ->check(CLI::Range(0.1, 1e6))
      ->capture_default_str();
  command->add_option("--agents", options->agents, "Who take them, each at once")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  add_seconds(*command, "--warm-up", options->warm_up, CLI::Range(0.0, 86'400.0),
              "Seconds before anything is counted (default 2)");
  add_length(*command, options->duration);
  command->callback([options, &status] { status = come_and_go(*options); });
}

void add_watch(CLI::App& app, int& status) {
  const auto options = std::make_shared<WatchLoadOptions>();
  CLI::App* command = app.add_subcommand("watch", "Supervisors who watch the queues");
  command->add_option("--target", options->target, "HOST:PORT of the router's gRPC listener")->required();
  command->add_option("--tenant", options->tenant, "Where there is more than one");
  command->add_option("--subscribers", options->subscribers, "How many")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command->add_option("--connections", options->connections, "That they share")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command->add_flag("--agents", options->agents, "They watch the agents, too");
  add_seconds(*command, "--update-interval", options->update_interval, CLI::Range(0.0, 5.0),
              "Seconds between two updates (default 0: every change by itself)");
  add_seconds(*command, "--stop-for", options->stop_for, CLI::Range(0.0, 86'400.0),
              "Seconds after its first message in which each reads nothing (default 0)");
  add_length(*command, options->duration);
  command->callback([options, &status] { status = watch(*options); });
}

}  // namespace

void add_load_commands(CLI::App& app, int& status) {
  add_unary(app, status);
  add_open(app, status);
  add_watch(app, status);
}

}  // namespace cordboard::sim
