#include <algorithm>
#include <map>
#include <tuple>

#include "router/core/escalation.h"
#include "router/core/explain.h"
#include "router/core/explain_order.h"
#include "router/core/opening.h"
#include "router/core/preference.h"
#include "router/core/servability.h"
#include "router/core/waiting.h"

namespace cordboard::explain {
namespace {

class Waiting {
 public:
  Waiting(const State& state, Time now, ContactRef ref) : state_(state), now_(now), contact_(state[ref]) {
    const Requirement& requirement = state.match.requirement_of(contact_.requirement_class);
    wait_.contact = ref;
    wait_.requirement = requirement.canonical();
    wait_.target = contact_.target;
    if (is_unanswered(contact_.state) && preference::lasts(state, contact_)) {
      wait_.preferred = state[contact_.plan].preferred;
      wait_.preferred_until = preference::ends_at(state, contact_);
    }
    wait_.servability = servability::of(state, contact_);
    if (!contact_.target) clauses_ = requirement.clauses();
    for (const Requirement& clause : clauses_) wait_.clauses.push_back({clause.canonical()});
    wait_.clauses.push_back({"channel " + state[contact_.channel].config.name});
  }

  Wait run() {
    for (std::uint32_t i = 0; i < state_.agents.size(); ++i) look_at(AgentRef{i});
    keep_clauses();
    if (contact_.state == ContactState::Scheduled) {
      schedule();
    } else {
      order();
      own_deadlines();
    }
    auto& next = wait_.next;
    std::sort(next.begin(), next.end(), [](const Next& a, const Next& b) {
      return std::tie(a.at, a.step, a.agent) < std::tie(b.at, b.step, b.agent);
    });
    wait_.next_steps = static_cast<std::uint32_t>(next.size());
    if (next.size() > kNextSteps) next.resize(kNextSteps);
    return std::move(wait_);
  }

 private:
  // Which clauses somebody with these skills does not meet; the same for all of a profile class.
  const std::vector<std::size_t>& failed_by(const Agent& agent) {
    const auto [known, is_new] = failed_.try_emplace(agent.profile_class);
    if (is_new) known->second = failed_clauses(agent);
    return known->second;
  }
  std::vector<std::size_t> failed_clauses(const Agent& agent) const {
    std::vector<std::size_t> failed;
    for (std::size_t i = 0; i < clauses_.size(); ++i) {
      if (!clauses_[i].accepts(agent.profile.skills)) failed.push_back(i);
    }
    return failed;
  }

  void look_at(AgentRef ref) {
    const Agent& agent = state_[ref];
    const bool logged_in = agent.state != AgentState::LoggedOut;
    if (logged_in) ++wait_.logged_in;
    if (contact_.target && contact_.target != ref) return;
    const bool lacks_channel = !agent.serves(contact_.channel);
    std::vector<std::size_t> failed = logged_in ? failed_by(agent) : failed_clauses(agent);
    if (lacks_channel) failed.push_back(clauses_.size());
    if (logged_in) count_failures(failed);
    const auto& preferred = wait_.preferred;
    const bool wanted =
        preferred.empty() || std::find(preferred.begin(), preferred.end(), ref) != preferred.end();
    if (!failed.empty() || !wanted) return;
    ++wait_.eligible[static_cast<std::size_t>(situation_of(agent))];
    if (!logged_in) return;
    servers_.abilities.emplace(agent.profile_class, agent.served_channels);
    servers_.agents.push_back(ref);
    note_next(ref);
  }

  void count_failures(const std::vector<std::size_t>& failed) {
    for (const std::size_t clause : failed) ++wait_.clauses[clause].fail;
    if (failed.size() == 1) ++wait_.clauses[failed.front()].fail_only;
  }

  void note(NextStep step, DeadlineRef deadline, AgentRef agent) {
    if (deadline) wait_.next.push_back({step, state_.deadlines[deadline].due, agent});
  }

  void note_at(NextStep step, Time at) {
    if (at != kNever) wait_.next.push_back({step, at, AgentRef::none()});
  }

  void note_next(AgentRef ref) {
    const Agent& agent = state_[ref];
    for (const AssignmentRef held : agent.assignments) {
      if (state_[held].phase == AssignmentPhase::WrapUp) {
        note(NextStep::WrapUpEnds, state_[held].deadline, ref);
      } else if (state_[held].phase == AssignmentPhase::Offered && state_[held].contact == wait_.contact) {
        note(NextStep::OfferExpires, state_[held].deadline, ref);
      } else if (state_[held].phase == AssignmentPhase::Dialing && state_[held].contact == wait_.contact) {
        note(NextStep::DialEnds, state_[held].deadline, ref);
      }
    }
    note(NextStep::AgentReturns, agent.return_deadline, ref);
    if (contact_.target || wait_.preferred.size() == 1) {
      note(NextStep::AgentLoggedOut, agent.grace_deadline, ref);
    }
  }

  // Nothing of the queue concerns it before it comes in.
  void schedule() {
    const bool held = state_.deadlines[contact_.deadline].kind == DeadlineKind::ContactMaxWait;
    note(held ? NextStep::GivenUp : NextStep::ComesIn, contact_.deadline, AgentRef::none());
  }

  void own_deadlines() {
    for (const CooldownRef ref : contact_.cooldowns) {
      note(NextStep::CooldownEnds, state_[ref].deadline, state_[ref].agent);
    }
    if (contact_.plan) {
      if (!wait_.preferred.empty() && wait_.preferred_until > now_)
        note_at(NextStep::PreferenceOver, wait_.preferred_until);
      note_at(NextStep::RequirementWidens, waiting::next_step_due(state_, contact_));
      note_at(NextStep::RuleDue, escalation::next_due(state_, contact_, now_));
    }
    if (contact_.held()) note_at(NextStep::QueueOpens, opening::next_change(state_, contact_.queue));
    note(NextStep::Expires, contact_.deadline, AgentRef::none());
  }

  void keep_clauses() {
    auto& clauses = wait_.clauses;
    wait_.clause_count = static_cast<std::uint32_t>(clauses.size());
    if (clauses.size() <= kShownClauses) return;
    std::stable_sort(clauses.begin(), clauses.end(), [](const Clause& a, const Clause& b) {
      return std::tie(b.fail_only, b.fail) < std::tie(a.fail_only, a.fail);
    });
    clauses.resize(kShownClauses);
  }

  void order() {
    Ahead ahead = contacts_ahead(state_, now_, contact_, servers_, kFirstAhead);
    wait_.ahead = ahead.contacts;
    wait_.first_ahead = std::move(ahead.first);
  }

  const State& state_;
  const Time now_;
  const Contact& contact_;
  std::vector<Requirement> clauses_;
  std::map<ProfileClass, std::vector<std::size_t>> failed_;
  Servers servers_;
  Wait wait_;
};

}  // namespace

Situation situation_of(const Agent& agent) {
  if (agent.state == AgentState::LoggedOut) return Situation::LoggedOut;
  if (!agent.connected) return Situation::Disconnected;
  if (agent.not_responding) return Situation::NotResponding;
  if (agent.state == AgentState::NotReady) return Situation::NotReady;
  switch (agent.activity) {
    case AgentActivity::Offered:
      return Situation::Offered;
    case AgentActivity::Handling:
      return Situation::Handling;
    case AgentActivity::WrapUp:
      return Situation::WrapUp;
    default:
      return Situation::Idle;
  }
}

Wait wait_of(const State& state, Time now, ContactRef contact) { return Waiting(state, now, contact).run(); }

}  // namespace cordboard::explain
