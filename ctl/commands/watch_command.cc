// cordboardctl watch: everything as it happens, a line each.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cordboard/v1/supervisor_service.pb.h"
#include "ctl/client/command_options.h"
#include "ctl/client/watch_feed.h"
#include "ctl/commands/commands.h"
#include "ctl/commands/enum_words.h"
#include "ctl/commands/watch_request.h"
#include "ctl/output/watch_printer.h"

namespace cordboard::ctl {
namespace {

struct WatchOptions {
  RouterOptions router;
  std::vector<std::string> queues;
  std::vector<std::string> kinds;
  Duration interval{};
  bool customer_data = false;
  std::uint64_t count = 0;
};

void watch(const WatchOptions& options, Terminal& terminal) {
  v1::WatchRequest request = watch_request(options.queues, options.interval);
  for (const std::string& word : options.kinds)
    request.mutable_filter()->add_kinds(value_of<v1::WatchRequest::Kind>(word));
  request.set_include_customer_data(options.customer_data);
  WatchFeed feed(options.router.choice, request, [&](const std::string& why) {
    terminal.err << "cordboardctl: " << why << "; going on as soon as it is back\n" << std::flush;
  });
  const auto printer = make_watch_printer(options.router.format, terminal.out);
  v1::WatchResponse response;
  for (std::uint64_t told = 0; options.count == 0 || told < options.count; ++told) {
    if (!feed.next(response)) return;
    printer->print(response);
    terminal.out << std::flush;
    if (!terminal.out) return;  // who read is gone
  }
}

}  // namespace

void add_watch(CLI::App& app, Terminal& terminal) {
  const auto options = std::make_shared<WatchOptions>();
  CLI::App& command = add_router_command(
      app, "watch", "The state, and then every change of it without a gap, until you stop it",
      options->router, [options, &terminal] { watch(*options, terminal); });
  command.add_option("queue", options->queues, "Only these queues")->type_name("QUEUE");
  add_words(command, "--kind", options->kinds, words_of<v1::WatchRequest::Kind>(),
            "Only rows of these kinds");
  add_duration(command, "--interval", options->interval,
               "At least this long between two updates, at most 5s; each change at once unless given");
  command.add_flag("--customer-data", options->customer_data, "With `customer` and `attributes`");
  command.add_option("--count", options->count, "End after so many messages of the router")
      ->type_name("NUMBER");
}

}  // namespace cordboard::ctl
