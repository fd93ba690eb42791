// Engine::check_invariants: the rules of the state, checked without the indexes that are meant to keep them.
//
// Deliberately naive: every rule is a scan over plain data, so that it cannot share a bug with the engine.

#include <algorithm>
#include <map>
#include <utility>

#include "router/core/act_invariants.h"
#include "router/core/agent_index.h"
#include "router/core/agents.h"
#include "router/core/callback_invariants.h"
#include "router/core/capacity_audit.h"
#include "router/core/configured_invariants.h"
#include "router/core/engine.h"
#include "router/core/expected_wait.h"
#include "router/core/matching.h"
#include "router/core/preference.h"
#include "router/core/state.h"
#include "router/core/waiting.h"

namespace cordboard {
namespace {

class Audit {
 public:
  explicit Audit(const State& state) : state_(state) {}

  std::vector<std::string> run() {
    state_.contacts.for_each([this](ContactRef ref, const Contact& c) { contact(ref, c); });
    state_.assignments.for_each([this](AssignmentRef ref, const Assignment& a) { assignment(ref, a); });
    for (std::uint32_t i = 0; i < state_.agents.size(); ++i) agent(AgentRef{i});
    for (std::uint32_t i = 0; i < state_.queues.size(); ++i) queue(QueueRef{i});
    for (std::uint32_t i = 0; i < state_.gateways.size(); ++i) gateway(GatewayRef{i});
    state_.plans.for_each([this](PlanRef ref, const WaitPlan& p) { plan(ref, p); });
    totals();
    deadlines();
    unmatched_pairs();
    alarms();
    check_configured(state_, broken_);
    check_acts(state_, broken_);
    check_callbacks(state_, broken_);
    for (std::string& rule : preference::broken_rules(state_)) broken_.push_back(std::move(rule));
    return std::move(broken_);
  }

 private:
  void expect(bool holds, const std::string& rule, const std::string& subject) {
    if (!holds) broken_.push_back(rule + ": " + subject);
  }

  // I6, I19: contact and assignment agree on phase and on each other.
  void contact(ContactRef ref, const Contact& c) {
    const std::string subject = "contact " + c.id;
    expect(state_.find_contact(c.id) == ref, "a contact is found by its id", subject);
    expect(c.assignments == count_assignments(ref), "a contact knows how many assignments refer to it",
           subject);
    const bool waiting = c.state == ContactState::Waiting;
    expect((!c.held() && (waiting || wants_more(ref, c))) == state_.match.contains(ref),
           "exactly the contacts that want offers are in the match index", subject);
    const bool to_come = is_unanswered(c.state) || c.state == ContactState::Scheduled;
    expect(to_come == static_cast<bool>(c.requirement_class),
           "exactly the unanswered and scheduled contacts have a requirement class", subject);
    expect(!c.plan || (state_.plans.contains(c.plan) && state_[c.plan].contact == ref),
           "a contact's plan is its own", subject);
    const QueueConfig& queue = state_[c.queue].config;
    expect(!is_unanswered(c.state) || (queue.relax.empty() && queue.escalate.empty()) || c.plan,
           "every contact of a queue that relaxes or escalates has a plan", subject);
    expect(to_come == static_cast<bool>(c.deadline), "every unanswered or scheduled contact has a deadline",
           subject);
    expect(!c.held() || (is_unanswered(c.state) && !state_[c.queue].open),
           "only contacts of closed queues are held", subject);
    expect(((c.wait_flags & kReleased) != 0) == state_.released.contains(ref) &&
               (is_unanswered(c.state) || (c.wait_flags & ~kIsCallback) == 0),
           "whoever was held is known while it is unanswered", subject);
    expect(is_unanswered(c.state) || c.cooldowns.empty(), "only unanswered contacts have cool-downs",
           subject);
    expect(!c.target || state_[c.target].state != AgentState::LoggedOut,
           "nobody waits for an agent who is logged out", subject);
    expect(!waiting || !c.target || state_[c.target].serves(c.channel),
           "nobody waits for an agent who does not take the channel", subject);
    if (is_unanswered(c.state)) expected_wait(ref, c, subject);
    if (waiting || is_final(c.state) || c.state == ContactState::Scheduled) {
      expect(!c.assignment, "a waiting or ended contact is not assigned", subject);
      return;
    }
    if (!c.assignment || !state_.assignments.contains(c.assignment)) {
      return expect(false, "an offered, connected or wrapping-up contact is assigned", subject);
    }
    std::uint32_t chained = 0;
    std::uint64_t last = 0;
    for (AssignmentRef at = c.assignment; at && chained <= kMaxRing; at = state_[at].next_offer) {
      const Assignment& held = state_[at];
      ++chained;
      expect(held.contact == ref, "a contact and its assignment agree", subject);
      expect(held.phase == phase_of(c.state), "the phase of the assignment is the state of the contact",
             subject);
      expect(last < held.offer.value, "the offers of a contact are in order", subject);
      last = held.offer.value;
    }
    // I1
    const bool rings = c.state == ContactState::Offered;
    expect(chained <= (rings && targets(c).empty() ? state_[c.queue].config.ring : 1),
           "a contact has at most as many live offers as its queue allows, or one connection", subject);
    expect(!rings || chained == count_offers(ref), "a contact knows its live offers", subject);
  }

  std::uint32_t count_offers(ContactRef contact) const {
    std::uint32_t count = 0;
    state_.assignments.for_each([&](AssignmentRef, const Assignment& a) {
      count += a.contact == contact && a.phase == AssignmentPhase::Offered ? 1 : 0;
    });
    return count;
  }

  // Whom it waits for only; empty: anybody.
  std::vector<AgentRef> targets(const Contact& c) const {
    if (c.target) return {c.target};
    return c.plan ? state_[c.plan].preferred : std::vector<AgentRef>{};
  }

  // Rings, and is to be offered to further agents.
  bool wants_more(ContactRef ref, const Contact& c) const {
    return c.state == ContactState::Offered && targets(c).empty() &&
           count_offers(ref) < state_[c.queue].config.ring;
  }

  // What scarce_first goes by is what counting gives: for each queue, the needs of the others.
  void scarcity(AgentRef ref, const std::string& subject) {
    const Agent& agent = state_[ref];
    if (!state_.match.weighs_needs() || agent.state == AgentState::LoggedOut) return;
    std::uint64_t all = 0;
    std::vector<std::uint64_t> needs;
    needs.reserve(state_.queues.size());
    for (const Queue& queue : state_.queues) {
      const auto accepts = [&](const Agent& a) { return queue.requirement.accepts(a.profile.skills); };
      const bool asks = !queue.removed && !queue.draining && accepts(agent);
      std::uint64_t able = 0;
      for (const Agent& a : state_.agents) able += a.state != AgentState::LoggedOut && accepts(a) ? 1 : 0;
      all += needs.emplace_back(asks ? MatchIndex::kScarcityUnit / able : 0);
    }
    for (std::uint32_t i = 0; i < needs.size(); ++i) {
      expect(state_.match.scarcity(agent.profile_class, QueueRef{i}) == all - needs[i],
             "how much other queues need an agent is what counting gives", subject);
    }
  }

  // The position is what counting gives, and who can be announced a wait has somebody at work for them.
  void expected_wait(ContactRef ref, const Contact& c, const std::string& subject) {
    const auto in_line = [](const Contact& x) { return x.state == ContactState::Waiting && !x.held(); };
    std::uint32_t position = in_line(c) ? 1 : 0;
    const ContactKey key = matching::key_of(state_, c);
    state_.contacts.for_each([&](ContactRef, const Contact& other) {
      const std::vector<AgentRef> others = targets(other);
      const bool same_line = c.target ? std::find(others.begin(), others.end(), c.target) != others.end()
                                      : other.queue == c.queue && others.empty();
      const bool waits = in_line(other) && in_line(c);
      position += waits && same_line && precedes(matching::key_of(state_, other), key, state_.now) ? 1 : 0;
    });
    expect(position_of(state_, ref, state_.now) == position,
           "the position is one more than those who go before", subject);
    const ExpectedWait answer = cordboard::expected_wait(state_, ref, state_.now);
    expect(answer.wait >= Duration::zero() && answer.wait <= 24h, "an expected wait is from 0 to 24 h",
           subject);
    const std::uint32_t at_work = staff(c);
    expect(at_work > 0 || !answer.enough_data || c.state != ContactState::Waiting,
           "nobody at work, nothing to announce", subject);
    expect(state_.match.staff_of(c.requirement_class).agents == at_work,
           "those at work for a class are counted", subject);
  }

  std::uint32_t staff(const Contact& c) const {
    std::uint32_t count = 0;
    for (const Agent& a : state_.agents) {
      if (a.state != AgentState::Ready || !a.connected || a.not_responding || !a.serves(c.channel)) continue;
      const bool fits = waiting::meets(state_, c, a.profile.skills);
      count += fits && agents::slots_of(a.channels[c.channel.value]) > 0 ? 1 : 0;
    }
    return count;
  }

  // I14: a step is unlocked when its time has come and not before, and the next one has a deadline.
  void plan(PlanRef ref, const WaitPlan& p) {
    if (!state_.contacts.contains(p.contact) || state_[p.contact].plan != ref) {
      return expect(false, "a plan is that of its contact", "plan " + std::to_string(ref.value));
    }
    const Contact& c = state_[p.contact];
    const std::string subject = "contact " + c.id;
    if (!is_unanswered(c.state)) {
      return expect(!p.deadline && p.own_steps + p.queue_steps == 0 && !is_final(c.state) &&
                        p.fired.empty() && p.pools.empty() &&
                        (p.preferred.empty() || c.state == ContactState::Scheduled),
                    "nothing is unlocked or due for a contact that does not wait", subject);
    }
    Time next = kNever;
    const auto steps = [&](const std::vector<RelaxStep>& relax, std::size_t unlocked, std::size_t by_rule) {
      for (std::size_t i = 0; i < relax.size(); ++i) {
        const Time due = c.queued_at + relax[i].after;
        expect(i >= unlocked || i < by_rule || due <= state_.now, "no step is unlocked before its time",
               subject);
        if (i >= unlocked) next = std::min(next, due);
      }
    };
    steps(state_[c.queue].config.relax, p.queue_steps, p.queue_steps_by_rule);
    steps(p.relax, p.own_steps, 0);
    if (!p.preferred.empty() && p.preferred_until > state_.now) next = std::min(next, p.preferred_until);
    std::uint32_t fired = 0;
    for (const WaitPlan::Fired& f : p.fired) fired |= f.queue == c.queue ? f.rules : 0;
    const auto& rules = state_[c.queue].config.escalate;
    bool overdue = false;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      if (rules[i].trigger != EscalationTrigger::Waited || (fired >> i & 1) != 0) continue;
      const Time due = c.queued_at + rules[i].time;
      if (due > state_.now) next = std::min(next, due);
      overdue = overdue || due <= state_.now;
    }
    const bool asks = std::any_of(rules.begin(), rules.end(), [&](const EscalationRule& rule) {
      return rule.trigger == EscalationTrigger::Unservable && (fired >> (&rule - rules.data()) & 1) == 0;
    });
    expect(!asks || !waits_in_vain(c), "a rule for the unservable has fired for whoever waits in vain",
           subject);
    const Time has = p.deadline ? state_.deadlines[p.deadline].due : kNever;
    expect(has == next || has <= state_.now, "the next step or rule of a plan has a deadline", subject);
    expect(!overdue || c.state != ContactState::Waiting || c.held() || has <= state_.now,
           "a rule whose time has come has fired for whoever waits", subject);
  }

  static AssignmentPhase phase_of(ContactState state) {
    if (state == ContactState::Offered) return AssignmentPhase::Offered;
    if (state == ContactState::Dialing) return AssignmentPhase::Dialing;
    return state == ContactState::Connected ? AssignmentPhase::Connected : AssignmentPhase::WrapUp;
  }

  std::uint32_t count_assignments(ContactRef contact) const {
    std::uint32_t count = 0;
    state_.assignments.for_each(
        [&](AssignmentRef, const Assignment& a) { count += a.contact == contact ? 1 : 0; });
    return count;
  }

  // I1, I3, I6, I21.
  void assignment(AssignmentRef ref, const Assignment& a) {
    const std::string subject = "offer " + std::to_string(a.offer.value);
    const auto& held = state_[a.agent].assignments;
    expect(std::count(held.begin(), held.end(), ref) == 1, "an agent lists each assignment once", subject);
    expect(state_.contacts.contains(a.contact), "an assignment has a contact", subject);
    const auto same_contact = [&](AssignmentRef other) { return state_[other].contact == a.contact; };
    expect(std::count_if(held.begin(), held.end(), same_contact) == 1,
           "an agent and a contact have at most one assignment in common", subject);
    expect(a.interrupted != (a.deadline && state_.deadlines.contains(a.deadline)),
           "every assignment has a deadline, unless it is interrupted", subject);
    expect(!a.interrupted || a.is_answered(), "no offer is interrupted", subject);
    if (a.phase == AssignmentPhase::Connected) {
      expect(state_[a.contact].assignment == ref, "a contact has at most one connection", subject);
    }
    if (a.phase == AssignmentPhase::Offered) {
      expect(state_[a.contact].state == ContactState::Offered, "only an unanswered contact has offers",
             subject);
      expect(state_[a.agent].state == AgentState::Ready && state_[a.agent].connected,
             "an offer waits for a ready agent", subject);
    }
  }

  void agent(AgentRef ref) {
    const Agent& a = state_[ref];
    const std::string subject = "agent " + a.id;
    std::vector<std::uint32_t> contacts(state_.channels.size(), 0);
    for (const AssignmentRef held : a.assignments) {
      expect(state_.assignments.contains(held) && state_[held].agent == ref, "an agent holds its own",
             subject);
      if (!state_.assignments.contains(held)) continue;
      ++contacts[state_[held].channel.value];
    }
    for (const std::string& rule : capacity_audit::broken_rules(state_, a))
      expect(false, rule, subject);  // I3
    for (std::size_t i = 0; i < a.channels.size(); ++i) {
      expect(a.channels[i].contacts == contacts[i], "contacts per channel are counted", subject);
    }
    expect(a.activity == agents::derive_activity(state_, a), "the activity is the derived one", subject);
    const bool disconnected = a.state != AgentState::LoggedOut && !a.connected;
    expect(disconnected == static_cast<bool>(a.grace_deadline), "a disconnected agent has a deadline",
           subject);
    const AgentCounters& n = a.counters;
    const auto pending = std::count_if(a.assignments.begin(), a.assignments.end(), [&](AssignmentRef held) {
      return state_[held].phase == AssignmentPhase::Offered;
    });
    expect(
        n.offers == n.accepted + n.declined + n.expired + n.rescinded + static_cast<std::uint64_t>(pending),
        "every offer to an agent ends exactly once", subject);
    expect(!a.changing, "no change is at work between commands", subject);
    scarcity(ref, subject);
    expect(a.not_responding || !a.return_deadline, "only a not responding agent returns", subject);
    expect((a.state != AgentState::LoggedOut) == static_cast<bool>(a.profile_class),
           "exactly the logged-in agents have a profile class", subject);
  }

  // I18 and the gauges of I20.
  void queue(QueueRef ref) {
    const Queue& q = state_[ref];
    const std::string subject = "queue " + q.config.name;
    const bool configured =
        std::any_of(state_.config.queues.begin(), state_.config.queues.end(),
                    [&](const QueueConfig& config) { return config.name == q.config.name; });
    expect(state_.find_queue_by_name(q.config.name) == ref, "a queue is found by its name", subject);
    expect(configured == !(q.removed || q.draining), "a queue is configured, drained or removed", subject);
    expect(!q.removed || q.waiting + q.scheduled + q.connected + q.wrap_up == 0,
           "a removed queue has no contacts", subject);
    expect(!q.draining || q.waiting + q.scheduled + q.connected + q.wrap_up > 0, "a drained queue is removed",
           subject);
    std::map<ContactState, std::uint32_t> states;
    std::uint32_t wrap_ups = 0;
    std::uint64_t pending = 0;
    Time oldest = kNever;
    state_.contacts.for_each([&](ContactRef, const Contact& c) {
      if (c.queue != ref) return;
      ++states[c.state];
      if (is_unanswered(c.state)) oldest = std::min(oldest, c.queued_at);
    });
    state_.assignments.for_each([&](AssignmentRef, const Assignment& a) {
      wrap_ups += a.queue == ref && a.phase == AssignmentPhase::WrapUp ? 1 : 0;
      pending += a.queue == ref && a.phase == AssignmentPhase::Offered ? 1 : 0;
    });
    expect(q.open == should_be_open(q), "a queue is open or closed as its switches and hours say", subject);
    expect(q.waiting ==
               states[ContactState::Waiting] + states[ContactState::Offered] + states[ContactState::Dialing],
           "waiting is counted", subject);
    expect(q.offered == states[ContactState::Offered], "offered is counted", subject);
    expect(q.connected == states[ContactState::Connected], "connected is counted", subject);
    expect(q.wrap_up == wrap_ups, "wrap-ups are counted", subject);
    const Time known_oldest = q.oldest ? state_[q.oldest].queued_at : kNever;
    expect(known_oldest == oldest, "the oldest contact is known", subject);
    expect(is_listed(ref), "the list of a queue has its unanswered contacts in the order of their coming",
           subject);
    predictions(ref, subject);
    const QueueCounters& n = q.counters;
    expect(n.offered ==
               n.answered + n.abandoned + n.overflowed + n.expired + n.deferred + n.cancelled + q.waiting,
           "offered = answered + abandoned + overflowed + expired + deferred + cancelled + waiting", subject);
    expect(n.answered == n.handled + q.connected, "answered = handled + connected", subject);
    expect(
        n.offers == n.offers_accepted + n.offers_declined + n.offers_expired + n.offers_rescinded + pending,
        "every offer ends exactly once", subject);
  }

  // Each prediction is of a contact that is still in the queue, and no more than allowed.
  void predictions(QueueRef ref, const std::string& subject) {
    const auto& open = state_[ref].wait.predictions;
    expect(open.size() <= WaitStatistics::kOpenPredictions, "predictions are bounded", subject);
    std::size_t predicted = 0;
    state_.contacts.for_each([&](ContactRef, const Contact& c) {
      predicted += c.queue == ref && (c.wait_flags & kPredicted) != 0 ? 1 : 0;
    });
    expect(predicted == open.size(), "a prediction ends with the wait it is about", subject);
  }

  // Closed beats open beats hours.
  bool should_be_open(const Queue& q) const {
    if (q.removed || q.draining) return true;
    const QueueMode modes[] = {q.mode.mode, state_.tenant_mode.mode};
    for (const QueueMode mode : modes) {
      if (mode == QueueMode::Closed) return false;
    }
    for (const QueueMode mode : modes) {
      if (mode == QueueMode::Open) return true;
    }
    for (const Calendar& calendar : state_.calendars) {
      if (calendar.name == q.config.hours.calendar) return calendar.known ? calendar.open : q.open;
    }
    return true;
  }

  bool is_listed(QueueRef ref) const {
    std::uint32_t listed = 0;
    ContactRef before;
    for (ContactRef at = state_[ref].oldest; at; at = state_[at].queue_after) {
      const Contact& c = state_[at];
      const auto place = [](const Contact& x) { return std::pair(x.queued_at, x.sequence); };
      const bool in_order = !before || place(state_[before]) < place(c);
      if (c.queue != ref || !is_unanswered(c.state) || c.queue_before != before || !in_order) return false;
      before = at;
      if (++listed > state_[ref].waiting) return false;
    }
    return state_[ref].newest == before && listed == state_[ref].waiting;
  }

  // A gateway knows how many of its contacts have not ended.
  void gateway(GatewayRef ref) {
    std::uint32_t live = 0;
    state_.contacts.for_each(
        [&](ContactRef, const Contact& c) { live += c.gateway == ref && !is_final(c.state) ? 1 : 0; });
    const Gateway& g = state_[ref];
    expect(live == g.live_contacts, "the live contacts of a gateway are counted", "gateway " + g.id);
  }

  void totals() {
    std::uint32_t live = 0;
    std::size_t ended = 0;
    state_.contacts.for_each([&](ContactRef, const Contact& c) {
      live += is_final(c.state) ? 0 : 1;
      ended += is_final(c.state) ? 1 : 0;
    });
    expect(live == state_.live_contacts, "live contacts are counted", "tenant");
    expect(ended == state_.ended.size(), "every ended contact will be forgotten", "tenant");
  }

  // I21: as many deadlines as owners, so none is without an owner.
  void deadlines() {
    std::size_t owners = state_.cooldowns.size();
    state_.assignments.for_each([&](AssignmentRef, const Assignment& a) { owners += a.interrupted ? 0 : 1; });
    state_.contacts.for_each([&](ContactRef, const Contact& c) { owners += c.deadline ? 1 : 0; });
    for (const auto& [ref, row] : state_.callbacks) owners += row.promise_deadline ? 1 : 0;
    for (const Agent& a : state_.agents)
      owners += (a.return_deadline ? 1u : 0u) + (a.grace_deadline ? 1u : 0u);
    state_.plans.for_each([&](PlanRef, const WaitPlan& p) { owners += p.deadline ? 1 : 0; });
    for (const Gateway& g : state_.gateways) owners += g.grace_deadline ? 1 : 0;
    for (const Calendar& calendar : state_.calendars) owners += calendar.deadline ? 1 : 0;
    expect(owners == state_.deadlines.size(), "each deadline has one live owner", "tenant");
  }

  // I12, by looking at every pair.
  void unmatched_pairs() {
    state_.contacts.for_each([this](ContactRef ref, const Contact& c) {
      if (c.held() || (c.state != ContactState::Waiting && !wants_more(ref, c))) return;
      const std::vector<AgentRef> only = targets(c);
      for (std::uint32_t i = 0; i < state_.agents.size(); ++i) {
        const Agent& a = state_.agents[i];
        const bool eligible = only.empty() ? waiting::meets(state_, c, a.profile.skills)
                                           : std::find(only.begin(), only.end(), AgentRef{i}) != only.end();
        if (!eligible || !capacity_audit::has_room(state_, a, c.channel) ||
            matching::kept_apart(state_, ref, AgentRef{i}))
          continue;
        expect(false, "no eligible pair is left unmatched", "contact " + c.id + ", agent " + a.id);
      }
    });
  }

  bool waits_in_vain(const Contact& c) const {
    if (c.state != ContactState::Waiting || c.target || c.held()) return false;
    for (const Agent& a : state_.agents) {
      const bool takes = a.state != AgentState::LoggedOut && a.serves(c.channel);
      if (takes && waiting::meets(state_, c, a.profile.skills)) return false;
    }
    return true;
  }

  // One alarm for each requirement class in which contacts wait that nobody who is logged in can serve.
  void alarms() {
    std::map<std::string, QueueRef> expected;
    state_.contacts.for_each([&](ContactRef, const Contact& c) {
      if (waits_in_vain(c)) expected.emplace(state_.match.name_of(c.requirement_class), c.queue);
    });
    std::map<std::string, QueueRef> told;
    for (const Unservable& alarm : state_.unservable) told.emplace(alarm.class_name, alarm.queue);
    expect(told == expected && told.size() == state_.unservable.size(),
           "one alarm for each class of contacts that nobody logged in can serve", "tenant");
  }

  const State& state_;
  std::vector<std::string> broken_;
};

}  // namespace

std::vector<std::string> Engine::check_invariants() const { return Audit(*state_).run(); }

}  // namespace cordboard
