#include "router/core/supervision.h"

#include <utility>
#include <vector>

#include "router/core/agents.h"
#include "router/core/assert.h"
#include "router/core/assignments.h"
#include "router/core/contact_admission.h"
#include "router/core/contact_requests.h"
#include "router/core/contacts.h"
#include "router/core/escalation.h"
#include "router/core/ids.h"
#include "router/core/matching.h"
#include "router/core/mutation.h"
#include "router/core/preference.h"
#include "router/core/wait_statistics.h"

namespace cordboard::supervision {
namespace {

bool is_about_contact(SupervisorVerb verb) {
  switch (verb) {
    case SupervisorVerb::SetReady:
    case SupervisorVerb::SetNotReady:
    case SupervisorVerb::LogOut:
    case SupervisorVerb::Release:
      return false;
    default:
      return true;
  }
}

bool is_about_agent(SupervisorVerb verb) {
  switch (verb) {
    case SupervisorVerb::Move:
    case SupervisorVerb::Reprioritise:
    case SupervisorVerb::TakeBack:
    case SupervisorVerb::Cancel:
      return false;
    default:
      return true;
  }
}

// The contact waits again, outside the match index, unless it goes on ringing at `keep`. Returns whose offers
// were taken back.
assignments::Agents take_back_offers(Step& step, ContactRef ref, AssignmentRef keep) {
  State& state = step.state;
  if (state.match.contains(ref)) matching::withdraw(state, ref);
  assignments::LiveOffers offers = assignments::offers_of(state, ref);
  offers.remove(keep);
  return assignments::rescind(step, offers, Cause::Supervisor);
}

void take_work(Step& step, const assignments::Agents& agents) {
  for (const AgentRef agent : agents) matching::take_work(step, agent);
}

// The agent may be offered the contact again.
void end_cooldown(State& state, ContactRef contact, AgentRef agent) {
  const std::vector<CooldownRef> cooldowns = state[contact].cooldowns;
  for (const CooldownRef ref : cooldowns) {
    if (state[ref].agent != agent) continue;
    state.deadlines.cancel(state[ref].deadline);
    std::erase(state[contact].cooldowns, ref);
    std::erase(state[agent].cooldowns, ref);
    state.cooldowns.erase(ref);
  }
}

// Does what the verb says. What is refused is refused before any change.
class Act {
 public:
  Act(Step& step, const Supervise& command, const Subject& subject)
      : step_(step),
        state_(step.state),
        command_(command),
        contact_(subject.contact),
        agent_(subject.agent) {}

  Outcome run() {
    switch (command_.verb) {
      case SupervisorVerb::Move:
        return move();
      case SupervisorVerb::Reprioritise:
        return reprioritise();
      case SupervisorVerb::Assign:
        return assign();
      case SupervisorVerb::TakeBack:
        return take_back();
      case SupervisorVerb::Cancel:
        return contacts::cancel(step_, {command_.contact});
      case SupervisorVerb::SetReady:
        return agents::set_ready(step_, {command_.agent});
      case SupervisorVerb::SetNotReady:
        return agents::set_not_ready(step_, {command_.agent, "supervisor"});
      case SupervisorVerb::LogOut:
        return agents::logout(step_, {command_.agent});
      case SupervisorVerb::Release:
        return agents::release(step_, {command_.agent, command_.force});
      case SupervisorVerb::EndWrapUp:
        return agents::finish_wrap_up(step_, {command_.agent, command_.contact});
      case SupervisorVerb::Monitor:
      case SupervisorVerb::Whisper:
      case SupervisorVerb::Barge:
        return listen_in();
      case SupervisorVerb::TakeOver:
        return take_over();
      case SupervisorVerb::SetQueueMode:
      case SupervisorVerb::ForgetCustomer:
      case SupervisorVerb::ApplyConfig:
        break;
    }
    CB_ASSERT(false, "verb %d", static_cast<int>(command_.verb));
  }

 private:
  // A contact that waits or rings; else why not.
  Outcome check_waits() const {
    if (!contact_) return contacts::not_known(command_.contact);
    const ContactState is = state_[contact_].state;
    switch (is) {
      case ContactState::Waiting:
      case ContactState::Offered:
        return accepted();
      case ContactState::Connected:
      case ContactState::WrapUp:
        return contacts::not_unanswered(state_[contact_]);
      case ContactState::Scheduled:
      case ContactState::Dialing:
        return rejected(RejectReason::ContactNotWaiting,
                        "the contact is " + std::string(to_string(is)) + ": it neither waits nor rings");
      default:
        return contacts::finished(state_[contact_]);
    }
  }

  Outcome check_taker() const {
    Outcome outcome;
    outcome.rejection = contacts::check_taker(state_, command_.agent, state_[contact_].channel);
    return outcome;
  }

  // A connected contact whose gateway can be told; else why not.
  Outcome check_connected() const {
    if (!contact_) return contacts::not_known(command_.contact);
    const Contact& contact = state_[contact_];
    if (is_final(contact.state)) return contacts::finished(contact);
    if (contact.state != ContactState::Connected) {
      return rejected(RejectReason::ContactNotConnected,
                      "the contact is " + std::string(to_string(contact.state)));
    }
    if (contact.gateway && state_[contact.gateway].connected) return accepted();
    return rejected(RejectReason::GatewayNotConnected, "the gateway of the contact is not connected");
  }

  Outcome move() {
    Outcome outcome = check_waits();
    if (!outcome.accepted()) return outcome;
    contacts::Admission admission = contacts::admit_move(state_, state_[contact_], command_.queue);
    if (!admission.refused.accepted()) return std::move(admission.refused);
    if (admission.queue == state_[contact_].queue) return repeated();
    contacts::take_away(step_, contact_, admission.queue, Cause::Supervisor);
    return accepted();
  }

  Outcome reprioritise() {
    if (!command_.priority && !command_.tier) {
      return rejected(RejectReason::InvalidPriority, "give a priority, a tier or both");
    }
    return contacts::update(
        step_, {.contact = command_.contact, .priority = command_.priority, .tier = command_.tier});
  }

  Outcome assign() {
    Outcome outcome = check_waits();
    if (outcome.accepted()) outcome = check_taker();
    if (!outcome.accepted()) return outcome;
    Contact& contact = state_[contact_];
    const bool eligible = state_.match.eligible(contact.requirement_class, state_[agent_].profile_class);
    if (!eligible && !command_.force && !mutated("anybody_is_assigned")) {
      return rejected(RejectReason::AgentNotEligible, "agent '" + command_.agent +
                                                          "' does not meet the requirement: force it, or "
                                                          "change the requirement");
    }
    if (contact.target == agent_) return repeated();
    const AssignmentRef rings = assignments::offer_to(state_, contact_, agent_);
    const assignments::Agents freed = take_back_offers(step_, contact_, rings);
    end_cooldown(state_, contact_, agent_);
    preference::forget(step_, contact_);
    contact.target = agent_;
    // Whoever waits for one agent does not wait for the queue to open.
    const bool was_held = contact.held();
    if (was_held) wait_statistics::release(step_, contact_);
    if (rings) {
      step_.emit(ContactUpdated{contact_});  // for whom it rings on
    } else {
      wait_for_target(was_held);
    }
    take_work(step_, freed);
    return accepted();
  }

  // Rules of the ladder that were held while it rang have their turn only when it does not ring again.
  void wait_for_target(bool was_held) {
    step_.emit(ContactRequeued{contact_, state_[contact_].queue, Cause::Supervisor});
    matching::place(step_, contact_);
    if (was_held && state_[contact_].state == ContactState::Waiting) wait_statistics::begin(step_, contact_);
    escalation::look(step_, contact_,
                     was_held ? escalation::Instant::Opening : escalation::Instant::OfferEnded);
  }

  Outcome take_back() {
    Outcome outcome = check_waits();
    if (!outcome.accepted()) return outcome;
    if (state_[contact_].state != ContactState::Offered) {
      return rejected(RejectReason::OfferFinished, "the contact is offered to nobody");
    }
    const assignments::Agents freed = take_back_offers(step_, contact_, AssignmentRef::none());
    for (const AgentRef agent : freed) assignments::start_cooldown(step_, contact_, agent);
    state_[contact_].target = AgentRef::none();
    step_.emit(ContactRequeued{contact_, state_[contact_].queue, Cause::Supervisor});
    if (escalation::run(step_, contact_, escalation::Instant::OfferEnded)) matching::place(step_, contact_);
    take_work(step_, freed);
    return accepted();
  }

  SupervisionRequested request() const {
    return {contact_, command_.verb, agent_, state_[contact_].agent, state_.next_act};
  }

  Outcome listen_in() {
    if (contact_ && mutated("refused_act_is_told")) step_.emit(request());
    Outcome outcome = check_connected();
    if (!outcome.accepted()) return outcome;
    if (!agent_ && !command_.agent.empty()) {
      return rejected(RejectReason::UnknownAgent, "no agent '" + command_.agent + "'");
    }
    step_.emit(request());
    return accepted();
  }

  // As a transfer to an agent who has accepted before being asked. An agent with capacity has no better work,
  // so a transfer to them rings at once.
  Outcome take_over() {
    Outcome outcome = check_connected();
    if (outcome.accepted()) outcome = check_taker();
    if (!outcome.accepted()) return outcome;
    const Contact& contact = state_[contact_];
    if (agent_ == contact.agent) return repeated();
    const bool free = (state_[agent_].available_channels >> contact.channel.value & 1) != 0;
    if (!free || matching::kept_apart(state_, contact_, agent_)) {
      return rejected(RejectReason::AgentBusy,
                      "agent '" + command_.agent + "' is not ready, or has no capacity for the contact");
    }
    const SupervisionRequested asked = request();
    const std::size_t first = step_.events.size();
    outcome = contacts::transfer(step_, {.contact = command_.contact, .to_agent = command_.agent});
    if (!outcome.accepted()) return outcome;
    step_.events.insert(step_.events.begin() + static_cast<std::ptrdiff_t>(first), asked);
    const AssignmentRef rings = assignments::offer_to(state_, contact_, agent_);
    CB_ASSERT(rings, "contact %u does not ring at who takes it over", contact_.value);
    outcome = assignments::accept(step_, {command_.agent, state_[rings].offer});
    outcome.offer = {};
    return outcome;
  }

  Step& step_;
  State& state_;
  const Supervise& command_;
  const ContactRef contact_;
  const AgentRef agent_;
};

// What the verb leaves open.
std::string what(const Supervise& command) {
  switch (command.verb) {
    case SupervisorVerb::Move:
      return "queue=" + command.queue;
    case SupervisorVerb::Reprioritise: {
      std::string text = command.priority ? "priority=" + std::to_string(*command.priority) : "";
      if (command.tier) text += (text.empty() ? "tier=" : " tier=") + std::to_string(*command.tier);
      return text;
    }
    case SupervisorVerb::Assign:
      return command.force ? "force" : "";
    case SupervisorVerb::Release:
      return command.force ? "end_contacts" : "";
    default:
      return "";
  }
}

}  // namespace

Outcome act(Step& step, const Supervise& command) {
  if (is_own_command(command.verb)) {
    return rejected(RejectReason::InvalidId,
                    "verb: " + std::string(to_string(command.verb)) + " is a command of its own");
  }
  if (auto wrong = check_author(command.supervisor, command.reason))
    return rejected(wrong->reason, std::move(wrong->detail));
  const State& state = step.state;
  Subject subject;
  if (is_about_contact(command.verb)) subject.contact = state.find_contact(command.contact);
  if (is_about_agent(command.verb)) subject.agent = state.find_agent(command.agent);
  if (subject.contact) subject.queue = state[subject.contact].queue;
  Outcome outcome = Act(step, command, subject).run();
  if (!outcome.accepted() || outcome.repeated || mutated("act_is_not_recorded")) return outcome;
  record(step, command.verb, command.supervisor, command.reason, subject, what(command));
  return outcome;
}

std::optional<Rejection> check_author(const std::string& supervisor, const std::string& reason) {
  if (!is_client_id(supervisor)) {
    return Rejection{RejectReason::InvalidId, std::string("supervisor: ") + kClientIdRule};
  }
  if (reason.size() > kMaxReasonLength) {
    return Rejection{RejectReason::InvalidId,
                     "the reason is longer than " + std::to_string(kMaxReasonLength) + " bytes"};
  }
  return std::nullopt;
}

void record(Step& step, SupervisorVerb verb, const std::string& supervisor, const std::string& reason,
            const Subject& subject, std::string what) {
  State& state = step.state;
  const SupervisorActed event{state.next_act, verb, subject.contact, subject.agent, subject.queue};
  state.acts.push_back({.number = state.next_act++,
                        .at = step.now,
                        .verb = verb,
                        .supervisor = supervisor,
                        .reason = reason,
                        .contact = subject.contact ? state[subject.contact].id : "",
                        .agent = subject.agent ? state[subject.agent].id : "",
                        .queue = subject.queue ? state[subject.queue].config.name : "",
                        .what = std::move(what)});
  if (state.acts.size() > kMaxActs) state.acts.pop_front();
  step.events.insert(step.events.begin() + static_cast<std::ptrdiff_t>(step.first_event), event);
}

const SupervisorAct* find(const State& state, std::uint64_t number) {
  const auto& acts = state.acts;
  const bool known = !acts.empty() && number >= acts.front().number && number <= acts.back().number;
  return known ? &acts[number - acts.front().number] : nullptr;
}

}  // namespace cordboard::supervision
