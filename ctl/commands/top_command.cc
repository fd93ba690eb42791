// cordboardctl top: queues and agents on one screen, live.

#include <poll.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "ctl/client/command_options.h"
#include "ctl/commands/commands.h"
#include "ctl/commands/watch_request.h"
#include "ctl/top/stop_signals.h"
#include "ctl/top/top_feed.h"
#include "ctl/top/top_screen.h"
#include "ctl/top/top_view.h"

namespace cordboard::ctl {
namespace {

struct TopOptions {
  RouterOptions router;
  std::vector<std::string> queues;
  Duration interval{500'000};
  std::uint64_t count = 0;
};

std::string where(const RouterChoice& choice) {
  return choice.target + (choice.tenant.empty() ? "" : ", tenant " + choice.tenant);
}

void show_on_screen(const TopOptions& options, TopFeed& feed, const StopSignals& stop) {
  constexpr int kSecond_ms = 1'000;  // ages count on when nothing comes
  TopScreen window;
  for (;;) {
    const TopState state = feed.take();
    for (auto key = window.read_key(state); key != TopScreen::Key::None; key = window.read_key(state))
      if (key == TopScreen::Key::Quit) return;
    window.draw(state, clock_time(), where(options.router.choice));
    pollfd waits[] = {
        {STDIN_FILENO, POLLIN, 0}, {feed.descriptor(), POLLIN, 0}, {stop.descriptor(), POLLIN, 0}};
    (void)::poll(waits, 3, kSecond_ms);  // interrupted by a resize
    if (waits[2].revents != 0 || (waits[0].revents & (POLLHUP | POLLERR)) != 0) return;
  }
}

void print(const TopOptions& options, const TopState& state, std::ostream& out) {
  const Time now = clock_time();
  for (const TopLine& line : top_heading(state, now, where(options.router.choice), kAnyColumns))
    out << line.text << '\n';
  for (const TopLine& line : top_queues(state, now, kAnyColumns)) out << line.text << '\n';
  if (!state.trouble().empty()) out << state.trouble() << '\n';
  out << '\n' << std::flush;
}

// Without a terminal: all of it for each update.
void show_as_text(const TopOptions& options, TopFeed& feed, std::ostream& out) {
  for (std::uint64_t shown = 0; options.count == 0 || shown < options.count;) {
    pollfd waits = {feed.descriptor(), POLLIN, 0};
    (void)::poll(&waits, 1, -1);
    const TopState state = feed.take();
    if (!state.complete()) continue;
    print(options, state, out);
    if (!out) return;
    ++shown;
  }
}

void top(const TopOptions& options, Terminal& terminal) {
  v1::WatchRequest request = watch_request(options.queues, options.interval);
  request.mutable_filter()->add_kinds(v1::WatchRequest::QUEUES);
  request.mutable_filter()->add_kinds(v1::WatchRequest::AGENTS);
  if (options.count == 0 && ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1) {
    const StopSignals stop;
    TopFeed feed(options.router.choice, request);
    show_on_screen(options, feed, stop);
  } else {
    TopFeed feed(options.router.choice, request);
    show_as_text(options, feed, terminal.out);
  }
}

}  // namespace

void add_top(CLI::App& app, Terminal& terminal) {
  const auto options = std::make_shared<TopOptions>();
  CLI::App& command = add_connected_command(app, "top", "Queues and agents, live, until q", options->router,
                                            [options, &terminal] { top(*options, terminal); });
  command.add_option("queue", options->queues, "Only these queues")->type_name("QUEUE");
  add_duration(command, "--interval", options->interval,
               "At least this long between two updates, at most 5s; 500ms unless given");
  command.add_option("--count", options->count, "Print so many updates as text, and end")
      ->type_name("NUMBER");
}

}  // namespace cordboard::ctl
