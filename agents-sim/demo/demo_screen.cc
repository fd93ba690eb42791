#include "agents-sim/demo/demo_screen.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>

#include "agents-sim/clients/wire_types.h"
#include "router/codec/kpi_value.h"

namespace cordboard::sim {
namespace {

[[gnu::format(printf, 1, 2)]] std::string format(const char* pattern, ...) {
  char text[256];
  std::va_list arguments;
  va_start(arguments, pattern);
  std::vsnprintf(text, sizeof text, pattern, arguments);
  va_end(arguments);
  return text;
}

// 1:05 or 1:02:33.
std::string clock_text(Duration duration) {
  const auto seconds = std::max<std::int64_t>(duration.count() / 1'000'000, 0);
  if (seconds < 3'600) {
    return format("%lld:%02lld", static_cast<long long>(seconds / 60), static_cast<long long>(seconds % 60));
  }
  return format("%lld:%02lld:%02lld", static_cast<long long>(seconds / 3'600),
                static_cast<long long>(seconds / 60 % 60), static_cast<long long>(seconds % 60));
}

std::size_t count(const WatchClient::Activities& activities, v1::Agent::Activity activity) {
  return activities.by_activity[static_cast<std::size_t>(activity)];
}

Duration scale(Duration duration, double speed) {
  return Duration{static_cast<std::int64_t>(static_cast<double>(duration.count()) * speed)};
}

// In percent. REQUIRES: there is one.
double service_level(const v1::Queue& queue) { return 100.0 * value_of(queue.kpis().service_level_strict()); }

}  // namespace

DemoScreen::DemoScreen(double speed)
    : speed_(speed),
      terminal_(isatty(STDOUT_FILENO) == 1),
      colours_(terminal_ && std::getenv("NO_COLOR") == nullptr) {
  if (terminal_) std::fputs("\x1b[?25l", stdout);  // hide the cursor
}

DemoScreen::~DemoScreen() {
  if (terminal_) std::fputs("\x1b[?25h", stdout);
  std::fflush(stdout);
}

Duration DemoScreen::interval() const { return terminal_ ? Duration{100'000} : Duration{5'000'000}; }

std::string DemoScreen::coloured(Colour colour, const std::string& text) const {
  if (!colours_ || colour == Colour::Plain) return text;
  constexpr const char* kCodes[] = {"", "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[2m"};
  return kCodes[static_cast<std::size_t>(colour)] + text + "\x1b[0m";
}

// Against the target; near is within ten points below.
DemoScreen::Colour DemoScreen::colour_of(const v1::Queue& queue) {
  if (!queue.kpis().has_service_level_strict()) return Colour::Dim;
  const double missing = queue.settings().service_level_percent() - service_level(queue);
  return missing <= 0 ? Colour::Good : missing <= 10 ? Colour::Near : Colour::Bad;
}

std::string DemoScreen::service_level_text(const v1::Queue& queue) const {
  if (!queue.kpis().has_service_level_strict()) return coloured(Colour::Dim, "      -");
  return coloured(colour_of(queue), format("%5.1f %%", service_level(queue)));
}

std::string DemoScreen::target_text(const v1::Queue& queue) const {
  const double within_s =
      static_cast<double>(scale(to_duration(queue.settings().service_level_within()), speed_).count()) * 1e-6;
  return format("%u %% in %.0f s", queue.settings().service_level_percent(), within_s);
}

// Counts up between changes.
Duration DemoScreen::longest_wait(const v1::Queue& queue) const {
  if (!queue.has_oldest_queued_at()) return Duration::zero();
  using namespace std::chrono;
  const Duration now = duration_cast<Duration>(system_clock::now().time_since_epoch());
  const Duration since{queue.oldest_queued_at().seconds() * 1'000'000 +
                       queue.oldest_queued_at().nanos() / 1'000};
  return scale(std::max(now - since, Duration::zero()), speed_);
}

std::string DemoScreen::queue_line(const v1::Queue& queue) const {
  const std::string waiting = format("%8u", queue.waiting());
  return format("  %-14s", queue.queue().c_str()) +
         coloured(queue.waiting() > 0 ? Colour::Plain : Colour::Dim, waiting) +
         format("%9s%9u%10llu%10llu   ", queue.waiting() > 0 ? clock_text(longest_wait(queue)).c_str() : "-",
                queue.connected(), static_cast<unsigned long long>(queue.counters().answered()),
                static_cast<unsigned long long>(queue.counters().abandoned())) +
         service_level_text(queue) + "   " + coloured(Colour::Dim, target_text(queue));
}

std::string DemoScreen::agents_line(const WatchClient::Activities& a) const {
  return format(
             "  agents %zu: idle %zu, offered %zu, handling %zu, wrap-up %zu, not responding %zu, pause %zu",
             a.logged_in, count(a, v1::Agent::IDLE), count(a, v1::Agent::OFFERED),
             count(a, v1::Agent::HANDLING), count(a, v1::Agent::WRAP_UP), count(a, v1::Agent::NOT_RESPONDING),
             a.not_ready) +
         (count(a, v1::Agent::DISCONNECTED) > 0
              ? coloured(Colour::Bad, format(", disconnected %zu", count(a, v1::Agent::DISCONNECTED)))
              : "");
}

void DemoScreen::draw(const std::vector<std::string>& lines) {
  std::string out = lines_drawn_ > 0 ? format("\x1b[%zuA", lines_drawn_) : "";
  for (const std::string& line : lines) out += "\r" + line + "\x1b[K\n";
  lines_drawn_ = lines.size();
  std::fputs(out.c_str(), stdout);
  std::fflush(stdout);
}

void DemoScreen::show(const WatchClient& watch, Duration played, Duration hour, std::string_view phase) {
  const WatchClient::Activities activities = watch.activities();
  const std::string at = clock_text(std::min(played, hour)) + " of " + clock_text(hour);
  if (!terminal_) {
    unsigned waiting = 0;
    Duration longest{};
    for (const v1::Queue& queue : watch.queues()) {
      waiting += queue.waiting();
      longest = std::max(longest, longest_wait(queue));
    }
    std::printf("%s  waiting %u, longest %s; agents: idle %zu, handling %zu, wrap-up %zu  (%s)\n", at.c_str(),
                waiting, clock_text(longest).c_str(), count(activities, v1::Agent::IDLE),
                count(activities, v1::Agent::HANDLING), count(activities, v1::Agent::WRAP_UP),
                std::string(phase).c_str());
    std::fflush(stdout);
    return;
  }
  std::vector<std::string> lines = {
      format("  %s  ", at.c_str()) + coloured(Colour::Dim, std::string(phase)), "",
      coloured(Colour::Dim,
               "  queue          waiting  longest  talking  answered abandoned   service level and target")};
  for (const v1::Queue& queue : watch.queues()) lines.push_back(queue_line(queue));
  lines.push_back("");
  lines.push_back(agents_line(activities));
  draw(lines);
}

void DemoScreen::note(const std::string& text) {
  if (!terminal_) {
    std::printf("%s\n", text.c_str());
    std::fflush(stdout);
    return;
  }
  // Above the table, which moves down.
  std::string out = lines_drawn_ > 0 ? format("\x1b[%zuA", lines_drawn_) : "";
  std::fputs((out + "\r" + text + "\x1b[K\n").c_str(), stdout);
  if (lines_drawn_ > 0) std::fputs("\x1b[J", stdout);
  lines_drawn_ = 0;
}

void DemoScreen::report(const std::vector<v1::Queue>& queues) {
  std::printf("\n  %-14s%10s%10s%11s%17s%16s%12s\n", "queue", "offered", "answered", "abandoned",
              "service level", "target", "mean wait");
  for (const v1::Queue& queue : queues) {
    const v1::QueueCounters& counters = queue.counters();
    std::printf("  %-14s%10llu%10llu%11llu          %s%16s%10.1f s\n", queue.queue().c_str(),
                static_cast<unsigned long long>(counters.offered()),
                static_cast<unsigned long long>(counters.answered()),
                static_cast<unsigned long long>(counters.abandoned()), service_level_text(queue).c_str(),
                target_text(queue).c_str(),
                queue.kpis().has_asa() ? speed_ * value_of(queue.kpis().asa()) : 0.0);
  }
}

}  // namespace cordboard::sim
