#include "tests/support/act_check.h"

#include <algorithm>

#include "router/core/assignments.h"
#include "router/core/waiting.h"

namespace cordboard::testing {
namespace {

template <class E, class Wanted>
bool told(const std::vector<Event>& events, Wanted&& wanted) {
  return std::any_of(events.begin(), events.end(), [&](const Event& event) {
    const auto* e = std::get_if<E>(&event);
    return e != nullptr && wanted(*e);
  });
}

// Whether it did what its verb says, as far as that can be seen afterwards.
class Done {
 public:
  Done(const State& state, const std::vector<Event>& events, const Supervise& act)
      : state_(state),
        events_(events),
        act_(act),
        contact_(state.find_contact(act.contact)),
        agent_(state.find_agent(act.agent)) {}

  bool run() const {
    switch (act_.verb) {
      case SupervisorVerb::Move:
        return told<ContactMoved>(events_, [&](const ContactMoved& e) {
          return e.contact == contact_ && e.cause == Cause::Supervisor;
        });
      case SupervisorVerb::Reprioritise:
        return told<ContactUpdated>(events_, [&](const ContactUpdated& e) { return e.contact == contact_; });
      case SupervisorVerb::Assign:
        return is_assigned();
      case SupervisorVerb::TakeBack:
        return told<OfferEnded>(events_, [&](const OfferEnded& e) {
          return e.contact == contact_ && e.state == OfferState::Rescinded && e.cause == Cause::Supervisor;
        });
      case SupervisorVerb::Cancel:
        return state_[contact_].state == ContactState::Cancelled;
      case SupervisorVerb::SetReady:
        return state_[agent_].state == AgentState::Ready;
      case SupervisorVerb::SetNotReady:
        return state_[agent_].state == AgentState::NotReady;
      case SupervisorVerb::LogOut:
        return state_[agent_].state == AgentState::LoggedOut;
      case SupervisorVerb::Release:
        return holds_only_conversations();
      case SupervisorVerb::EndWrapUp:
        return !assignments::find(state_, agent_, contact_, AssignmentPhase::WrapUp);
      case SupervisorVerb::Monitor:
      case SupervisorVerb::Whisper:
      case SupervisorVerb::Barge:
        return events_.size() == 2 && is_told_to_the_gateway();
      case SupervisorVerb::TakeOver:
        return state_[contact_].state == ContactState::Connected && state_[contact_].agent == agent_ &&
               is_told_to_the_gateway();
      case SupervisorVerb::SetQueueMode:
      case SupervisorVerb::ForgetCustomer:
      case SupervisorVerb::ApplyConfig:
        return false;
    }
    return false;
  }

 private:
  // A rule of the ladder may have sent it elsewhere since.
  bool is_assigned() const {
    const Contact& contact = state_[contact_];
    const bool moved =
        told<ContactMoved>(events_, [&](const ContactMoved& e) { return e.contact == contact_; });
    if (moved || !is_unanswered(contact.state)) return true;
    return contact.target == agent_ &&
           (act_.force || waiting::meets(state_, contact, state_[agent_].profile.skills));
  }
  bool holds_only_conversations() const {
    const auto& held = state_[agent_].assignments;
    return std::all_of(held.begin(), held.end(), [&](AssignmentRef ref) {
      return state_[ref].phase == AssignmentPhase::Connected && !act_.force;
    });
  }
  bool is_told_to_the_gateway() const {
    const GatewayRef gateway = state_[contact_].gateway;
    const auto wanted = [&](const SupervisionRequested& e) {
      return e.contact == contact_ && e.mode == act_.verb;
    };
    return gateway && state_[gateway].connected && told<SupervisionRequested>(events_, wanted);
  }

  const State& state_;
  const std::vector<Event>& events_;
  const Supervise& act_;
  const ContactRef contact_;
  const AgentRef agent_;
};

// What is to be listed of a command; nobody acts when nobody is named.
struct Expected {
  SupervisorVerb verb{};
  std::string supervisor;
  std::string reason;
};
Expected expected_of(const CommandBody& body) {
  if (const auto* c = std::get_if<Supervise>(&body)) return {c->verb, c->supervisor, c->reason};
  if (const auto* c = std::get_if<SetQueueMode>(&body))
    return {SupervisorVerb::SetQueueMode, c->supervisor, c->reason};
  if (const auto* c = std::get_if<ForgetCustomer>(&body))
    return {SupervisorVerb::ForgetCustomer, c->supervisor, c->reason};
  if (const auto* c = std::get_if<ApplyConfig>(&body))
    return {SupervisorVerb::ApplyConfig, c->supervisor, c->reason};
  return {};
}

}  // namespace

std::optional<std::string> check_act(const State& state, const std::vector<Event>& events,
                                     const Command& command, std::uint64_t next_act) {
  const Expected expected = expected_of(command.body);
  const auto told = std::count_if(events.begin(), events.end(), [](const Event& event) {
    return std::holds_alternative<SupervisorActed>(event);
  });
  const int acts = expected.supervisor.empty() ? 0 : 1;
  if (told != acts || state.next_act != next_act + static_cast<std::uint64_t>(acts)) {
    return "an act is not told or listed once";
  }
  if (acts == 0) return std::nullopt;
  const auto* const first = std::get_if<SupervisorActed>(&events.front());
  const SupervisorAct& listed = state.acts.back();
  const bool right = listed.number == next_act && listed.at == command.at &&
                     listed.supervisor == expected.supervisor && listed.reason == expected.reason &&
                     listed.verb == expected.verb && first != nullptr && first->act == next_act &&
                     first->verb == expected.verb;
  if (!right) return "an act is told or listed wrongly";
  const auto* const supervise = std::get_if<Supervise>(&command.body);
  if (supervise != nullptr && !Done(state, events, *supervise).run()) {
    return "a supervisor's " + std::string(to_string(expected.verb)) + " was not done";
  }
  return std::nullopt;
}

}  // namespace cordboard::testing
