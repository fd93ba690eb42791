// A copy of one tenant's figures, taken on the routing thread and turned into metrics elsewhere.
//
// Queues and counters are of one moment. Agents are read a slice at a time, so that a tenant with very many
// of them does not hold up routing: each agent is counted once, as of its slice.

#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "router/core/requirement.h"
#include "router/core/state.h"
#include "router/loop/router_loop.h"

namespace cordboard {

inline constexpr std::size_t kAgentStates = 3;
inline constexpr std::size_t kAgentActivities = 6;
// Agents read by one look at the engine.
inline constexpr std::uint32_t kAgentsPerLook = 4'096;

struct QueueCopy {
  std::string name;
  double threshold_seconds = 0;
  std::uint32_t target_percent = 0;
  std::uint32_t max_waiting = 0;
  bool open = true;
  Requirement requirement;
  std::uint32_t channel = 0;
  std::uint32_t waiting = 0;
  std::uint32_t ringing = 0;
  std::uint32_t connected = 0;
  std::uint32_t wrap_up = 0;
  std::uint32_t unservable = 0;
  std::uint32_t callbacks = 0;
  std::uint32_t dialing = 0;
  std::uint32_t scheduled = 0;
  std::uint64_t waiting_late = 0;
  Duration longest_wait{};
  QueueCounters counters;
  std::optional<Duration> expected_wait;  // of the next contact, when there is enough data
  std::array<std::optional<std::uint32_t>, kWaitEstimators> wait_errors_permille;
};

// Agents by chosen state and activity.
using AgentCounts = std::array<std::array<std::uint64_t, kAgentActivities>, kAgentStates>;

// Logged-in agents with the same skills and channels.
struct AgentGroupCopy {
  std::vector<SkillLevel> skills;
  std::uint32_t channels = 0;  // bit i: serves ChannelRef{i}
  AgentCounts counts{};
};

struct AgentsCopy {
  AgentCounts counts{};
  std::uint64_t logged_in_us = 0;
  std::uint64_t busy_us = 0;
  std::uint64_t idle_us = 0;
  std::uint64_t not_ready_us = 0;
  std::map<std::pair<std::uint32_t, std::uint32_t>, AgentGroupCopy> groups;  // by profile class and channels
};

// What a queue got of a percentage split.
struct ShareCopy {
  std::string split;
  std::string queue;
  std::uint64_t contacts = 0;
};

struct LimitCopy {
  const char* name;
  std::uint64_t used;
  std::uint64_t max;
};

struct TenantCopy {
  std::vector<QueueCopy> queues;
  std::vector<ShareCopy> shares;
  std::vector<LimitCopy> limits;
  std::uint64_t config_version = 0;
  std::uint32_t agents_known = 0;
  LoopStats loop;
  AgentsCopy agents;
};

// Nothing when the loop does not answer in time. Not on the loop's thread.
std::optional<TenantCopy> copy_tenant(RouterLoop& loop, const Clock& clock);

}  // namespace cordboard
