#include "router/metrics/queue_metrics.h"

#include <algorithm>
#include <array>
#include <limits>

#include "router/core/states.h"
#include "router/metrics/exposition.h"

namespace cordboard {
namespace {

double seconds(std::uint64_t us) { return static_cast<double>(us) * kSecondsPerUs; }

using Waits = std::array<std::uint64_t, QueueCounters::kWaitBuckets>;

// Cumulative, with the threshold among the bounds. A threshold that was changed counts older waits by the
// older one, so its bucket is kept between its neighbours.
std::vector<FamilySet::Bucket> wait_buckets(const Waits& waits, double threshold, std::uint64_t within) {
  std::vector<FamilySet::Bucket> buckets;
  std::uint64_t cumulative = 0;
  bool placed = false;
  for (std::size_t i = 0; i < QueueCounters::kWaitBoundsSeconds.size(); ++i) {
    const double bound = QueueCounters::kWaitBoundsSeconds[i];
    const std::uint64_t next = cumulative + waits[i];
    if (!placed && threshold < bound) {
      buckets.push_back({threshold, std::clamp(within, cumulative, next)});
      placed = true;
    }
    placed = placed || threshold == bound;
    buckets.push_back({bound, next});
    cumulative = next;
  }
  const std::uint64_t all = cumulative + waits.back();
  if (!placed) buckets.push_back({threshold, std::clamp(within, cumulative, all)});
  return buckets;
}

void add_waits(const QueueCopy& queue, const Labels& labels, FamilySet& families) {
  const QueueCounters& c = queue.counters;
  families.add("queue_wait_seconds", with(labels, "outcome", "answered"),
               wait_buckets(c.answered_waits, queue.threshold_seconds, c.answered_within), c.answered,
               seconds(c.wait_answered_us));
  families.add("queue_wait_seconds", with(labels, "outcome", "abandoned"),
               wait_buckets(c.abandoned_waits, queue.threshold_seconds, c.abandoned_within), c.abandoned,
               seconds(c.wait_abandoned_us));
}

void add_counters(const QueueCounters& c, const Labels& labels, FamilySet& families) {
  families.add("queue_offered_total", labels, c.offered);
  families.add("queue_transferred_in_total", labels, c.transferred_in);
  families.add("queue_left_total", with(labels, "outcome", "answered"), c.answered);
  families.add("queue_left_total", with(labels, "outcome", "abandoned"), c.abandoned);
  families.add("queue_left_total", with(labels, "outcome", "overflowed"), c.overflowed);
  families.add("queue_left_total", with(labels, "outcome", "expired"), c.expired);
  families.add("queue_left_total", with(labels, "outcome", "cancelled"), c.cancelled);
  families.add("queue_left_total", with(labels, "outcome", "deferred"), c.deferred);
  families.add("queue_callbacks_requested_total", labels, c.callbacks_requested);
  families.add("queue_callbacks_dialed_total", labels, c.callbacks_dialed);
  families.add("queue_callbacks_connected_total", labels, c.callbacks_connected);
  families.add("queue_callbacks_failed_total", labels, c.callbacks_failed);
  families.add("queue_promises_broken_total", labels, c.promises_broken);
  families.add("queue_redials_total", labels, c.redials);
  families.add("queue_answered_within_total", labels, c.answered_within);
  families.add("queue_abandoned_within_total", labels, c.abandoned_within);
  families.add("queue_abandoned_short_total", labels, c.abandoned_short);
  families.add("queue_transferred_out_total", labels, c.transferred_out);
  families.add("queue_handled_total", labels, c.handled);
  families.add("queue_completed_total", labels, c.completed);
  families.add("queue_connected_seconds_total", labels, seconds(c.connected_us));
  families.add("queue_wrap_up_seconds_total", labels, seconds(c.wrap_up_us));
  families.add("queue_offers_made_total", labels, c.offers);
  families.add("queue_offers_ended_total", with(labels, "outcome", "accepted"), c.offers_accepted);
  families.add("queue_offers_ended_total", with(labels, "outcome", "declined"), c.offers_declined);
  families.add("queue_offers_ended_total", with(labels, "outcome", "expired"), c.offers_expired);
  families.add("queue_offers_ended_total", with(labels, "outcome", "rescinded"), c.offers_rescinded);
  families.add("queue_longest_wait_ever_seconds", labels, seconds(c.longest_wait_us));
}

void add_gauges(const QueueCopy& queue, const Labels& labels, FamilySet& families) {
  families.add("queue_waiting", labels, std::uint64_t{queue.waiting});
  families.add("queue_waiting_late", labels, queue.waiting_late);
  families.add("queue_unservable", labels, std::uint64_t{queue.unservable});
  families.add("queue_ringing", labels, std::uint64_t{queue.ringing});
  families.add("queue_connected", labels, std::uint64_t{queue.connected});
  families.add("queue_wrap_up", labels, std::uint64_t{queue.wrap_up});
  families.add("queue_callbacks", labels, std::uint64_t{queue.callbacks});
  families.add("queue_dialing", labels, std::uint64_t{queue.dialing});
  families.add("queue_scheduled", labels, std::uint64_t{queue.scheduled});
  families.add("queue_longest_wait_seconds", labels,
               std::chrono::duration<double>(queue.longest_wait).count());
  families.add("queue_service_level_threshold_seconds", labels, queue.threshold_seconds);
  families.add("queue_service_level_target_ratio", labels, queue.target_percent / 100.0);
  families.add("queue_max_waiting", labels, std::uint64_t{queue.max_waiting});
  families.add("queue_open", labels, std::uint64_t{queue.open ? 1u : 0u});
}

// What is not known is NaN, which compares false with everything.
void add_expected_wait(const QueueCopy& queue, const Labels& labels, FamilySet& families) {
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  const auto& wait = queue.expected_wait;
  families.add("queue_expected_wait_seconds", labels,
               wait ? std::chrono::duration<double>(*wait).count() : kUnknown);
  for (std::size_t i = 0; i < kWaitEstimators; ++i) {
    const auto& permille = queue.wait_errors_permille[i];
    families.add("queue_expected_wait_error_ratio",
                 with(labels, "formula", std::string(to_string(estimator(i)))),
                 permille ? *permille / 1000.0 : kUnknown);
  }
}

void add_agent_counts(std::string_view metric, const AgentCounts& counts, std::size_t first_state,
                      const Labels& labels, FamilySet& families) {
  for (std::size_t state = first_state; state < kAgentStates; ++state) {
    const Labels by_state = with(labels, "state", std::string(to_string(static_cast<AgentState>(state))));
    for (std::size_t activity = 0; activity < kAgentActivities; ++activity) {
      const std::string_view name = to_string(static_cast<AgentActivity>(activity));
      families.add(metric, with(by_state, "activity", std::string(name)), counts[state][activity]);
    }
  }
}

// Agents who may serve the queue, from the groups of agents that are alike.
AgentCounts eligible_agents(const QueueCopy& queue, const AgentsCopy& agents) {
  AgentCounts sum{};
  for (const auto& [key, group] : agents.groups) {
    const bool serves = (group.channels >> queue.channel & 1u) != 0;
    if (!serves || !queue.requirement.accepts(group.skills)) continue;
    for (std::size_t state = 0; state < kAgentStates; ++state) {
      for (std::size_t activity = 0; activity < kAgentActivities; ++activity) {
        sum[state][activity] += group.counts[state][activity];
      }
    }
  }
  return sum;
}

}  // namespace

void add_queue_metrics(const TenantCopy& tenant, const Labels& labels, FamilySet& families) {
  const bool with_agents = tenant.queues.size() * tenant.agents.groups.size() <= kMaxEligibilityPairs;
  for (const QueueCopy& queue : tenant.queues) {
    const Labels own = with(labels, "queue", queue.name);
    add_counters(queue.counters, own, families);
    add_waits(queue, own, families);
    add_gauges(queue, own, families);
    add_expected_wait(queue, own, families);
    if (!with_agents) continue;
    const auto not_ready = static_cast<std::size_t>(AgentState::NotReady);
    add_agent_counts("queue_agents", eligible_agents(queue, tenant.agents), not_ready, own, families);
  }
}

void add_split_metrics(const TenantCopy& tenant, const Labels& labels, FamilySet& families) {
  for (const ShareCopy& share : tenant.shares) {
    families.add("split_contacts_total", with(with(labels, "split", share.split), "queue", share.queue),
                 share.contacts);
  }
}

void add_agent_metrics(const TenantCopy& tenant, const Labels& labels, FamilySet& families) {
  add_agent_counts("agents", tenant.agents.counts, 0, labels, families);
  families.add("agents_logged_in_seconds_total", labels, seconds(tenant.agents.logged_in_us));
  families.add("agents_busy_seconds_total", labels, seconds(tenant.agents.busy_us));
  families.add("agents_idle_seconds_total", labels, seconds(tenant.agents.idle_us));
  families.add("agents_not_ready_seconds_total", labels, seconds(tenant.agents.not_ready_us));
}

}  // namespace cordboard
