#include <utility>

#include "router/core/assignments.h"
#include "router/core/explain.h"
#include "router/core/explain_order.h"
#include "router/core/interruptions.h"
#include "router/core/matching.h"
#include "router/core/mutation.h"
#include "router/core/opening.h"
#include "router/core/preference.h"

namespace cordboard::explain {
namespace {

class Pair {
 public:
  Pair(const State& state, Time now, ContactRef contact, AgentRef agent)
      : state_(state),
        now_(now),
        contact_ref_(contact),
        agent_ref_(agent),
        contact_(state[contact]),
        agent_(state[agent]) {}

  std::vector<Reason> run() {
    contact();
    const bool has_it = !reasons_.empty() && (reasons_.front().obstacle == Obstacle::AlreadyOffered ||
                                              reasons_.front().agent == agent_ref_);
    if (has_it || !is_unanswered(contact_.state)) return std::move(reasons_);
    agent();
    eligibility();
    capacity();
    kept_apart();
    order();
    return std::move(reasons_);
  }

 private:
  Reason& add(Obstacle obstacle) { return reasons_.emplace_back(Reason{.obstacle = obstacle}); }
  Time due(DeadlineRef deadline) const { return deadline ? state_.deadlines[deadline].due : kNever; }

  void contact() {
    if (is_final(contact_.state)) {
      add(Obstacle::ContactEnded);
    } else if (contact_.state == ContactState::Scheduled) {
      const Deadline& deadline = state_.deadlines[contact_.deadline];
      const bool held = deadline.kind == DeadlineKind::ContactMaxWait;
      add(Obstacle::ContactScheduled).until = held ? kNever : deadline.due;
    } else if (!is_unanswered(contact_.state)) {
      add(Obstacle::ContactAnswered).agent = contact_.agent;
    } else if (contact_.state == ContactState::Dialing) {
      const Assignment& dial = state_[contact_.assignment];
      Reason& reason = add(Obstacle::Dialing);
      reason.agent = dial.agent;
      reason.until = dial.expires_at;
    } else if (contact_.state == ContactState::Offered) {
      const AssignmentRef own = assignments::offer_to(state_, contact_ref_, agent_ref_);
      if (!own && matching::wants_more(state_, contact_ref_)) return;  // rings elsewhere, and may here
      const Assignment& offer = state_[own ? own : contact_.assignment];
      Reason& reason = add(own ? Obstacle::AlreadyOffered : Obstacle::OfferedToAnother);
      reason.agent = offer.agent;
      reason.until = offer.expires_at;
    } else if (contact_.held()) {
      add(Obstacle::QueueClosed).until = opening::next_change(state_, contact_.queue);
    }
  }

  void agent() {
    if (agent_.state == AgentState::LoggedOut) add(Obstacle::LoggedOut);
    if (agent_.state == AgentState::NotReady) add(Obstacle::NotReady);
    if (agent_.state != AgentState::LoggedOut && !agent_.connected) add(Obstacle::Disconnected);
    if (agent_.not_responding) add(Obstacle::NotResponding).until = due(agent_.return_deadline);
  }

  void eligibility() {
    if (contact_.target) {
      if (contact_.target != agent_ref_) add(Obstacle::WaitsForAnother).agent = contact_.target;
    } else {
      preferred_agents();
      for (const Requirement& clause : state_.match.requirement_of(contact_.requirement_class).clauses()) {
        if (!clause.accepts(agent_.profile.skills)) add(Obstacle::LacksSkill).clause = clause.canonical();
      }
    }
    if (!agent_.serves(contact_.channel)) add(Obstacle::LacksChannel);
  }

  void preferred_agents() {
    const auto preferred = preference::targets_of(state_, contact_);
    if (preferred.empty() || std::find(preferred.begin(), preferred.end(), agent_ref_) != preferred.end())
      return;
    Reason& reason = add(Obstacle::WaitsForPreferred);
    reason.agent = preferred.front();
    reason.until = preference::ends_at(state_, contact_);
  }

  void capacity() {
    if (!agent_.serves(contact_.channel)) return;
    if (const AssignmentRef alone = interruptions::exclusive_of(state_, agent_)) {
      return hold(add(Obstacle::BusyAlone), alone);
    }
    const AgentChannel& channel = agent_.channels[contact_.channel.value];
    const bool all_contacts = channel.contacts >= channel.max_contacts;
    Reason reason;
    std::uint32_t units = channel.units;
    for (const AssignmentRef ref : agent_.assignments) {
      const Assignment& held = state_[ref];
      const bool counts = all_contacts ? held.channel == contact_.channel
                                       : !interruptions::gives_way(state_, held, contact_.channel);
      if (!counts) continue;
      units += held.units;
      hold(reason, ref);
    }
    const bool full = all_contacts || units > kAgentCapacityUnits;
    if (!full && (reason.count == 0 || !state_[contact_.channel].config.exclusive)) return;
    reason.obstacle = full ? Obstacle::NoCapacity : Obstacle::NeedsToBeAlone;
    reasons_.push_back(std::move(reason));
  }

  static void hold(Reason& reason, AssignmentRef held) {
    if (reason.count++ < kShownHolding) reason.holding.push_back(held);
  }

  void kept_apart() {
    for (const CooldownRef ref : contact_.cooldowns) {
      if (mutated("cooldown_is_not_explained")) continue;
      if (state_[ref].agent == agent_ref_) add(Obstacle::Cooldown).until = due(state_[ref].deadline);
    }
    for (const AssignmentRef ref : agent_.assignments) {
      const Assignment& held = state_[ref];
      if (held.contact != contact_ref_ || held.phase == AssignmentPhase::Offered) continue;
      add(Obstacle::StillHasIt).until = held.interrupted ? kNever : held.expires_at;
    }
  }

  void order() {
    Servers alone;
    alone.agents.push_back(agent_ref_);
    if (agent_.profile_class) alone.abilities.emplace(agent_.profile_class, agent_.served_channels);
    const std::uint32_t ahead = contacts_ahead(state_, now_, contact_, alone, 0).contacts;
    if (ahead > 0) add(Obstacle::OthersPrecede).count = ahead;
  }

  const State& state_;
  const Time now_;
  const ContactRef contact_ref_;
  const AgentRef agent_ref_;
  const Contact& contact_;
  const Agent& agent_;
  std::vector<Reason> reasons_;
};

}  // namespace

std::vector<Reason> why_not(const State& state, Time now, ContactRef contact, AgentRef agent) {
  return Pair(state, now, contact, agent).run();
}

}  // namespace cordboard::explain
