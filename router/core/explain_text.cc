// The one place that puts explanations into words.

#include <algorithm>
#include <cstdio>

#include "router/core/enum_name.h"
#include "router/core/explain.h"

namespace cordboard::explain {

std::string seconds(Duration duration) {
  char text[32];
  const auto us = to_us(duration);
  std::snprintf(text, sizeof text, "%lld.%03lld s", static_cast<long long>(us / 1'000'000),
                static_cast<long long>(us / 1'000 % 1'000));
  return text;
}

namespace {

std::string count_of(std::uint32_t count, const std::string& thing) {
  return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

std::string in(Time now, Time at) { return "in " + seconds(std::max(Duration::zero(), at - now)); }
std::string until(Time now, Time at) { return at == kNever ? "" : "; ends " + in(now, at); }

struct Words {
  const State& state;
  Time now;

  const std::string& id(ContactRef ref) const { return state[ref].id; }
  const std::string& id(AgentRef ref) const { return state[ref].id; }

  template <class Named>
  std::string list(const std::vector<Named>& all) const {
    std::string text;
    for (const Named ref : all) text += (text.empty() ? "" : ", ") + id(ref);
    return text;
  }

  // ---- A contact that waits ----

  std::string who(const Wait& wait) const {
    const Contact& contact = state[wait.contact];
    const bool scheduled = contact.state == ContactState::Scheduled;
    std::string text = "contact " + contact.id + " " + std::string(to_string(contact.state)) +
                       (scheduled ? " for queue " : " in queue ") + state[contact.queue].config.name;
    if (!scheduled) text += " for " + seconds(now - contact.queued_at);
    if (!wait.preferred.empty()) {
      text += ", for " + list(wait.preferred) + " only, " +
              seconds(std::max(Duration::zero(), wait.preferred_until - now)) + " more";
    }
    if (wait.target) text += ", for agent " + id(wait.target) + " only";
    return text;
  }

  std::string eligible(const Wait& wait) const {
    std::uint32_t logged_in = 0;
    std::string situations;
    for (std::size_t i = 0; i + 1 < kSituations; ++i) {
      if (wait.eligible[i] == 0) continue;
      logged_in += wait.eligible[i];
      situations += (situations.empty() ? ": " : ", ") + std::to_string(wait.eligible[i]) + " " +
                    std::string(to_string(static_cast<Situation>(i)));
    }
    const std::uint32_t logged_out = wait.eligible.back();
    std::string text = "eligible: " + std::to_string(logged_in) + " of " + count_of(wait.logged_in, "agent") +
                       " logged in" + situations;
    if (logged_out > 0) text += "; " + std::to_string(logged_out) + " logged out";
    return text;
  }

  static std::string clause(const Clause& clause) {
    std::string text = "  " + clause.text + ": " + count_of(clause.fail, "agent") + " without";
    if (clause.fail_only > 0) text += ", " + std::to_string(clause.fail_only) + " for this alone";
    return text;
  }

  std::string ahead(const Wait& wait) const {
    if (wait.ahead == 0) return "ahead: nobody";
    const bool more = wait.ahead > wait.first_ahead.size();
    return "ahead: " + count_of(wait.ahead, "contact") + ": " + list(wait.first_ahead) +
           (more ? ", ..." : "");
  }

  std::string next(const Next& next) const {
    const std::string agent = next.agent ? id(next.agent) : "";
    const auto what = [&]() -> std::string {
      switch (next.step) {
        case NextStep::OfferExpires:
          return "the offer to " + agent + " expires";
        case NextStep::DialEnds:
          return "the dial for " + agent + " has failed";
        case NextStep::WrapUpEnds:
          return "the wrap-up of " + agent + " ends";
        case NextStep::AgentReturns:
          return agent + " comes back after ring-no-answer";
        case NextStep::CooldownEnds:
          return "it may be offered to " + agent + " again";
        case NextStep::AgentLoggedOut:
          return agent + " is logged out, and it waits for anybody in the queue";
        case NextStep::PreferenceOver:
          return "it is for everybody";
        case NextStep::RequirementWidens:
          return "its requirement widens";
        case NextStep::RuleDue:
          return "a rule of the queue's ladder is due";
        case NextStep::QueueOpens:
          return "its queue opens";
        case NextStep::ComesIn:
          return "it comes into its queue";
        case NextStep::GivenUp:
          return "it ends as cancelled, unless its gateway is back";
        case NextStep::Expires:
          return "it ends as expired";
      }
      return "";
    };
    return "next: " + in(now, next.at) + " " + what();
  }

  // ---- A contact and an agent ----

  std::string holding(const Reason& reason) const {
    std::string text;
    for (const AssignmentRef ref : reason.holding) {
      const Assignment& held = state[ref];
      text += (text.empty() ? ": " : ", ") + id(held.contact) + " (" + std::to_string(held.units) + " units)";
    }
    if (reason.count > reason.holding.size()) text += ", ... (" + std::to_string(reason.count) + " in all)";
    return text;
  }

  std::string reason(const Reason& reason, AgentRef agent) const {
    switch (reason.obstacle) {
      case Obstacle::ContactEnded:
        return "the contact has ended";
      case Obstacle::ContactScheduled:
        return reason.until == kNever ? "the contact is scheduled and waits for its gateway"
                                      : "the contact is scheduled" + until(now, reason.until);
      case Obstacle::ContactAnswered:
        return "the contact was answered by " + id(reason.agent);
      case Obstacle::AlreadyOffered:
        return "it is offered to this agent now" + until(now, reason.until);
      case Obstacle::OfferedToAnother:
        return "it is offered to " + id(reason.agent) + until(now, reason.until);
      case Obstacle::QueueClosed:
        return "its queue is closed" + until(now, reason.until);
      case Obstacle::Dialing:
        return "the customer is dialled for " + id(reason.agent) + until(now, reason.until);
      case Obstacle::LoggedOut:
        return "the agent is logged out";
      case Obstacle::NotReady:
        return "the agent is not ready (" + state[agent].not_ready_reason + ")";
      case Obstacle::Disconnected:
        return "the agent is disconnected";
      case Obstacle::NotResponding:
        return "the agent did not answer an offer" + until(now, reason.until);
      case Obstacle::WaitsForAnother:
        return "it waits for " + id(reason.agent) + " only";
      case Obstacle::WaitsForPreferred:
        return "it waits for preferred agents first" + until(now, reason.until);
      case Obstacle::LacksSkill:
        return "the agent does not meet: " + reason.clause;
      case Obstacle::LacksChannel:
        return "the agent does not take its channel";
      case Obstacle::BusyAlone:
        return "the agent has an exclusive contact" + holding(reason);
      case Obstacle::NeedsToBeAlone:
        return "it is exclusive, and the agent has others" + holding(reason);
      case Obstacle::NoCapacity:
        return "the agent has no capacity left" + holding(reason);
      case Obstacle::Cooldown:
        return "the agent declined it" + until(now, reason.until);
      case Obstacle::StillHasIt:
        return "the agent sent it on and is in wrap-up for it" + until(now, reason.until);
      case Obstacle::OthersPrecede:
        return count_of(reason.count, "contact") + " would be given to the agent first";
    }
    return "";
  }
};

}  // namespace

std::string_view to_string(Obstacle obstacle) {
  static constexpr std::array<std::string_view, kObstacles> kNames = {
      "contact_ended",  "contact_scheduled", "contact_answered",    "already_offered", "offered_to_another",
      "queue_closed",   "dialing",           "logged_out",          "not_ready",       "disconnected",
      "not_responding", "waits_for_another", "waits_for_preferred", "lacks_skill",     "lacks_channel",
      "busy_alone",     "needs_to_be_alone", "no_capacity",         "cooldown",        "still_has_it",
      "others_precede"};
  return look_up(kNames, obstacle);
}

std::string_view to_string(Situation situation) {
  static constexpr std::array<std::string_view, kSituations> kNames = {
      "idle", "wrap_up", "handling", "offered", "not_ready", "not_responding", "disconnected", "logged_out"};
  return look_up(kNames, situation);
}

std::string_view to_string(NextStep step) {
  static constexpr std::array<std::string_view, kNextKinds> kNames = {
      "offer_expires", "dial_ends",        "wrap_up_ends",    "agent_returns",
      "cooldown_ends", "agent_logged_out", "preference_over", "requirement_widens",
      "rule_due",      "queue_opens",      "comes_in",        "given_up",
      "expires"};
  return look_up(kNames, step);
}

std::string to_text(const State& state, Time now, const Wait& wait) {
  const Words words{state, now};
  std::string text = words.who(wait);
  const auto line = [&](const std::string& more) { text += "\n" + more; };
  line("requirement: " + (wait.requirement.empty() ? "any" : wait.requirement));
  if (wait.servability != Servability::Servable)
    line("unservable: " + std::string(to_string(wait.servability)));
  if (state[wait.contact].held()) line("held: its queue is closed");
  line(words.eligible(wait));
  for (const Clause& clause : wait.clauses) {
    if (clause.fail > 0) line(Words::clause(clause));
  }
  if (wait.clause_count > wait.clauses.size())
    line("  and " + count_of(wait.clause_count - kShownClauses, "more clause"));
  line(words.ahead(wait));
  for (const Next& next : wait.next) line(words.next(next));
  if (wait.next_steps > wait.next.size())
    line("and " + count_of(wait.next_steps - static_cast<std::uint32_t>(wait.next.size()), "later step"));
  return text;
}

std::string to_text(const State& state, Time now, ContactRef contact, AgentRef agent,
                    const std::vector<Reason>& reasons) {
  const Words words{state, now};
  std::string text = "agent " + words.id(agent) + " is not offered contact " + words.id(contact) + " because";
  for (const Reason& reason : reasons) text += "\n- " + words.reason(reason, agent);
  return text;
}

}  // namespace cordboard::explain
