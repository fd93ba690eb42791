#include "agents-sim/replay/replay.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "agents-sim/scenario/mapping.h"
#include "agents-sim/scenario/named.h"
#include "agents-sim/scenario/weekday.h"
#include "agents-sim/virtual/virtual_run.h"
#include "router/config/config.h"

namespace cordboard::sim {
namespace {

constexpr Duration kHour = std::chrono::hours{1};

// The hours of the day that are reported together; the last goes on until the first.
constexpr std::array<std::pair<int, const char*>, 6> kHourClasses = {
    {{7, "07-09"}, {9, "09-12"}, {12, "12-15"}, {15, "15-18"}, {18, "18-21"}, {21, "21-07"}}};

std::size_t hour_class(Duration at) {
  const auto hour = static_cast<int>(at % kDay / kHour);
  for (std::size_t i = kHourClasses.size(); i > 0; --i) {
    if (hour >= kHourClasses[i - 1].first) return i - 1;
  }
  return kHourClasses.size() - 1;
}

std::vector<std::pair<std::int32_t, std::int32_t>> read_priorities(const Reader& reader) {
  std::vector<std::pair<std::int32_t, std::int32_t>> priorities;
  for (const Reader& item : reader.items()) {
    Mapping mapping(item);
    const auto recorded = mapping.require("recorded");
    const auto submitted = mapping.require("submitted");
    mapping.reject_unknown();
    if (!recorded || !submitted) continue;
    const auto from = recorded->integer({-1'000'000, 1'000'000});
    const auto to = submitted->integer({-1000, 1000});
    if (from && to) priorities.emplace_back(static_cast<std::int32_t>(*from), static_cast<std::int32_t>(*to));
  }
  return priorities;
}

ReplayConfigResult read_config(YamlFile& file) {
  ReplayConfigResult result;
  ReplayConfig config;
  if (!file.diagnostics().has_errors()) {
    Mapping mapping(file.root());
    const auto router = mapping.require("router");
    const auto priorities = mapping.find("priorities");
    mapping.reject_unknown();
    if (router) config.router = parse_tenant_config(*router).value_or(TenantConfig{});
    if (priorities) {
      for (const auto& [from, to] : read_priorities(*priorities)) config.priorities[from] = to;
    }
  }
  if (!file.diagnostics().has_errors()) result.config = std::move(config);
  result.diagnostics = file.diagnostics();
  return result;
}

// The priorities of the calls that waited, by queue.
using Priorities = std::vector<std::vector<std::int32_t>>;

Priorities priorities_of_waiting(const Recording& recording) {
  Priorities priorities(recording.queues.size());
  for (const RecordedCall& call : recording.calls) {
    if (call.waited()) priorities[call.queue].push_back(call.priority);
  }
  return priorities;
}

std::int32_t priority_of(const RecordedCall& call, const Priorities& waiting, RandomStream random) {
  const auto& choices = waiting[call.queue];
  if (call.waited() || call.priority != 0 || choices.empty()) return call.priority;
  const double position = random.uniform() * static_cast<double>(choices.size());
  return choices[std::min(static_cast<std::size_t>(position), choices.size() - 1)];
}

// What those who hung up would have needed: as long as somebody who was answered in the same queue.
Distribution handle_times(const Recording& recording, std::uint32_t queue) {
  std::vector<Duration> own;
  std::vector<Duration> all;
  for (const RecordedCall& call : recording.calls) {
    if (!call.answered) continue;
    all.push_back(call.handle);
    if (call.queue == queue) own.push_back(call.handle);
  }
  if (!own.empty()) return Distribution::empirical(std::move(own));
  return all.empty() ? Distribution{} : Distribution::empirical(std::move(all));
}

// The rows that a call counts in, by their index.
struct RowPlan {
  explicit RowPlan(const Recording& recording) {
    rows.push_back({"all", "all", {}, {}});
    for (const std::string& queue : recording.queues) rows.push_back({"queue", queue, {}, {}});
    first_hours = rows.size();
    for (const auto& [hour, name] : kHourClasses) rows.push_back({"hours", name, {}, {}});
    first_day = rows.size();
    for (std::uint32_t day = 1; day <= recording.days(); ++day) {
      rows.push_back({"day", std::to_string(day), {}, {}});
    }
  }

  std::array<std::size_t, 4> rows_of(const RecordedCall& call) const {
    return {0, 1 + call.queue, first_hours + hour_class(call.at),
            first_day + static_cast<std::size_t>(call.at / kDay)};
  }

  std::vector<ReplayRow> rows;
  std::size_t first_hours = 0;
  std::size_t first_day = 0;
};

}  // namespace

void CallTally::add(Duration wait, bool left) {
  ++calls;
  if (wait >= std::chrono::milliseconds{500}) ++waited;
  if (left) ++abandoned;
  wait_us += static_cast<std::uint64_t>(wait.count());
}

ReplayConfigResult load_replay_config(const std::string& path) {
  YamlFile file = YamlFile::load(path);
  return read_config(file);
}

ReplayConfigResult parse_replay_config(std::string text, std::string source_name) {
  YamlFile file(std::move(text), std::move(source_name));
  return read_config(file);
}

std::vector<std::string> missing_queues(const Recording& recording, const TenantConfig& router) {
  std::vector<std::string> missing;
  for (const std::string& queue : recording.queues) {
    if (!has_name(router.queues, queue)) missing.push_back(queue);
  }
  return missing;
}

ReplayScenario replay_scenario(const Recording& recording, const PatienceModel& patience,
                               const StaffingModel& staffing, const ReplayConfig& config, std::uint64_t seed,
                               std::uint64_t replication) {
  ReplayScenario replay;
  replay.scenario.horizon = static_cast<std::int64_t>(recording.days()) * kDay;
  replay.scenario.router = config.router;
  replay.scenario.agents = staffing.agents;
  replay.calls.resize(recording.queues.size());
  std::vector<ArrivalFile> files(recording.queues.size(), ArrivalFile{{""}, {}});
  const KeyedRandom patience_of(seed, replication, "replay/patience");
  const KeyedRandom priority_for(seed, replication, "replay/priority");
  const Priorities waiting = priorities_of_waiting(recording);
  for (std::uint32_t index = 0; index < recording.calls.size(); ++index) {
    const RecordedCall& call = recording.calls[index];
    RecordedCall known = call;
    known.priority = priority_of(call, waiting, priority_for.at(index));
    ArrivalRecord record;
    record.at = call.at;
    const auto submitted = config.priorities.find(known.priority);
    record.priority = submitted == config.priorities.end() ? 0 : submitted->second;
    if (call.answered) record.handle = call.handle;
    record.patience = patience.patience(known, patience_of.at(index));
    files[call.queue].records.push_back(record);
    replay.calls[call.queue].push_back(index);
  }
  for (std::uint32_t queue = 0; queue < recording.queues.size(); ++queue) {
    ContactStream stream;
    stream.name = stream.queue = recording.queues[queue];
    stream.arrivals.recorded = std::make_shared<const ArrivalFile>(std::move(files[queue]));
    stream.handle_time = handle_times(recording, queue);
    replay.scenario.contacts.push_back(std::move(stream));
  }
  return replay;
}

ReplayResults replay(const Recording& recording, const PatienceModel& patience, const StaffingModel& staffing,
                     const ReplayConfig& config, const ReplayOptions& options) {
  ReplayResults results;
  results.forecasts = WaitForecasts(config.router.queues.size());
  for (const QueueConfig& queue : config.router.queues) results.queues.push_back(queue.name);
  RowPlan plan(recording);
  for (const RecordedCall& call : recording.calls) {
    for (const std::size_t row : plan.rows_of(call)) plan.rows[row].recorded.add(call.wait, !call.answered);
  }
  for (ReplayRow& row : plan.rows) row.simulated.resize(options.replications);
  for (std::uint32_t replication = 0; replication < options.replications; ++replication) {
    const ReplayScenario replayed =
        replay_scenario(recording, patience, staffing, config, options.seed, replication);
    const CellPlan cells(replayed.scenario);
    RunOptions run_options;
    run_options.seed = options.seed;
    run_options.replication = replication;
    run_options.forecast_waits = options.forecast_waits;
    run_options.on_fate = [&](const ContactFate& fate) {
      const RecordedCall& call = recording.calls[replayed.calls[fate.stream][fate.number]];
      for (const std::size_t row : plan.rows_of(call)) {
        plan.rows[row].simulated[replication].add(fate.wait, !fate.answered);
      }
    };
    const RunResult run = run_virtual(replayed.scenario, cells, run_options);
    results.commands += run.commands;
    results.forecasts.add(run.forecasts);
    if (results.problem.empty()) results.problem = run.problem;
  }
  results.rows = std::move(plan.rows);
  return results;
}

}  // namespace cordboard::sim
