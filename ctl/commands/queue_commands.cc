// cordboardctl queues, and queue open|closed|hours.

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "cordboard/v1/supervisor_service.pb.h"
#include "ctl/client/actor.h"
#include "ctl/client/command_failed.h"
#include "ctl/client/command_options.h"
#include "ctl/client/router_client.h"
#include "ctl/commands/commands.h"
#include "ctl/commands/pages.h"
#include "ctl/commands/receipt.h"
#include "ctl/output/printer.h"
#include "ctl/output/value_text.h"
#include "router/config/duration_text.h"

namespace cordboard::ctl {
namespace {

struct QueueListOptions {
  RouterOptions router;
  std::vector<std::string> queues;
};

std::string target_text(const v1::Queue& queue) {
  return std::to_string(queue.settings().service_level_percent()) + " % in " +
         format_duration(to_duration(queue.settings().service_level_within()));
}

const std::vector<Column<v1::Queue>> kQueueColumns = {
    {"QUEUE", [](const v1::Queue& row) { return or_dash(row.queue()); }},
    {"OPEN", [](const v1::Queue& row) { return std::string(row.open() ? "yes" : "no"); }},
    {">WAITING", [](const v1::Queue& row) { return std::to_string(row.waiting()); }},
    {">RINGING", [](const v1::Queue& row) { return std::to_string(row.offered()); }},
    {">OLDEST", [](const v1::Queue& row) { return clock_text(row.longest_wait_now()); }},
    {">CONNECTED", [](const v1::Queue& row) { return std::to_string(row.connected()); }},
    {">WRAP-UP", [](const v1::Queue& row) { return std::to_string(row.wrap_up()); }},
    {">OFFERED", [](const v1::Queue& row) { return std::to_string(row.counters().offered()); }},
    {">ANSWERED", [](const v1::Queue& row) { return std::to_string(row.counters().answered()); }},
    {">ABANDONED", [](const v1::Queue& row) { return std::to_string(row.counters().abandoned()); }},
    {">SERVICE LEVEL", [](const v1::Queue& row) { return percent_text(service_level(row)); }},
    {"TARGET", target_text},
};

void list_queues(const QueueListOptions& options, Terminal& terminal) {
  RouterClient router(options.router.choice);
  v1::ListQueuesRequest request;
  for (const std::string& queue : options.queues) request.add_queues(queue);
  ListPrinter<v1::Queue> printer(options.router.format, kQueueColumns, terminal.out);
  for_each_page<v1::ListQueuesResponse>(
      router, "SupervisorService/ListQueues", request,
      [&](const v1::ListQueuesResponse& page) { printer.add(page.queues()); });
  printer.end();
}

struct SwitchOptions {
  RouterOptions router;
  Actor actor;
  std::string queue;
  bool all = false;
};

void turn(const SwitchOptions& options, v1::Queue::Mode mode, Terminal& terminal) {
  if (options.all == !options.queue.empty())
    throw CommandFailed(ExitCode::BadConfig, "name a queue, or give --all for the switch of all of them");
  if (mode == v1::Queue::CLOSED)
    confirm(options.actor, "Close " + (options.all ? "all queues" : "the queue " + options.queue) + "?");
  v1::SetQueueModeRequest request;
  if (options.all)
    request.set_all_queues(true);
  else
    request.set_queue(options.queue);
  request.set_mode(mode);
  request.set_reason(options.actor.reason);
  request.set_request_id(request_id_of(options.actor));
  request.set_supervisor(supervisor_of(options.actor, options.router.choice));
  v1::SetQueueModeResponse response;
  RouterClient(options.router.choice).call("SupervisorService/SetQueueMode", request, response);
  print_done(options.router.format, response, terminal.out);
}

void add_position(CLI::App& queue, Terminal& terminal, const char* name, v1::Queue::Mode mode,
                  const char* help) {
  const auto options = std::make_shared<SwitchOptions>();
  CLI::App& command = add_router_command(queue, name, help, options->router,
                                         [options, mode, &terminal] { turn(*options, mode, terminal); });
  command.add_option("queue", options->queue, "The queue")->type_name("QUEUE");
  command.add_flag("--all", options->all, "The switch of all queues");
  add_actor_options(command, options->actor);
  if (mode == v1::Queue::CLOSED) add_yes(command, options->actor);
}

}  // namespace

void add_queues(CLI::App& app, Terminal& terminal) {
  const auto options = std::make_shared<QueueListOptions>();
  CLI::App& queues =
      add_router_command(app, "queues", "The queues: what waits, service levels, raw counters",
                         options->router, [options, &terminal] { list_queues(*options, terminal); });
  queues.add_option("queue", options->queues, "Only these queues")->type_name("QUEUE");

  CLI::App* const queue = app.add_subcommand("queue", "Turn the switch of a queue, or of all of them");
  queue->require_subcommand(1);
  add_position(*queue, terminal, "open", v1::Queue::OPEN, "Open, whatever the hours say");
  add_position(*queue, terminal, "closed", v1::Queue::CLOSED, "Closed, whatever the hours say; asks");
  add_position(*queue, terminal, "hours", v1::Queue::BY_HOURS, "As its hours say");
}

}  // namespace cordboard::ctl
