#include "router/metrics/exposition.h"

#include <prometheus/text_serializer.h>

#include <chrono>
#include <future>
#include <optional>
#include <utility>

#include "router/metrics/family_set.h"
#include "router/metrics/loop_metrics.h"
#include "router/metrics/queue_metrics.h"
#include "router/metrics/tenant_copy.h"

namespace cordboard {
namespace {

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

void add_tenant(const MeteredTenant& tenant, const std::optional<TenantCopy>& copy, FamilySet& families) {
  const Labels labels = {{"tenant", tenant.name}};
  add_loop_gauges(tenant.loop.gauges(), labels, families);
  add_stream_metrics(tenant.edge, labels, families);
  families.add("tenant_up", labels, std::uint64_t{copy.has_value()});
  if (!copy) return;
  add_queue_metrics(*copy, labels, families);
  add_split_metrics(*copy, labels, families);
  add_agent_metrics(*copy, labels, families);
  add_loop_metrics(copy->loop, labels, families);
  families.add("config_version", labels, copy->config_version);
  for (const LimitCopy& limit : copy->limits) {
    const Labels named = with(labels, "limit", limit.name);
    families.add("limit_used", named, limit.used);
    families.add("limit_max", named, limit.max);
  }
}

// Of all tenants at the same time, so that those whose disks hang take no time from the others.
std::vector<std::optional<TenantCopy>> copy_all(const std::vector<MeteredTenant>& tenants,
                                                const Clock& clock) {
  std::vector<std::future<std::optional<TenantCopy>>> asked;
  for (const MeteredTenant& tenant : tenants) {
    // Without a thread to spare it is asked when its turn comes.
    asked.push_back(std::async([&] { return copy_tenant(tenant.loop, clock); }));
  }
  std::vector<std::optional<TenantCopy>> copies;
  for (auto& future : asked) copies.push_back(future.get());
  return copies;
}

void add_process(const ProcessFigures& process, const std::vector<MeteredTenant>& tenants,
                 FamilySet& families) {
  families.add("build_info", {{"version", process.version}}, std::uint64_t{1});
  families.add("start_time_seconds", {}, seconds(process.started_at.time_since_epoch()));
  families.add("uptime_seconds", {}, seconds(process.clock.now() - process.started_at));
  families.add("ready", {}, std::uint64_t{process.ready()});
  if (process.certificate_expiry) {
    const Time expiry = process.certificate_expiry().value_or(Time{});
    families.add("certificate_expiry_time_seconds", {}, seconds(expiry.time_since_epoch()));
  }
  std::uint64_t open = 0;
  for (const MeteredTenant& tenant : tenants) {
    for (const auto& kind : tenant.edge.open) open += kind.load();
  }
  // Streams are limited for the process as a whole.
  families.add("limit_used", {{"tenant", ""}, {"limit", "streams"}}, open);
  families.add("limit_max", {{"tenant", ""}, {"limit", "streams"}}, process.max_streams);
}

}  // namespace

Exposition::Exposition(std::vector<MeteredTenant> tenants, ProcessFigures process)
    : tenants_(std::move(tenants)), process_(std::move(process)) {}

std::vector<prometheus::MetricFamily> Exposition::Collect() const {
  FamilySet families;
  const auto copies = copy_all(tenants_, process_.clock);
  for (std::size_t i = 0; i < tenants_.size(); ++i) add_tenant(tenants_[i], copies[i], families);
  add_process(process_, tenants_, families);
  return families.take();
}

std::string Exposition::text() const { return prometheus::TextSerializer().Serialize(Collect()); }

}  // namespace cordboard
