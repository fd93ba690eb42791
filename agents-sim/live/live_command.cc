#include "agents-sim/live/live_command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "agents-sim/clients/router_config.h"
#include "agents-sim/clients/signals.h"
#include "agents-sim/live/live_options.h"
#include "agents-sim/live/live_report.h"
#include "agents-sim/live/live_run.h"

namespace cordboard::sim {
namespace {

void print_messages(const std::vector<std::string>& messages) {
  for (const std::string& message : messages) std::fprintf(stderr, "cordboard-sim: %s\n", message.c_str());
}

int report(const LiveRun& run, const RecordedCalls& recorded, bool json, const FaultyProxy* proxy) {
  const std::string text =
      json ? to_json(run, recorded, proxy).text() + "\n" : to_text(run, recorded) + proxy_text(proxy);
  std::fputs(text.c_str(), stdout);
  std::fputs(findings_text(run.audit()).c_str(), stderr);
  if (!run.failure().empty()) print_messages({run.failure()});
  return run.is_clean() ? 0 : 1;
}

int play(const LiveOptions& options) {
  Signals signals;  // before gRPC starts threads
  const auto config = fetch_config(Connection(options.target, options.tenant));
  if (const auto* error = std::get_if<RouterConfigError>(&config)) {
    print_messages({options.target + ": " + error->message});
    return 1;
  }
  LivePlanResult made = make_live_plan(options, std::get<TenantConfig>(config));
  print_messages(made.messages);
  if (!made.plan) return 1;
  const auto proxy = make_proxy(options);
  if (proxy) proxy->lead_to(options.target);
  Connection connection(proxy ? proxy->address() : options.target, options.tenant,
                        proxy ? Connection::Kind::Separate : Connection::Kind::Shared);
  EventLoop loop;
  LiveRun run(loop, connection, std::move(*made.plan));
  run.on_over([&loop] { loop.stop(); });
  // The first signal ends the arrivals, the next one everything.
  signals.forward(loop, [&run](int count) {
    if (count == 1)
      run.stop_arrivals();
    else
      run.give_up("interrupted");
  });
  run.open();
  loop.run();
  signals.stop();
  return report(run, made.recorded, options.json, proxy.get());
}

}  // namespace

void add_live_command(CLI::App& app, int& status) {
  const auto options = std::make_shared<LiveOptions>();
  CLI::App* command =
      app.add_subcommand("live", "Play gateway and agents against a running router (docs/LIVE_TESTS.md)");
  command->add_option("--target", options->target, "HOST:PORT of the router's gRPC listener")->required();
  add_live_options(*command, *options);
  command->callback([options, &status] { status = play(*options); });
}

}  // namespace cordboard::sim
