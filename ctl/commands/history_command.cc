// cordboardctl history.

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cordboard/v1/history.pb.h"
#include "ctl/client/command_failed.h"
#include "ctl/client/command_options.h"
#include "ctl/client/router_client.h"
#include "ctl/commands/commands.h"
#include "ctl/commands/enum_words.h"
#include "ctl/output/printer.h"
#include "ctl/output/value_text.h"
#include "ctl/time_text.h"
#include "router/codec/api_time.h"
#include "router/codec/kpi_value.h"

namespace cordboard::ctl {
namespace {

using Interval = v1::GetQueueHistoryRequest::Interval;

struct HistoryOptions {
  RouterOptions router;
  std::string queue;
  std::string from;
  std::string to;
  std::string by = "hour";
  std::string zone;
};

// What is not known is no zero.
template <std::uint64_t (v1::QueueCounters::*Sum)() const>
std::string sum_text(const v1::QueueInterval& row) {
  return row.has_counters() ? std::to_string((row.counters().*Sum)()) : "-";
}

std::string mean_text(bool there, const v1::Mean& mean) {
  return there ? clock_text(Duration(static_cast<std::int64_t>(cordboard::value_of(mean) * 1e6))) : "-";
}

const std::vector<Column<v1::QueueInterval>> kIntervalColumns = {
    {"BEGIN", [](const v1::QueueInterval& row) { return second_text(row.begin()); }},
    {"END", [](const v1::QueueInterval& row) { return row.unfinished() ? "now" : second_text(row.end()); }},
    {">OFFERED", sum_text<&v1::QueueCounters::offered>},
    {">ANSWERED", sum_text<&v1::QueueCounters::answered>},
    {">ABANDONED", sum_text<&v1::QueueCounters::abandoned>},
    {">HANDLED", sum_text<&v1::QueueCounters::handled>},
    {">SERVICE LEVEL",
     [](const v1::QueueInterval& row) {
       const auto& kpis = row.kpis();
       const bool there = kpis.has_service_level_strict();
       return percent_text(there ? std::optional(cordboard::value_of(kpis.service_level_strict()) * 100)
                                 : std::nullopt);
     }},
    {">ASA", [](const v1::QueueInterval& row) { return mean_text(row.kpis().has_asa(), row.kpis().asa()); }},
    {">AHT", [](const v1::QueueInterval& row) { return mean_text(row.kpis().has_aht(), row.kpis().aht()); }},
    {">WAITING",
     [](const v1::QueueInterval& row) { return row.has_waiting() ? std::to_string(row.waiting()) : "-"; }},
};

void set_time(const std::string& option, const std::string& text, google::protobuf::Timestamp* to) {
  const std::optional<Time> time = parse_time(text);
  if (!time) throw CommandFailed(ExitCode::BadConfig, option + ": '" + text + "': write " + kTimeRule);
  fill_time(*time, to);
}

void print_history(const HistoryOptions& options, Terminal& terminal) {
  v1::GetQueueHistoryRequest request;
  request.set_queue(options.queue);
  request.set_interval(value_of<Interval>(options.by));
  request.set_time_zone(options.zone);
  if (!options.from.empty()) set_time("--from", options.from, request.mutable_from());
  if (!options.to.empty()) set_time("--to", options.to, request.mutable_to());
  v1::GetQueueHistoryResponse response;
  RouterClient(options.router.choice).call("SupervisorService/GetQueueHistory", request, response);
  print_rows(options.router.format, response.intervals(), kIntervalColumns, terminal.out);
}

}  // namespace

void add_history(CLI::App& app, Terminal& terminal) {
  const auto options = std::make_shared<HistoryOptions>();
  CLI::App& history = add_router_command(
      app, "history", "What happened in a queue, by intervals: raw counters and KPIs of each",
      options->router, [options, &terminal] { print_history(*options, terminal); });
  history.add_option("queue", options->queue, "The queue")->type_name("QUEUE")->required();
  add_word(history, "--by", options->by, words_of<Interval>(), "How long an interval is")
      .capture_default_str();
  const std::string rule = std::string(", ") + kTimeRule;
  history.add_option("--from", options->from, "The first instant" + rule)->type_name("TIME");
  history.add_option("--to", options->to, "The end" + rule + "; now unless given")->type_name("TIME");
  history
      .add_option("--zone", options->zone,
                  "Of days, such as Europe/Paris; that of the queue's calendar unless given")
      ->type_name("ZONE");
}

}  // namespace cordboard::ctl
