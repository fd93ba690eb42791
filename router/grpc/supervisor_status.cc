#include "router/grpc/supervisor_status.h"

#include <algorithm>

#include "router/codec/api_time.h"
#include "router/grpc/open_streams.h"

namespace cordboard {
namespace {

void fill_usage(std::uint64_t used, std::uint64_t limit, v1::Usage* usage) {
  usage->set_used(used);
  usage->set_limit(limit);
}

}  // namespace

Time row_time(const TenantEdge& tenant, const State& state) {
  return std::max(tenant.clock.now(), state.now);
}

void fill_status(const TenantEdge& tenant, const State& state, v1::GetStatusResponse* status) {
  const Time now = row_time(tenant, state);
  status->set_version(tenant.options.version);
  status->set_tenant(tenant.name);
  status->set_config_version(state.config_version);
  fill_time(tenant.started_at, status->mutable_started_at());
  fill_duration(std::max(Duration::zero(), now - tenant.started_at), status->mutable_uptime());
  fill_time(now, status->mutable_at());
  const Limits& limits = state.config.limits;
  fill_usage(state.live_contacts, limits.live_contacts, status->mutable_live_contacts());
  fill_usage(state.agents.size(), limits.agents, status->mutable_agents());
  fill_usage(state.gateways.size(), limits.gateways, status->mutable_gateways());
  fill_usage(state.match.requirement_count(), limits.requirement_classes,
             status->mutable_requirement_classes());
  fill_usage(state.match.profile_count(), limits.profile_classes, status->mutable_profile_classes());
  fill_usage(state.ended.size(), limits.ended_contacts, status->mutable_ended_contacts());
  fill_usage(state.requests.size(), limits.request_ids, status->mutable_request_ids());
  fill_usage(state.last_agents.size(), limits.last_agents, status->mutable_last_agents());
  const LoopGauges gauges = tenant.loop.gauges();
  fill_usage(gauges.inbox_depth, gauges.inbox_limit, status->mutable_inbox());
  fill_usage(tenant.streams.count(), tenant.streams.limit(), status->mutable_streams());
}

void fill_digest(const Engine& engine, std::uint64_t revision, v1::GetDigestResponse* digest) {
  digest->set_revision(revision);
  digest->set_digest(engine.digest());
  fill_time(engine.now(), digest->mutable_at());
}

}  // namespace cordboard
