#include "ctl/events.h"

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <ostream>
#include <span>
#include <string>

#include "ctl/tenants.h"
#include "router/codec/api_events.h"
#include "router/codec/api_time.h"
#include "router/core/assert.h"
#include "router/loop/recovery.h"
#include "router/store/sqlite_store.h"

namespace cordboard::ctl {
namespace {

// Tells the events of one tenant.
class EventLines {
 public:
  EventLines(const std::string& tenant, std::ostream& out) : tenant_(tenant), out_(out) {}

  void tell(std::uint64_t revision, Time at, const State& state, std::span<const Event> events) {
    if (events.empty()) return;
    google::protobuf::Timestamp time;
    fill_time(at, &time);
    const std::string head = "{\"tenant\":\"" + tenant_ + "\",\"revision\":\"" + std::to_string(revision) +
                             "\",\"at\":\"" + google::protobuf::util::TimeUtil::ToString(time) +
                             "\",\"event\":";
    for (const Event& event : events) {
      event_.Clear();
      json_.clear();
      fill_event(event, state, &event_);
      const auto written = google::protobuf::util::MessageToJsonString(event_, &json_);
      CB_ASSERT(written.ok(), "event of revision %llu: %s", static_cast<unsigned long long>(revision),
                written.ToString().c_str());
      out_ << head << json_ << "}\n";
    }
  }

 private:
  const std::string& tenant_;
  std::ostream& out_;
  v1::Event event_;  // kept for its memory, as is the next
  std::string json_;
};

std::string begins_late(std::uint64_t first) {
  return "the log begins with record " + std::to_string(first) +
         ": what was before is trimmed, and without it nothing after it can be told. Keep the whole log with "
         "server.keep_log (docs/CONFIGURATION.md) from the first start on";
}

void tell_tenant(const std::string& tenant, const std::filesystem::path& directory, Terminal& terminal) {
  auto store = open_sqlite_store({.directory = directory, .untouched = true});
  if (!store.ok()) return fail(terminal, tenant, store.error());
  const std::uint64_t first = (*store)->first_sequence();
  if (first != 1) return fail(terminal, tenant, ExitCode::BadConfig, begins_late(first));
  EventLines lines(tenant, terminal.out);
  const auto failed = retell(**store, [&](std::uint64_t revision, Time at, const State& state, auto events) {
    lines.tell(revision, at, state, events);
  });
  if (!failed) return;
  if (failed->store) return fail(terminal, tenant, *failed->store);
  fail(terminal, tenant, ExitCode::StoreDamaged, failed->message);
}

}  // namespace

void add_events(CLI::App& app, Terminal& terminal) {
  const auto choice = std::make_shared<TenantChoice>();
  CLI::App* const command = app.add_subcommand(
      "events",
      "Everything that happened, one JSON object a line (docs/METRICS.md). Reads the stores of a router that "
      "is stopped and keeps its whole log, and changes nothing");
  add_options(*command, *choice);
  command->callback([choice, &terminal] {
    for_each_tenant(*choice, terminal, [&](const std::string& tenant, const std::filesystem::path& store) {
      tell_tenant(tenant, store, terminal);
    });
  });
}

}  // namespace cordboard::ctl
