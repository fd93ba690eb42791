#include "ctl/top/top_view.h"

#include <algorithm>
#include <cstdio>

#include "ctl/output/value_text.h"
#include "router/codec/plain_text.h"

namespace cordboard::ctl {
namespace {

// Beside the name of a queue; 63 columns, so that a terminal of 80 has 17 for the name.
constexpr const char* kFigures = " %4s %7s %7s %8s %9s %7s  %13s";
constexpr std::size_t kFigureColumns = 63;
constexpr std::size_t kShortestName = 5;

std::string figures(const char* open, const std::string& waiting, const std::string& ringing,
                    const std::string& oldest, const std::string& connected, const std::string& wrap_up,
                    const std::string& level) {
  char text[256];
  std::snprintf(text, sizeof text, kFigures, open, waiting.c_str(), ringing.c_str(), oldest.c_str(),
                connected.c_str(), wrap_up.c_str(), level.c_str());
  return text;
}

std::size_t name_columns(const TopState& state, std::size_t columns) {
  std::size_t longest = kShortestName;
  for (const v1::Queue& queue : state.queues()) longest = std::max(longest, queue.queue().size());
  const std::size_t room = std::max(columns, kFigureColumns + kShortestName) - kFigureColumns;
  return std::min(longest, room);
}

// Names of queues are ASCII.
std::string padded(const std::string& name, std::size_t columns) {
  std::string text = plain_text(name).substr(0, columns);
  return text + std::string(columns - text.size(), ' ');
}

Duration oldest_wait(const v1::Queue& queue, Time router_time) {
  if (!queue.has_oldest_queued_at()) return Duration::zero();
  return std::max(Duration{1}, router_time - to_time(queue.oldest_queued_at()));
}

Tone tone_of(const v1::Queue& queue) {
  const std::optional<double> level = service_level(queue);
  if (!level) return Tone::Plain;
  const double missing = queue.settings().service_level_percent() - *level;
  return missing <= 0 ? Tone::Good : missing <= 10 ? Tone::Near : Tone::Bad;
}

std::string agents_line(const TopState& state) {
  int all = 0;
  std::string text;
  for (const auto& [activity, count] : state.agents()) {
    all += count;
    text += ", " + activity + " " + std::to_string(count);
  }
  return "agents: logged in " + std::to_string(all) + text;
}

}  // namespace

std::vector<TopLine> top_heading(const TopState& state, Time now, const std::string& where,
                                 std::size_t columns) {
  const Time router_time = state.router_time(now);
  std::uint32_t waiting = 0;
  std::uint32_t connected = 0;
  Duration longest{};
  for (const v1::Queue& queue : state.queues()) {
    waiting += queue.waiting();
    connected += queue.connected();
    longest = std::max(longest, oldest_wait(queue, router_time));
  }
  google::protobuf::Timestamp at;
  at.set_seconds(router_time.time_since_epoch().count() / 1'000'000);
  return {{where + "  " + second_text(at) + "  revision " + std::to_string(state.revision()), Tone::Plain},
          {"contacts: waiting " + std::to_string(waiting) + ", oldest " + clock_text(longest) +
               ", connected " + std::to_string(connected),
           Tone::Plain},
          {agents_line(state), Tone::Plain},
          {"", Tone::Plain},
          {padded("QUEUE", name_columns(state, columns)) +
               figures("OPEN", "WAITING", "RINGING", "OLDEST", "CONNECTED", "WRAP-UP", "LEVEL/TARGET"),
           Tone::Title}};
}

std::vector<TopLine> top_queues(const TopState& state, Time now, std::size_t columns) {
  const Time router_time = state.router_time(now);
  const std::size_t name = name_columns(state, columns);
  std::vector<TopLine> lines;
  for (const v1::Queue& queue : state.queues()) {
    lines.push_back({padded(queue.queue(), name) +
                         figures(queue.open() ? "yes" : "no", std::to_string(queue.waiting()),
                                 std::to_string(queue.offered()), clock_text(oldest_wait(queue, router_time)),
                                 std::to_string(queue.connected()), std::to_string(queue.wrap_up()),
                                 percent_text(service_level(queue)) + "/" +
                                     std::to_string(queue.settings().service_level_percent()) + " %"),
                     tone_of(queue)});
  }
  return lines;
}

TopLine top_footing(const TopState& state, std::size_t first, std::size_t shown) {
  if (!state.trouble().empty()) return {state.trouble(), Tone::Bad};
  const std::size_t all = state.queues().size();
  if (shown >= all) return {"q quits", Tone::Title};
  return {"q quits, arrows scroll: queues " + std::to_string(first + 1) + " to " +
              std::to_string(first + shown) + " of " + std::to_string(all),
          Tone::Title};
}

}  // namespace cordboard::ctl
