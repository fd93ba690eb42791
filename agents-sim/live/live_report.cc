#include "agents-sim/live/live_report.h"

#include <cstdarg>
#include <cstdio>

#include "agents-sim/base/cpu_time.h"
#include "agents-sim/base/seconds.h"

namespace cordboard::sim {
namespace {

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

JsonObject json_of(const QueueTally& queue) {
  JsonObject out;
  out.add("submitted", queue.submitted)
      .add("answered", queue.answered)
      .add("abandoned", queue.abandoned)
      .add("other", queue.other)
      .add("abandon_rate", share(queue.abandoned, queue.submitted))
      .add("p_wait", share(queue.waited, queue.submitted - queue.answered_unseen))
      .add("mean_wait_s",
           mean_s(queue.wait_answered + queue.wait_abandoned, queue.answered_seen() + queue.abandoned))
      .add("mean_wait_answered_s", mean_s(queue.wait_answered, queue.answered_seen()))
      .add("mean_wait_abandoned_s", mean_s(queue.wait_abandoned, queue.abandoned))
      .add("mean_wait_of_waiting_s", mean_s(queue.wait_waited, queue.waited))
      .add("p95_wait_s", queue.waits.quantile_s(0.95));
  return out;
}

std::string json_of_queues(const LiveTally& tally, const RecordedCalls& recorded) {
  JsonObject out;
  for (const auto& [name, queue] : tally.queues) {
    JsonObject object = json_of(queue);
    const auto found = recorded.outcomes.find(name);
    if (found != recorded.outcomes.end()) object.add("recorded", json_of(found->second).text());
    out.add(name, object.text());
  }
  return out.text();
}

std::string json_of_findings(const Findings& findings) {
  std::string out;
  for (const auto& [rule, text] : findings.first()) {
    out += (out.empty() ? "" : ",") +
           JsonObject().add("rule", json_text(to_string(rule))).add("text", json_text(text)).text();
  }
  return "[" + out + "]";
}

[[gnu::format(printf, 2, 3)]] void add_line(std::string& out, const char* format, ...) {
  char line[256];
  std::va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  out += line;
  out += '\n';
}

void add_latency(std::string& out, const char* name, const Latency& latency) {
  add_line(out, "%-18s p50 %9.3f ms   p99 %9.3f ms   p99.9 %9.3f ms   max %9.3f ms", name,
           latency.quantile_ms(0.5), latency.quantile_ms(0.99), latency.quantile_ms(0.999), latency.max_ms());
}

void add_queue(std::string& out, const char* name, const char* what, const QueueTally& queue) {
  add_line(out, "%-16s %-10s %9llu %9llu %9llu %8.1f%% %8.1f%% %9.1f %9.1f %9.1f", name, what,
           static_cast<unsigned long long>(queue.submitted), static_cast<unsigned long long>(queue.answered),
           static_cast<unsigned long long>(queue.abandoned), 100 * share(queue.abandoned, queue.submitted),
           100 * share(queue.waited, queue.submitted - queue.answered_unseen),
           mean_s(queue.wait_answered + queue.wait_abandoned, queue.answered_seen() + queue.abandoned),
           mean_s(queue.wait_waited, queue.waited), queue.waits.quantile_s(0.95));
}

void add_sum(QueueTally& sum, const QueueTally& queue) {
  sum.submitted += queue.submitted;
  sum.answered += queue.answered;
  sum.answered_unseen += queue.answered_unseen;
  sum.abandoned += queue.abandoned;
  sum.waited += queue.waited;
  sum.wait_answered += queue.wait_answered;
  sum.wait_abandoned += queue.wait_abandoned;
  sum.wait_waited += queue.wait_waited;
  sum.waits.merge(queue.waits);
}

void add_queues(std::string& out, const LiveTally& tally, const RecordedCalls& recorded) {
  add_line(out, "%-16s %-10s %9s %9s %9s %9s %9s %9s %9s %9s", "queue", "", "contacts", "answered",
           "abandoned", "", "waited", "mean s", "if wait s", "p95 s");
  QueueTally all;
  QueueTally all_recorded;
  for (const auto& [name, queue] : tally.queues) {
    add_queue(out, name.c_str(), "played", queue);
    add_sum(all, queue);
    const auto found = recorded.outcomes.find(name);
    if (found == recorded.outcomes.end()) continue;
    add_queue(out, "", "recorded", found->second);
    add_sum(all_recorded, found->second);
  }
  if (tally.queues.size() < 2) return;
  add_queue(out, "all", "played", all);
  if (recorded.has_outcomes) add_queue(out, "", "recorded", all_recorded);
}

std::string json_of_proxy(const ProxyTally& tally) {
  return JsonObject()
      .add("connections", tally.connections)
      .add("cut", tally.cut)
      .add("half_closed", tally.half_closed)
      .add("swallowed", tally.swallowed)
      .add("paused", tally.paused)
      .add("delayed", tally.delayed)
      .text();
}

}  // namespace

JsonObject to_json(const LiveRun& run, const RecordedCalls& recorded, const FaultyProxy* proxy) {
  const LiveTally& tally = run.tally();
  const Findings& findings = run.audit().findings();
  JsonObject rules;
  for (std::size_t i = 0; i < kRuleCount; ++i) {
    const auto rule = static_cast<Rule>(i);
    if (findings.count(rule) > 0) rules.add(to_string(rule), findings.count(rule));
  }
  JsonObject refusals;
  for (const auto& [reason, count] : run.refusals()) refusals.add(reason, count);
  const double played_s = seconds(run.played());
  JsonObject out;
  out.add("submitted", tally.submitted)
      .add("acknowledged", tally.acknowledged)
      .add("refused", tally.refused)
      .add("offered", tally.offered)
      .add("connected", tally.connected)
      .add("completed", tally.completed)
      .add("abandoned", tally.abandoned)
      .add("cancelled", tally.cancelled)
      .add("expired", tally.expired)
      .add("overflowed", tally.overflowed)
      .add("lost", findings.count(Rule::Lost))
      .add("double_offered", findings.count(Rule::DoubleOffered))
      .add("violations", findings.violations())
      .add("order_violations", findings.count(Rule::OutOfOrder))
      .add("violations_by_rule", rules.text())
      .add("submit_to_ack_ms", tally.submit_to_ack.json())
      .add("submit_to_offer_ms", tally.submit_to_offer.json())
      .add("submit_to_decision_ms", tally.submit_to_decision.json())
      .add("decision_to_offer_ms", tally.decision_to_offer.json())
      .add("submit_to_connect_ms", tally.submit_to_connect.json())
      .add("client_lag_ms", tally.arrival_lag.json())
      .add("offers", tally.offers)
      .add("declined", tally.declines)
      .add("not_responding", tally.not_responding)
      .add("late_accepts", tally.late_accepts)
      .add("transfers", tally.transfers)
      .add("pauses", tally.pauses)
      .add("refusals_by_reason", refusals.text())
      .add("agents", static_cast<std::uint64_t>(run.plan().agents.size()))
      .add("sessions", static_cast<std::uint64_t>(run.plan().sessions))
      .add("breaks", run.breaks())
      .add("repeated", run.repeated())
      .add("foreign", run.foreign())
      .add("elapsed_s", played_s)
      .add("contacts_per_second", played_s > 0 ? static_cast<double>(tally.submitted) / played_s : 0.0)
      .add("client_cpu_s", cpu_seconds())
      .add("seed", run.plan().seed)
      .add("queues", json_of_queues(tally, recorded))
      .add("findings", json_of_findings(findings))
      .add("failure", json_text(run.failure()));
  if (proxy != nullptr) out.add("proxy", json_of_proxy(proxy->tally()));
  return out;
}

std::string proxy_text(const FaultyProxy* proxy) {
  std::string out;
  if (proxy == nullptr) return out;
  const ProxyTally tally = proxy->tally();
  const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  add_line(
      out,
      "proxy: %llu connections; %llu cut, %llu half-closed, %llu swallowed, %llu paused, %llu pieces late",
      number(tally.connections), number(tally.cut), number(tally.half_closed), number(tally.swallowed),
      number(tally.paused), number(tally.delayed));
  return out;
}

std::string findings_text(const Audit& audit) {
  std::string out;
  for (const auto& [rule, text] : audit.findings().first()) {
    out += std::string(to_string(rule)) + ": " + text + "\n";
  }
  const std::uint64_t more = audit.findings().total() - audit.findings().first().size();
  if (more > 0) out += "... and " + std::to_string(more) + " more\n";
  return out;
}

std::string to_text(const LiveRun& run, const RecordedCalls& recorded) {
  const LiveTally& tally = run.tally();
  const Findings& findings = run.audit().findings();
  const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  std::string out;
  add_line(out, "%llu contacts in %.1f s, %zu agents", number(tally.submitted), seconds(run.played()),
           run.plan().agents.size());
  add_line(out,
           "  acknowledged %llu, refused %llu, offered %llu, connected %llu, completed %llu, abandoned %llu",
           number(tally.acknowledged), number(tally.refused), number(tally.offered), number(tally.connected),
           number(tally.completed), number(tally.abandoned));
  add_line(out, "  offers %llu: declined %llu, not answered %llu; transfers %llu, pauses %llu",
           number(tally.offers), number(tally.declines), number(tally.not_responding),
           number(tally.transfers), number(tally.pauses));
  out += '\n';
  add_latency(out, "submit to ack", tally.submit_to_ack);
  add_latency(out, "submit to offer", tally.submit_to_offer);
  add_latency(out, "submit to connect", tally.submit_to_connect);
  out += '\n';
  add_queues(out, tally, recorded);
  add_line(out, "\naudit: %llu lost, %llu double offered, %llu other violations",
           number(findings.count(Rule::Lost)), number(findings.count(Rule::DoubleOffered)),
           number(findings.violations()));
  return out;
}

}  // namespace cordboard::sim
