#include "agents-sim/scenario/duty_reader.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "agents-sim/scenario/distribution_reader.h"
#include "agents-sim/scenario/timeline.h"
#include "agents-sim/scenario/weekday.h"
#include "router/core/command.h"

namespace cordboard::sim {
namespace {

constexpr std::int64_t kMostAgents = 100'000;

struct Level {
  Duration from{};
  std::uint32_t count = 0;
};

Level read_level(const Reader& reader) {
  Level level;
  Mapping mapping(reader);
  if (const auto from = mapping.require("from")) level.from = from->duration().value_or(Duration::zero());
  if (const auto count = mapping.require("count")) {
    level.count = static_cast<std::uint32_t>(count->integer({0, kMostAgents}).value_or(0));
  }
  mapping.reject_unknown();
  return level;
}

// The agents with the lowest numbers stay on when fewer are needed.
std::uint32_t read_on_duty(const Reader& reader, DutyPlan& duty) {
  Mapping mapping(reader);
  const auto intervals = mapping.require("intervals");
  const auto repeat = mapping.find("repeat");
  mapping.reject_unknown();
  const std::vector<Level> levels =
      intervals ? read_pieces<Level>(*intervals, "from", "interval", read_level) : std::vector<Level>{};
  duty.repeat = read_repetition(repeat, levels);
  std::uint32_t most = 0;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const Duration to = i + 1 < levels.size() ? levels[i + 1].from : duty.repeat;
    duty.spans.push_back({levels[i].from, to, 0, levels[i].count});
    most = std::max(most, levels[i].count);
  }
  return most;
}

// The days as numbers; every day when the key is absent.
std::vector<std::size_t> read_days(const std::optional<Reader>& reader) {
  if (!reader) return {0, 1, 2, 3, 4, 5, 6};
  std::vector<std::size_t> days;
  for (const Reader& item : reader->items()) {
    if (const auto day = read_weekday(item)) days.push_back(*day);
  }
  if (reader->is_list() && days.empty()) reader->error("expected at least one day");
  return days;
}

std::uint32_t read_shift(const Reader& reader, std::size_t first_day, std::uint32_t first, DutyPlan& duty) {
  Mapping mapping(reader);
  const auto from_reader = mapping.require("from");
  const auto to_reader = mapping.require("to");
  const auto count_reader = mapping.find("count");
  const auto days = read_days(mapping.find("days"));
  mapping.reject_unknown();
  const std::int64_t count = count_reader ? count_reader->integer({1, kMostAgents}).value_or(1) : 1;
  if (!from_reader || !to_reader) return 0;
  const Duration from = from_reader->duration({Duration::zero(), kDay}).value_or(Duration::zero());
  const Duration to = to_reader->duration({Duration::zero(), 2 * kDay}).value_or(from + Duration{1});
  if (to <= from) {
    to_reader->error("must be later than `from`", "add 24h when the shift ends on the next day");
    return 0;
  }
  if (to - from > kDay) {
    to_reader->error("a shift lasts at most 24h", "leave out `shifts` for agents who are always there");
    return 0;
  }
  for (const std::size_t day : days) {
    const Duration start = start_of(day, first_day);
    duty.spans.push_back({start + from, start + to, first, static_cast<std::uint32_t>(count)});
  }
  return static_cast<std::uint32_t>(count);
}

// Each shift has agents of its own.
std::uint32_t read_shifts(const Reader& reader, std::size_t first_day, DutyPlan& duty) {
  std::uint32_t agents = 0;
  duty.repeat = kWeek;
  const std::vector<Reader> items = reader.items();
  for (const Reader& item : items) agents += read_shift(item, first_day, agents, duty);
  if (reader.is_list() && items.empty()) reader.error("expected at least one shift");
  return agents;
}

BreakPlan read_break(const Reader& reader, const std::string& directory) {
  BreakPlan plan;
  Mapping mapping(reader);
  const auto from = mapping.require("from");
  const auto to = mapping.find("to");
  const auto length = mapping.require("for");
  const auto reason = mapping.find("reason");
  mapping.reject_unknown();
  if (from) plan.from = from->duration({Duration::zero(), kDay}).value_or(Duration::zero());
  plan.to = to ? to->duration({Duration::zero(), 2 * kDay}).value_or(plan.from) : plan.from;
  if (plan.to < plan.from)
    to->error("must not be earlier than `from`", "leave it out for a break at a fixed time");
  if (length) plan.length = read_distribution(*length, directory).value_or(Distribution{});
  plan.reason = reason ? reason->text().value_or("") : "break";
  if (plan.reason.size() > kMaxReasonLength) {
    reason->error("longer than " + std::to_string(kMaxReasonLength) +
                  " bytes, which is all that the router takes");
  }
  return plan;
}

}  // namespace

void read_duty(Mapping& mapping, const std::string& directory, std::size_t first_day, AgentGroup& group) {
  const auto count = mapping.find("count");
  const auto on_duty = mapping.find("on_duty");
  const auto shifts = mapping.find("shifts");
  const auto breaks = mapping.find("breaks");
  if (count) group.count = static_cast<std::uint32_t>(count->integer({1, kMostAgents}).value_or(1));
  if (on_duty && shifts) {
    shifts->error("`on_duty` and `shifts` cannot be used together", "make two groups");
    return;
  }
  std::uint32_t needed = 0;
  if (on_duty) needed = read_on_duty(*on_duty, group.duty);
  if (shifts) needed = read_shifts(*shifts, first_day, group.duty);
  if (count && needed > group.count) {
    count->error("fewer than the " + std::to_string(needed) + " agents who are planned to work",
                 "leave `count` out");
  }
  if (!count) group.count = std::max(needed, 1u);
  if (needed > kMostAgents) shifts->error("more than 100000 agents");
  if (!breaks) return;
  for (const Reader& item : breaks->items()) group.breaks.push_back(read_break(item, directory));
}

}  // namespace cordboard::sim
