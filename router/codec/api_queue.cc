#include "router/codec/api_queue.h"

#include "router/codec/api_enums.h"
#include "router/codec/api_kpi.h"
#include "router/codec/api_time.h"
#include "router/core/opening.h"
#include "router/kpi/queue_kpis.h"

namespace cordboard {
namespace {

void fill_settings(const QueueConfig& config, v1::QueueSettings* row) {
  row->set_requirement(config.requirement);
  row->set_channel(config.channel);
  row->set_strategy(to_api(config.strategy));
  row->set_priority(config.priority);
  row->set_service_level_percent(config.service_level.percent);
  fill_duration(config.service_level.within, row->mutable_service_level_within());
  fill_duration(config.short_abandon, row->mutable_short_abandon());
  row->set_max_waiting(config.max_waiting);
  fill_duration(config.offer_timeout, row->mutable_offer_timeout());
  fill_duration(config.wrap_up_timeout, row->mutable_wrap_up_timeout());
  fill_duration(config.max_wait, row->mutable_max_wait());
  row->set_ageing(config.ageing / 1000.0);
  row->set_ring(config.ring);
  row->set_hours(config.hours.calendar);
  row->set_when_closed(to_text(config.hours.when_closed));
  row->set_at_closing(to_text(config.hours.at_closing));
}

void fill_waits(const QueueCounters& counters, v1::QueueCounters* row) {
  fill_duration_us(counters.wait_answered_us, row->mutable_wait_answered());
  fill_duration_us(counters.wait_abandoned_us, row->mutable_wait_abandoned());
  fill_duration_us(counters.connected_us, row->mutable_connected());
  fill_duration_us(counters.wrap_up_us, row->mutable_wrap_up());
  fill_duration_us(counters.longest_wait_us, row->mutable_longest_wait());
  const auto& bounds = QueueCounters::kWaitBoundsSeconds;
  row->mutable_wait_bounds_s()->Assign(bounds.begin(), bounds.end());
  row->mutable_answered_waits()->Assign(counters.answered_waits.begin(), counters.answered_waits.end());
  row->mutable_abandoned_waits()->Assign(counters.abandoned_waits.begin(), counters.abandoned_waits.end());
}

void fill_hours(const State& state, QueueRef ref, v1::Queue* row) {
  const Queue& queue = state[ref];
  row->set_open(queue.open);
  fill_switch(queue.mode, row->mutable_mode_switch());
  fill_switch(state.tenant_mode, row->mutable_all_queues_switch());
  const Time next = opening::next_change(state, ref);
  if (next != kNever) fill_time(next, row->mutable_next_change());
}

}  // namespace

void fill_counters(const QueueCounters& counters, v1::QueueCounters* row) {
  row->set_offered(counters.offered);
  row->set_answered(counters.answered);
  row->set_answered_within(counters.answered_within);
  row->set_abandoned(counters.abandoned);
  row->set_abandoned_within(counters.abandoned_within);
  row->set_abandoned_short(counters.abandoned_short);
  row->set_overflowed(counters.overflowed);
  row->set_expired(counters.expired);
  row->set_cancelled(counters.cancelled);
  row->set_transferred_in(counters.transferred_in);
  row->set_transferred_out(counters.transferred_out);
  row->set_handled(counters.handled);
  row->set_completed(counters.completed);
  row->set_offers(counters.offers);
  row->set_offers_accepted(counters.offers_accepted);
  row->set_offers_declined(counters.offers_declined);
  row->set_offers_expired(counters.offers_expired);
  row->set_offers_rescinded(counters.offers_rescinded);
  row->set_deferred(counters.deferred);
  row->set_callbacks_requested(counters.callbacks_requested);
  row->set_callbacks_dialed(counters.callbacks_dialed);
  row->set_callbacks_connected(counters.callbacks_connected);
  row->set_callbacks_failed(counters.callbacks_failed);
  row->set_promises_broken(counters.promises_broken);
  row->set_redials(counters.redials);
  fill_waits(counters, row);
}

void fill_queue(const State& state, QueueRef ref, Time now, std::uint64_t waiting_late, v1::Queue* row) {
  const Queue& queue = state[ref];
  row->set_queue(queue.config.name);
  fill_settings(queue.config, row->mutable_settings());
  row->set_waiting(queue.waiting);
  row->set_offered(queue.offered);
  row->set_connected(queue.connected);
  row->set_wrap_up(queue.wrap_up);
  row->set_callbacks(queue.callbacks);
  row->set_dialing(queue.dialing);
  row->set_scheduled(queue.scheduled);
  Duration longest{0};
  if (queue.oldest) {
    const Time queued_at = state[queue.oldest].queued_at;
    fill_time(queued_at, row->mutable_oldest_queued_at());
    longest = now - queued_at;
  }
  fill_duration(longest, row->mutable_longest_wait_now());
  fill_hours(state, ref, row);
  row->set_waiting_late(static_cast<std::uint32_t>(waiting_late));
  fill_counters(queue.counters, row->mutable_counters());
  fill_kpis(queue_kpis(queue.counters, waiting_late), row->mutable_kpis());
}

void fill_forecast(const State& state, QueueRef ref, Time now, v1::Queue* row) {
  if (!may_forecast(state)) return;
  fill_expected_wait(expected_wait(state, ref, now), row->mutable_expected_wait());
}

void fill_switch(const ModeSwitch& from, v1::ModeSwitch* row) {
  row->set_mode(to_api(from.mode));
  row->set_reason(from.reason);
  row->set_supervisor(from.supervisor);
  if (!from.supervisor.empty()) fill_time(from.since, row->mutable_since());
}

void fill_expected_wait(const ExpectedWait& answer, v1::ExpectedWait* row) {
  fill_duration(answer.wait, row->mutable_wait());
  row->set_formula(to_api(answer.formula));
  row->set_enough_data(answer.enough_data);
}

}  // namespace cordboard
