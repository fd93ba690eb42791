// Engine::snapshot, restore and digest.

#include <algorithm>

#include "router/core/configuration.h"
#include "router/core/contact_admission.h"
#include "router/core/destinations.h"
#include "router/core/engine.h"
#include "router/core/opening.h"
#include "router/core/redials.h"
#include "router/core/state.h"
#include "router/core/state_fields.h"

namespace cordboard {
namespace {

constexpr std::uint32_t kSnapshotMagic = 0x44524f43;  // "CORD"
constexpr std::uint32_t kSnapshotFormat = 3;

std::vector<Deadline> in_order(const DeadlineQueue& queue) {
  std::vector<Deadline> deadlines;
  queue.for_each([&](const Deadline& deadline) { deadlines.push_back(deadline); });
  std::sort(deadlines.begin(), deadlines.end(),
            [](const Deadline& a, const Deadline& b) { return a.sequence < b.sequence; });
  return deadlines;
}

void write_state(auto& archive, const State& state) {
  archive(state, state.deadlines.next_sequence(), in_order(state.deadlines), state.requests.requests(),
          state.last_agents.entries());
}

// Where the owner of a deadline keeps its reference; nullptr when there is no such owner.
DeadlineRef* slot_of(State& state, const Deadline& deadline) {
  const std::uint32_t owner = deadline.owner;
  switch (deadline.kind) {
    case DeadlineKind::OfferTimeout:
    case DeadlineKind::MaxHandling:
    case DeadlineKind::WrapUpTimeout:
    case DeadlineKind::DialTimeout:
      return state.assignments.contains({owner}) ? &state[AssignmentRef{owner}].deadline : nullptr;
    case DeadlineKind::ContactMaxWait:
    case DeadlineKind::ContactDue:
      return state.contacts.contains({owner}) ? &state[ContactRef{owner}].deadline : nullptr;
    case DeadlineKind::AgentReturn:
      return owner < state.agents.size() ? &state.agents[owner].return_deadline : nullptr;
    case DeadlineKind::AgentGrace:
      return owner < state.agents.size() ? &state.agents[owner].grace_deadline : nullptr;
    case DeadlineKind::GatewayGrace:
      return owner < state.gateways.size() ? &state.gateways[owner].grace_deadline : nullptr;
    case DeadlineKind::CooldownEnd:
      return state.cooldowns.contains({owner}) ? &state[CooldownRef{owner}].deadline : nullptr;
    case DeadlineKind::WaitPlan:
      return state.plans.contains({owner}) ? &state[PlanRef{owner}].deadline : nullptr;
    case DeadlineKind::CalendarChange:
      return owner < state.calendars.size() ? &state.calendars[owner].deadline : nullptr;
    case DeadlineKind::CallbackPromise:
      return state.callbacks.contains(ContactRef{owner})
                 ? &state.callbacks[ContactRef{owner}].promise_deadline
                 : nullptr;
  }
  return nullptr;
}

bool restore_deadlines(State& state, const std::vector<Deadline>& deadlines, std::uint64_t next_sequence) {
  for (const Deadline& deadline : deadlines) {
    DeadlineRef* slot = slot_of(state, deadline);
    if (slot == nullptr || *slot || deadline.sequence >= next_sequence) return false;
    *slot = state.deadlines.insert(deadline);
  }
  state.deadlines.set_next_sequence(next_sequence);
  return true;
}

template <class RefType>
bool in_range(RefType ref, std::size_t size) {
  return ref.value < size;
}
template <class RefType>
bool absent_or_in_range(RefType ref, std::size_t size) {
  return !ref || ref.value < size;
}

// Every number with which times are reckoned is small enough for that.
bool sane(Duration duration) { return Duration::zero() <= duration && duration <= 100 * 365 * 24h; }
bool sane(Time time) { return sane(time - Time{}); }
bool sane(std::int32_t priority) {
  return -contacts::kMaxPriority <= priority && priority <= contacts::kMaxPriority;
}

bool sane_point(Duration point) { return Duration::zero() <= point && point <= kMaxPriorityPoint; }

bool valid(const TenantConfig& c) {
  return sane_point(c.priority_point) && sane(c.decline_cooldown) && sane(c.not_responding_return) &&
         sane(c.disconnect_grace) && sane(c.gateway_grace) && sane(c.max_handling) && sane(c.remember_ended);
}

// Of a queue as the configuration spells them, of a contact in canonical spelling.
bool valid(const std::vector<RelaxStep>& steps, auto parse) {
  return steps.size() <= kMaxRelaxSteps &&
         std::all_of(steps.begin(), steps.end(), [&](const RelaxStep& step) {
           return sane(step.after) && std::holds_alternative<Requirement>(parse(step.requirement));
         });
}

bool valid(const std::vector<EscalationRule>& rules) {
  return rules.size() <= kMaxEscalationRules &&
         std::all_of(rules.begin(), rules.end(), [](const EscalationRule& rule) {
           return sane(rule.time) &&
                  std::all_of(rule.actions.begin(), rule.actions.end(), [](const auto& action) {
                    const bool deflects = action.kind == EscalationKind::Deflect;
                    return sane(action.number) && (!deflects || destinations::is_destination(action.text));
                  });
         });
}

bool valid(const QueueConfig& q) {
  return valid(q.relax, parse_requirement) && valid(q.escalate) &&
         std::holds_alternative<Requirement>(parse_requirement(q.requirement)) && sane(q.priority) &&
         kMinAgeing <= q.ageing && q.ageing <= kMaxAgeing && sane(q.service_level.within) &&
         sane(q.short_abandon) && sane(q.offer_timeout) && sane(q.wrap_up_timeout) && sane(q.max_wait) &&
         sane(q.scheduled_spacing) && sane(q.redial_within) && sane(q.callback.retry_delay) &&
         sane(q.callback.promise) && sane(q.callback.dial_timeout) && sane(q.last_agent.within) &&
         sane(q.last_agent.wait) && 1 <= q.ring && q.ring <= kMaxRing;
}

// A chain of offers that comes to an end.
bool valid_chain(const State& state, AssignmentRef first) {
  std::size_t length = 0;
  for (AssignmentRef at = first; at; at = state[at].next_offer) {
    if (!state.assignments.contains(at) || ++length > kMaxRing) return false;
  }
  return true;
}

// No prediction without its contact, and the other way round.
bool valid(const State& state, QueueRef ref, const WaitStatistics& w) {
  const auto waits_here = [&](const WaitStatistics::Prediction& p) {
    if (!state.contacts.contains(p.contact)) return false;
    const Contact& contact = state[p.contact];
    return contact.queue == ref && is_unanswered(contact.state) && (contact.wait_flags & kPredicted) != 0;
  };
  return (sane(w.paced_at) || w.paced_at == kNever) && sane(w.sampled_at) &&
         std::all_of(w.predictions.begin(), w.predictions.end(), waits_here);
}

bool valid(const State& state, ContactRef ref, const Contact& c) {
  const bool requirement_parses = std::holds_alternative<Requirement>(parse_canonical(c.requirement));
  const bool holds = valid_chain(state, c.assignment);
  const auto known = [&](CooldownRef cooldown) { return state.cooldowns.contains(cooldown); };
  const bool is_callback = state.callbacks.contains(ref);
  return requirement_parses && holds && is_callback == c.is_callback() && sane(c.own_priority) &&
         sane(c.place_at) && in_range(c.queue, state.queues.size()) &&
         in_range(c.channel, state.channels.size()) && absent_or_in_range(c.gateway, state.gateways.size()) &&
         absent_or_in_range(c.target, state.agents.size()) &&
         absent_or_in_range(c.agent, state.agents.size()) &&
         std::all_of(c.cooldowns.begin(), c.cooldowns.end(), known) &&
         (!c.plan || state.plans.contains(c.plan));
}

bool valid(const State& state, const WaitPlan& p) {
  if (!state.contacts.contains(p.contact)) return false;
  const QueueRef queue = state[p.contact].queue;
  const auto known = [&](QueueRef ref) { return in_range(ref, state.queues.size()); };
  const auto fired = [&](const WaitPlan::Fired& f) { return known(f.queue); };
  const auto agent = [&](AgentRef ref) { return in_range(ref, state.agents.size()); };
  return std::all_of(p.preferred.begin(), p.preferred.end(), agent) && sane(p.preferred_for) &&
         sane(p.preferred_until) && std::all_of(p.pools.begin(), p.pools.end(), known) &&
         std::all_of(p.fired.begin(), p.fired.end(), fired) && valid(p.relax, parse_canonical) &&
         p.own_steps <= p.relax.size() && in_range(queue, state.queues.size()) &&
         p.queue_steps <= state[queue].config.relax.size();
}

bool valid(const State& state, const Assignment& a) {
  return sane(a.since) && a.since <= a.expires_at && sane(a.expires_at - a.since) && sane(a.interrupted_at) &&
         (!a.interrupted || a.is_answered()) && state.contacts.contains(a.contact) &&
         in_range(a.agent, state.agents.size()) && in_range(a.queue, state.queues.size()) &&
         in_range(a.channel, state.channels.size());
}

bool valid(const State& state, const Agent& a) {
  return a.channels.size() <= state.channels.size() && a.next_recent_offer < Agent::kRecentOffers &&
         std::all_of(a.assignments.begin(), a.assignments.end(),
                     [&](AssignmentRef ref) { return state.assignments.contains(ref); }) &&
         std::all_of(a.cooldowns.begin(), a.cooldowns.end(),
                     [&](CooldownRef ref) { return state.cooldowns.contains(ref); });
}

bool moves_lead_somewhere(const State& state) {
  const auto known = [&](const ClosedRule& rule) {
    return rule.action != ClosedAction::MoveToQueue ||
           std::any_of(state.queues.begin(), state.queues.end(),
                       [&](const Queue& queue) { return queue.config.name == rule.to; });
  };
  return std::all_of(state.queues.begin(), state.queues.end(), [&](const Queue& queue) {
    // Those that are no longer configured are always open.
    return queue.removed || queue.draining ||
           (known(queue.config.hours.when_closed) && known(queue.config.hours.at_closing));
  });
}

// Every reference leads somewhere, so that nothing that follows can go astray.
bool valid(const State& state) {
  bool all = state.channels.size() <= MatchIndex::kMaxChannels && valid(state.config);
  state.contacts.for_each([&](ContactRef ref, const Contact& c) { all = all && valid(state, ref, c); });
  state.assignments.for_each([&](AssignmentRef, const Assignment& a) { all = all && valid(state, a); });
  state.cooldowns.for_each([&](CooldownRef, const Cooldown& c) {
    all = all && state.contacts.contains(c.contact) && in_range(c.agent, state.agents.size());
  });
  state.plans.for_each([&](PlanRef, const WaitPlan& p) { all = all && valid(state, p); });
  for (const Agent& agent : state.agents) all = all && valid(state, agent);
  std::size_t predictions = 0;
  for (std::uint32_t i = 0; i < state.queues.size(); ++i) {
    const Queue& queue = state.queues[i];
    all = all && valid(queue.config) && sane(queue.next_scheduled_place) &&
          valid(state, QueueRef{i}, queue.wait);
    all = all && (queue.open || !(queue.removed || queue.draining));
    predictions += queue.wait.predictions.size();
  }
  state.contacts.for_each(
      [&](ContactRef, const Contact& c) { predictions -= (c.wait_flags & kPredicted) != 0 ? 1 : 0; });
  all = all && predictions == 0;
  for (const Split& split : state.splits) {
    all = all && split.targets.size() >= 2 && split.targets.size() <= kMaxSplitTargets;
    for (const Split::Target& target : split.targets) {
      all = all && in_range(target.queue, state.queues.size()) && target.percent >= 1 &&
            target.percent <= 100 && std::abs(target.credit) < 1'000'000;
    }
  }
  for (std::size_t i = 0; i < state.acts.size(); ++i) {
    all = all && state.acts[i].number == state.next_act - state.acts.size() + i && sane(state.acts[i].at);
  }
  for (const Unservable& alarm : state.unservable) all = all && in_range(alarm.queue, state.queues.size());
  all = all && !opening::check(state.config) && moves_lead_somewhere(state);
  for (const Calendar& calendar : state.calendars) {
    all = all && sane(calendar.until) && std::is_sorted(calendar.changes.begin(), calendar.changes.end()) &&
          std::all_of(calendar.changes.begin(), calendar.changes.end(), [](Time at) { return sane(at); });
  }
  std::size_t released = state.released.size();
  state.contacts.for_each([&](ContactRef ref, const Contact& c) {
    if ((c.wait_flags & kReleased) == 0) return;
    all = all && state.released.contains(ref);
    --released;
  });
  all = all && released == 0;
  for (const auto& [contact, at] : state.released) all = all && sane(at);
  for (const auto& [contact, row] : state.callbacks) all = all && state.contacts.contains(contact);
  for (const auto& [number, place] : state.places) {
    all = all && number < state.next_place && in_range(place.queue, state.queues.size()) &&
          sane(place.place_at) && sane(place.left_at);
  }
  for (const ContactRef ref : state.ended) all = all && state.contacts.contains(ref);
  for (const auto& [contact, destination] : state.deflected) {
    all = all && state.contacts.contains(contact) && state.destinations.contains(destination);
  }
  return all;
}

bool restore_last_agents(State& state, const std::vector<LastAgent>& last_agents) {
  for (const LastAgent& last : last_agents) {
    if (!in_range(last.agent, state.agents.size()) || !sane(last.at)) return false;
    state.last_agents.remember(last, last_agents.size());
  }
  return true;
}

void restore_names(State& state) {
  for (std::uint32_t i = 0; i < state.queues.size(); ++i)
    state.queue_names.insert(state.queues[i].config.name, i);
  for (std::uint32_t i = 0; i < state.agents.size(); ++i) state.agent_names.insert(state.agents[i].id, i);
  for (std::uint32_t i = 0; i < state.gateways.size(); ++i)
    state.gateway_names.insert(state.gateways[i].id, i);
  state.destinations.for_each(
      [&](DestinationRef ref, const Destination& d) { state.destination_names.insert(d.text, ref.value); });
  state.contacts.for_each(
      [&](ContactRef ref, const Contact& c) { state.contact_ids.insert(c.id, ref.value); });
}

}  // namespace

std::uint64_t Engine::digest() const {
  DigestWriter digest;
  write_state(digest, *state_);
  return digest.result();
}

std::string Engine::snapshot() const {
  // About what it takes, so that the bytes are not moved again and again as they grow.
  constexpr std::size_t kContact = 256;
  constexpr std::size_t kAgent = 512;
  ByteWriter bytes(kContact * state_->contacts.size() + kAgent * state_->agents.size());
  bytes(kSnapshotMagic, kSnapshotFormat);
  write_state(bytes, *state_);
  return bytes.take();
}

std::optional<std::string> Engine::restore(std::string_view bytes) {
  ByteReader reader(bytes);
  std::uint32_t magic = 0;
  std::uint32_t format = 0;
  reader(magic, format);
  if (reader.failed() || magic != kSnapshotMagic) return "not an engine snapshot";
  if (format > kSnapshotFormat) {
    return "snapshot format " + std::to_string(format) + " is newer than this program's " +
           std::to_string(kSnapshotFormat) + "; use the newer program";
  }
  if (format < kSnapshotFormat) {
    return "snapshot format " + std::to_string(format) +
           " is of a build before the first release; this program reads " + std::to_string(kSnapshotFormat) +
           "; start with an empty data directory";
  }
  auto state = std::make_unique<State>();
  std::uint64_t next_deadline_sequence = 0;
  std::vector<Deadline> deadlines;
  std::deque<RememberedRequest> requests;
  std::vector<LastAgent> last_agents;
  reader(*state, next_deadline_sequence, deadlines, requests, last_agents);
  if (reader.failed() || !reader.at_end()) {
    return "snapshot damaged at byte " + std::to_string(reader.position()) + " of " +
           std::to_string(bytes.size());
  }
  if (!valid(*state)) return "snapshot damaged: it holds a value that cannot be";
  if (!restore_deadlines(*state, deadlines, next_deadline_sequence)) {
    return "snapshot damaged: a deadline has no owner";
  }
  const std::size_t all = requests.size();  // also those beyond a limit that was lowered since
  for (RememberedRequest& request : requests) state->requests.remember(std::move(request), all);
  restore_names(*state);
  redials::rebuild(*state);
  if (!restore_last_agents(*state, last_agents)) return "snapshot damaged: an agent who is not there";
  configuration::rebuild_indexes(*state);
  state->match.take_unsettled();  // told before the snapshot
  state_ = std::move(state);
  return std::nullopt;
}

}  // namespace cordboard
