// The keys of a tenant, and what they are read into before names are resolved.
//
// Reading goes in two steps, so that keys may stand in any order: the schemas fill a TenantDraft, and
// tenant_checks.h turns it into a TenantConfig, checking what one key says about another.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "router/config/schema.h"
#include "router/core/config.h"

namespace cordboard {

// One entry of `agents:`: a single agent, or `count` of them that differ only in their number.
struct AgentGroup {
  std::string id;
  std::string id_prefix;
  std::uint32_t count = 1;
  std::uint32_t first = 1;
  // A channel cost of 0 stands for that of the tenant's channel.
  AgentProfile profile;
};

// `agents` stays empty in a draft; the groups stand for it.
struct TenantDraft : TenantConfig {
  std::vector<AgentGroup> groups;
};

const Schema<TenantDraft>& tenant_schema();
const Schema<QueueConfig>& queue_schema();
const Schema<LastAgentRule>& last_agent_schema();
const Schema<RelaxStep>& relax_schema();
const Schema<ServiceLevelTarget>& service_level_schema();
const Schema<SplitConfig>& split_schema();
const Schema<SplitShare>& split_share_schema();
const Schema<QueueConfig>& redial_schema();
const Schema<CallbackConfig>& callback_schema();
const Schema<ChannelConfig>& channel_schema();
const Schema<Limits>& limits_schema();

// agent_schema.cc
const Schema<AgentGroup>& agent_schema();
const Schema<ChannelConfig>& agent_channel_schema();

}  // namespace cordboard
