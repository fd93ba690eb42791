// Which fields make up the state of an engine: what a snapshot holds, and what the digest covers.
//
// A new field of an entity goes in here, or it is lost at the next restart; snapshot_test checks that replay
// and restore agree. A change of this list is a new kSnapshotFormat. Derived fields stay out.

#pragma once

#include <concepts>
#include <type_traits>

#include "router/core/archive.h"
#include "router/core/state.h"

namespace cordboard {

// The highest value of each enum, so that damaged bytes cannot become a state that does not exist.
constexpr AgentStrategy last_value(AgentStrategy) { return AgentStrategy::ScarceFirst; }
constexpr RemovedQueues last_value(RemovedQueues) { return RemovedQueues::Drain; }
constexpr AgentState last_value(AgentState) { return AgentState::Ready; }
constexpr AgentActivity last_value(AgentActivity) { return AgentActivity::Disconnected; }
constexpr ContactState last_value(ContactState) { return ContactState::Overflowed; }
constexpr OfferState last_value(OfferState) { return OfferState::Rescinded; }
constexpr AssignmentPhase last_value(AssignmentPhase) { return AssignmentPhase::WrapUp; }
constexpr EscalationTrigger last_value(EscalationTrigger) { return EscalationTrigger::DeclinedTimes; }
constexpr EscalationKind last_value(EscalationKind) { return EscalationKind::Cancel; }
constexpr Servability last_value(Servability) { return Servability::NobodyKnown; }
constexpr DeadlineKind last_value(DeadlineKind) { return DeadlineKind::CallbackPromise; }
constexpr Cause last_value(Cause) { return Cause::PreferenceOver; }
constexpr ClosedAction last_value(ClosedAction) { return ClosedAction::MoveToQueue; }
constexpr SupervisorVerb last_value(SupervisorVerb) { return SupervisorVerb::ApplyConfig; }
constexpr QueueMode last_value(QueueMode) { return QueueMode::Closed; }

// Matches T and const T, so that one list serves reading and writing.
template <class X, class T>
concept Of = std::same_as<std::remove_const_t<X>, T>;

void describe(auto& a, Of<SkillLevel> auto& s) { a(s.skill, s.level); }
void describe(auto& a, Of<ChannelConfig> auto& c) {
  a(c.name, c.units, c.max_contacts, c.interruptible_by, c.exclusive);
}
void describe(auto& a, Of<AgentProfile> auto& p) { a(p.skills, p.channels); }
void describe(auto& a, Of<AgentConfig> auto& c) { a(c.id, c.profile); }
void describe(auto& a, Of<ServiceLevelTarget> auto& t) { a(t.percent, t.within); }

void describe(auto& a, Of<RelaxStep> auto& s) { a(s.after, s.requirement); }
void describe(auto& a, Of<OpenInterval> auto& i) { a(i.from, i.to); }
void describe(auto& a, Of<SpecialDay> auto& d) { a(d.date, d.open); }
void describe(auto& a, Of<CalendarConfig> auto& c) { a(c.name, c.zone, c.week, c.special_days); }
void describe(auto& a, Of<ClosedRule> auto& r) { a(r.action, r.to); }
void describe(auto& a, Of<QueueHours> auto& h) { a(h.calendar, h.when_closed, h.at_closing); }

void describe(auto& a, Of<EscalationAction> auto& e) { a(e.kind, e.number, e.text); }
void describe(auto& a, Of<EscalationRule> auto& r) { a(r.trigger, r.time, r.count, r.actions); }

void describe(auto& a, Of<LastAgentRule> auto& r) { a(r.within, r.wait, r.first); }
void describe(auto& a, Of<CallbackConfig> auto& c) {
  a(c.channel, c.attempts, c.retry_delay, c.promise, c.dial_timeout);
}

void describe(auto& a, Of<QueueConfig> auto& q) {
  a(q.name, q.renamed_from, q.requirement, q.channel, q.strategy, q.priority, q.ageing, q.service_level,
    q.short_abandon, q.max_waiting, q.offer_timeout, q.wrap_up_timeout, q.max_wait, q.scheduled_spacing,
    q.redial_within, q.callback, q.relax, q.ring, q.escalate, q.hours, q.last_agent);
}

void describe(auto& a, Of<Limits> auto& l) {
  a(l.live_contacts, l.agents, l.gateways, l.requirement_classes, l.profile_classes, l.ended_contacts,
    l.request_ids, l.attributes_bytes, l.explained_offers, l.scheduled_contacts, l.redials, l.last_agents);
}

void describe(auto& a, Of<SplitShare> auto& s) { a(s.queue, s.percent); }
void describe(auto& a, Of<SplitConfig> auto& s) { a(s.name, s.to); }

void describe(auto& a, Of<TenantConfig> auto& c) {
  a(c.queues, c.agents, c.channels, c.removed_queues, c.priority_point, c.undeclared_agents,
    c.decline_cooldown, c.not_responding_return, c.disconnect_grace, c.gateway_grace, c.max_handling,
    c.remember_ended, c.random_seed, c.calendars, c.limits, c.splits);
}

void describe(auto& a, Of<QueueCounters> auto& c) {
  a(c.offered, c.answered, c.answered_within, c.abandoned, c.abandoned_within, c.abandoned_short,
    c.overflowed, c.expired, c.cancelled, c.transferred_in, c.transferred_out, c.handled, c.completed,
    c.offers, c.offers_accepted, c.offers_declined, c.offers_expired, c.offers_rescinded, c.wait_answered_us,
    c.wait_abandoned_us, c.connected_us, c.wrap_up_us, c.longest_wait_us, c.answered_waits, c.abandoned_waits,
    c.deferred, c.callbacks_requested, c.callbacks_dialed, c.callbacks_connected, c.callbacks_failed,
    c.promises_broken, c.redials);
}

void describe(auto& a, Of<WaitStatistics::Mark> auto& m) {
  a(m.handled, m.work_us, m.answered, m.ringing_us, m.abandoned, m.waited_us);
}
void describe(auto& a, Of<WaitStatistics::Score> auto& s) {
  a(s.count, s.squared_ms2, s.wait_ms, s.predicted_ms);
}
void describe(auto& a, Of<WaitStatistics::Prediction> auto& p) { a(p.contact, p.wait_ms); }
void describe(auto& a, Of<WaitStatistics> auto& w) {
  a(w.ringing_us, w.waited_us, w.older, w.newer, w.starts, w.slot_us, w.paced_at, w.last_wait_us,
    w.waits_answered, w.scores, w.predictions, w.unsampled, w.sampled_at);
}

void describe(auto& a, Of<ModeSwitch> auto& m) { a(m.mode, m.reason, m.supervisor, m.since); }
void describe(auto& a, Of<Calendar> auto& c) { a(c.name, c.known, c.stale, c.open, c.changes, c.until); }

void describe(auto& a, Of<Queue> auto& q) {
  a(q.config, q.open, q.mode, q.removed, q.draining, q.waiting, q.offered, q.connected, q.wrap_up, q.dialing,
    q.callbacks, q.scheduled, q.next_scheduled_place, q.counters, q.wait);
}

void describe(auto& a, Of<Split::Target> auto& t) { a(t.queue, t.percent, t.credit, t.contacts); }
void describe(auto& a, Of<Split> auto& s) { a(s.name, s.targets); }

void describe(auto& a, Of<Channel> auto& c) { a(c.config, c.removed); }

void describe(auto& a, Of<AgentCounters> auto& c) {
  a(c.offers, c.accepted, c.declined, c.expired, c.rescinded, c.handled, c.logged_in_us, c.ready_idle_us,
    c.busy_us, c.not_ready_us);
}

void describe(auto& a, Of<AgentChannel> auto& c) { a(c.units, c.max_contacts, c.contacts); }
void describe(auto& a, Of<Agent::RecentOffer> auto& r) { a(r.offer, r.state); }

void describe(auto& a, Of<Agent> auto& g) {
  a(g.id, g.declared, g.profile, g.state, g.not_ready_reason, g.connected, g.not_responding, g.activity,
    g.state_since, g.activity_since, g.logged_in_at, g.held_units, g.channels, g.assignments, g.cooldowns,
    g.idle_since, g.idle_sequence, g.last_offer_sequence, g.contacts_since_login, g.busy_since_login_us,
    g.logged_in_us_at_login, g.random_draw, g.counters, g.accounted_at, g.recent_offers, g.next_recent_offer);
}

void describe(auto& a, Of<Gateway> auto& g) { a(g.id, g.connected, g.gone, g.live_contacts); }
void describe(auto& a, Of<Cooldown> auto& c) { a(c.contact, c.agent); }

void describe(auto& a, Of<Callback> auto& c) { a(c.attempts, c.promise); }
void describe(auto& a, Of<RememberedPlace> auto& p) { a(p.customer, p.queue, p.place_at, p.left_at); }
void describe(auto& a, Of<Destination> auto& d) { a(d.text, d.contacts); }
void describe(auto& a, Of<SupervisorAct> auto& s) {
  a(s.number, s.at, s.verb, s.supervisor, s.reason, s.contact, s.agent, s.queue, s.what);
}
void describe(auto& a, Of<Unservable> auto& u) { a(u.alarm, u.queue, u.kind, u.class_name, u.since); }

void describe(auto& a, Of<Contact> auto& c) {
  a(c.id, c.gateway, c.queue, c.channel, c.state, c.segment, c.own_priority, c.tier, c.sequence,
    c.fingerprint, c.created_at, c.place_at, c.queued_at, c.answered_at, c.ended_at, c.target, c.agent,
    c.assignment, c.assignments, c.end_cause, c.wait_flags, c.requirement, c.cooldowns, c.plan);
  a.personal(c.customer);
  a.personal(c.attributes);
}

void describe(auto& a, Of<WaitPlan::Fired> auto& f) { a(f.queue, f.rules); }
void describe(auto& a, Of<WaitPlan> auto& p) {
  a(p.contact, p.relax, p.own_steps, p.queue_steps, p.queue_steps_by_rule, p.declined, p.pools, p.fired,
    p.preferred, p.preferred_until, p.preferred_for, p.preferred_first);
}

void describe(auto& a, Of<Assignment> auto& s) {
  a(s.offer, s.contact, s.agent, s.queue, s.channel, s.phase, s.units, s.since, s.expires_at,
    s.agent_idle_since, s.agent_idle_sequence, s.next_offer, s.interrupted, s.exclusive, s.interrupted_at);
}

void describe(auto& a, Of<Deadline> auto& d) { a(d.due, d.sequence, d.kind, d.owner); }
void describe(auto& a, Of<LastAgent> auto& l) {
  a(l.agent, l.at);
  a.personal(l.customer);
}
void describe(auto& a, Of<RememberedRequest> auto& r) { a(r.id, r.fingerprint, r.offer); }

// Without what needs more than copying: deadlines, remembered requests and last agents (see snapshot.cc).
void describe(auto& a, Of<State> auto& s) {
  a(s.config, s.config_version, s.now, s.queues, s.splits, s.channels, s.agents, s.gateways, s.contacts,
    s.assignments, s.cooldowns, s.plans, s.ended, s.rng.state, s.next_offer, s.next_contact_sequence,
    s.next_idle_sequence, s.next_offer_sequence, s.live_contacts, s.destinations, s.deflected, s.unservable,
    s.next_alarm, s.callbacks, s.places, s.next_place, s.scheduled, s.calendars, s.tenant_mode, s.released,
    s.acts, s.next_act);
}

}  // namespace cordboard
