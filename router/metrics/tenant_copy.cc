#include "router/metrics/tenant_copy.h"

#include <algorithm>

#include "router/core/agents.h"
#include "router/core/expected_wait.h"
#include "router/core/servability.h"
#include "router/kpi/late_waiting.h"
#include "router/metrics/loop_probe.h"

namespace cordboard {
namespace {

QueueCopy copy_queue(const State& state, QueueRef ref, Time now, std::uint32_t in_vain, bool forecast) {
  const Queue& queue = state[ref];
  QueueCopy copy;
  copy.name = queue.config.name;
  copy.threshold_seconds = std::chrono::duration<double>(queue.config.service_level.within).count();
  copy.target_percent = queue.config.service_level.percent;
  copy.max_waiting = queue.config.max_waiting;
  copy.open = queue.open;
  copy.requirement = queue.requirement;
  copy.channel = state.find_channel(queue.config.channel).value;
  copy.waiting = queue.waiting;
  copy.ringing = queue.offered;
  copy.connected = queue.connected;
  copy.wrap_up = queue.wrap_up;
  copy.unservable = in_vain;
  copy.callbacks = queue.callbacks;
  copy.dialing = queue.dialing;
  copy.scheduled = queue.scheduled;
  copy.waiting_late = count_late(state, ref, now);
  if (queue.oldest) copy.longest_wait = now - state[queue.oldest].queued_at;
  copy.counters = queue.counters;
  if (forecast) {
    const ExpectedWait next = expected_wait(state, ref, now);
    if (next.enough_data) copy.expected_wait = next.wait;
  }
  for (std::size_t i = 0; i < kWaitEstimators; ++i) {
    copy.wait_errors_permille[i] = wait_error_permille(queue.wait, estimator(i));
  }
  return copy;
}

std::vector<LimitCopy> copy_limits(const State& state) {
  const Limits& limits = state.config.limits;
  return {{"live_contacts", state.live_contacts, limits.live_contacts},
          {"agents", state.agents.size(), limits.agents},
          {"gateways", state.gateways.size(), limits.gateways},
          {"requirement_classes", state.match.requirement_count(), limits.requirement_classes},
          {"profile_classes", state.match.profile_count(), limits.profile_classes},
          {"ended_contacts", state.ended.size(), limits.ended_contacts},
          {"request_ids", state.requests.size(), limits.request_ids},
          {"scheduled_contacts", state.scheduled, limits.scheduled_contacts},
          {"redials", state.places.size(), limits.redials},
          {"last_agents", state.last_agents.size(), limits.last_agents}};
}

TenantCopy copy_state(const State& state, Time now, LoopStats&& stats) {
  TenantCopy copy;
  const std::vector<std::uint32_t> in_vain = servability::waiting_in_vain(state);
  const bool forecast = may_forecast(state);
  for (std::uint32_t i = 0; i < state.queues.size(); ++i) {
    if (state.queues[i].removed) continue;
    copy.queues.push_back(copy_queue(state, QueueRef{i}, now, in_vain[i], forecast));
  }
  for (const Split& split : state.splits) {
    for (const Split::Target& target : split.targets) {
      copy.shares.push_back({split.name, state[target.queue].config.name, target.contacts});
    }
  }
  copy.limits = copy_limits(state);
  copy.config_version = state.config_version;
  copy.agents_known = static_cast<std::uint32_t>(state.agents.size());
  copy.loop = std::move(stats);
  return copy;
}

// The sums of an agent, continued to `now`: the engine closes its books only when something changes.
void add_times(const State& state, const Agent& agent, Time now, AgentsCopy& into) {
  AgentCounters sums = agent.counters;
  agents::account(state, agent, std::max(Duration::zero(), now - agent.accounted_at), sums);
  into.logged_in_us += sums.logged_in_us;
  into.busy_us += sums.busy_us;
  into.idle_us += sums.ready_idle_us;
  into.not_ready_us += sums.not_ready_us;
}

std::uint32_t channels_of(const Agent& agent) {
  std::uint32_t mask = 0;
  for (std::size_t i = 0; i < agent.channels.size(); ++i) {
    if (agent.channels[i].max_contacts > 0) mask |= 1u << i;
  }
  return mask;
}

void add_agent(const State& state, const Agent& agent, Time now, AgentsCopy& into) {
  const auto chosen = static_cast<std::size_t>(agent.state);
  const auto activity = static_cast<std::size_t>(agent.activity);
  ++into.counts[chosen][activity];
  add_times(state, agent, now, into);
  if (!agent.profile_class) return;
  const std::uint32_t channels = channels_of(agent);
  auto [group, added] = into.groups.try_emplace({agent.profile_class.value, channels});
  if (added) {
    group->second.skills = agent.profile.skills;
    group->second.channels = channels;
  }
  ++group->second.counts[chosen][activity];
}

// A slice from `first` on, added to what was read before.
AgentsCopy add_slice(const State& state, std::uint32_t first, Time now, AgentsCopy&& agents) {
  const auto last = std::min<std::size_t>(first + kAgentsPerLook, state.agents.size());
  for (std::size_t i = first; i < last; ++i) add_agent(state, state.agents[i], now, agents);
  return std::move(agents);
}

}  // namespace

std::optional<TenantCopy> copy_tenant(RouterLoop& loop, const Clock& clock) {
  const auto until = std::chrono::steady_clock::now() + kProbeTimeout;
  auto copy = ask_loop(loop, until, [&loop, &clock](const Engine& engine, std::uint64_t) {
    const State& state = engine.state();
    return copy_state(state, std::max(clock.now(), state.now), loop.stats());
  });
  for (std::uint32_t first = 0; copy && first < copy->agents_known; first += kAgentsPerLook) {
    auto agents = std::make_shared<AgentsCopy>(std::move(copy->agents));
    auto more = ask_loop(loop, until, [agents, first, &clock](const Engine& engine, std::uint64_t) {
      const State& state = engine.state();
      return add_slice(state, first, std::max(clock.now(), state.now), std::move(*agents));
    });
    if (!more) return std::nullopt;
    copy->agents = std::move(*more);
  }
  return copy;
}

}  // namespace cordboard
