#include "router/codec/api_enums.h"

namespace cordboard {

// No default cases: the compiler names the value that is missing here.

v1::Contact::State to_api(ContactState state) {
  switch (state) {
    case ContactState::Scheduled:
      return v1::Contact::SCHEDULED;
    case ContactState::Waiting:
      return v1::Contact::WAITING;
    case ContactState::Offered:
      return v1::Contact::OFFERED;
    case ContactState::Dialing:
      return v1::Contact::DIALING;
    case ContactState::Connected:
      return v1::Contact::CONNECTED;
    case ContactState::WrapUp:
      return v1::Contact::WRAP_UP;
    case ContactState::Completed:
      return v1::Contact::COMPLETED;
    case ContactState::Abandoned:
      return v1::Contact::ABANDONED;
    case ContactState::Cancelled:
      return v1::Contact::CANCELLED;
    case ContactState::Expired:
      return v1::Contact::EXPIRED;
    case ContactState::Overflowed:
      return v1::Contact::OVERFLOWED;
  }
  return v1::Contact::STATE_UNSPECIFIED;
}

v1::ExpectedWait::Formula to_api(WaitFormula formula) {
  switch (formula) {
    case WaitFormula::None:
      return v1::ExpectedWait::FORMULA_UNSPECIFIED;
    case WaitFormula::AgentFree:
      return v1::ExpectedWait::AGENT_FREE;
    case WaitFormula::HeadOfLine:
      return v1::ExpectedWait::HEAD_OF_LINE;
    case WaitFormula::LastToEnterService:
      return v1::ExpectedWait::LAST_TO_ENTER_SERVICE;
    case WaitFormula::QueueLength:
      return v1::ExpectedWait::QUEUE_LENGTH;
    case WaitFormula::MeasuredPace:
      return v1::ExpectedWait::MEASURED_PACE;
    case WaitFormula::CorrectedLength:
      return v1::ExpectedWait::CORRECTED_LENGTH;
  }
  return v1::ExpectedWait::FORMULA_UNSPECIFIED;
}

v1::Contact::Servability to_api(Servability servability) {
  switch (servability) {
    case Servability::Servable:
      return v1::Contact::SERVABILITY_UNSPECIFIED;
    case Servability::NobodyLoggedIn:
      return v1::Contact::NOBODY_LOGGED_IN;
    case Servability::NobodyKnown:
      return v1::Contact::NOBODY_KNOWN;
  }
  return v1::Contact::SERVABILITY_UNSPECIFIED;
}

v1::Offer::State to_api(OfferState state) {
  switch (state) {
    case OfferState::Pending:
      return v1::Offer::PENDING;
    case OfferState::Accepted:
      return v1::Offer::ACCEPTED;
    case OfferState::Declined:
      return v1::Offer::DECLINED;
    case OfferState::Expired:
      return v1::Offer::EXPIRED;
    case OfferState::Rescinded:
      return v1::Offer::RESCINDED;
  }
  return v1::Offer::STATE_UNSPECIFIED;
}

v1::Agent::State to_api(AgentState state) {
  switch (state) {
    case AgentState::LoggedOut:
      return v1::Agent::LOGGED_OUT;
    case AgentState::NotReady:
      return v1::Agent::NOT_READY;
    case AgentState::Ready:
      return v1::Agent::READY;
  }
  return v1::Agent::STATE_UNSPECIFIED;
}

v1::Agent::Activity to_api(AgentActivity activity) {
  switch (activity) {
    case AgentActivity::Idle:
      return v1::Agent::IDLE;
    case AgentActivity::Offered:
      return v1::Agent::OFFERED;
    case AgentActivity::Handling:
      return v1::Agent::HANDLING;
    case AgentActivity::WrapUp:
      return v1::Agent::WRAP_UP;
    case AgentActivity::NotResponding:
      return v1::Agent::NOT_RESPONDING;
    case AgentActivity::Disconnected:
      return v1::Agent::DISCONNECTED;
  }
  return v1::Agent::ACTIVITY_UNSPECIFIED;
}

v1::ContactInHand::Phase to_api(AssignmentPhase phase) {
  switch (phase) {
    case AssignmentPhase::Offered:
      return v1::ContactInHand::OFFERED;
    case AssignmentPhase::Dialing:
      return v1::ContactInHand::DIALING;
    case AssignmentPhase::Connected:
      return v1::ContactInHand::CONNECTED;
    case AssignmentPhase::WrapUp:
      return v1::ContactInHand::WRAP_UP;
  }
  return v1::ContactInHand::PHASE_UNSPECIFIED;
}

v1::QueueSettings::Strategy to_api(AgentStrategy strategy) {
  switch (strategy) {
    case AgentStrategy::LongestIdle:
      return v1::QueueSettings::LONGEST_IDLE;
    case AgentStrategy::MostSkilled:
      return v1::QueueSettings::MOST_SKILLED;
    case AgentStrategy::LeastSkilled:
      return v1::QueueSettings::LEAST_SKILLED;
    case AgentStrategy::ScarceFirst:
      return v1::QueueSettings::SCARCE_FIRST;
    case AgentStrategy::LeastOccupied:
      return v1::QueueSettings::LEAST_OCCUPIED;
    case AgentStrategy::FewestContacts:
      return v1::QueueSettings::FEWEST_CONTACTS;
    case AgentStrategy::RoundRobin:
      return v1::QueueSettings::ROUND_ROBIN;
    case AgentStrategy::Random:
      return v1::QueueSettings::RANDOM;
  }
  return v1::QueueSettings::STRATEGY_UNSPECIFIED;
}

v1::Cause::Kind to_api(Cause cause) {
  switch (cause) {
    case Cause::None:
      return v1::Cause::CAUSE_UNSPECIFIED;
    case Cause::Transferred:
      return v1::Cause::TRANSFERRED;
    case Cause::OfferExpired:
      return v1::Cause::OFFER_EXPIRED;
    case Cause::Declined:
      return v1::Cause::DECLINED;
    case Cause::AgentNotReady:
      return v1::Cause::AGENT_NOT_READY;
    case Cause::AgentLoggedOut:
      return v1::Cause::AGENT_LOGGED_OUT;
    case Cause::AgentLost:
      return v1::Cause::AGENT_LOST;
    case Cause::AgentReleased:
      return v1::Cause::AGENT_RELEASED;
    case Cause::CustomerLeft:
      return v1::Cause::CUSTOMER_LEFT;
    case Cause::Cancelled:
      return v1::Cause::CANCELLED;
    case Cause::AgentEnded:
      return v1::Cause::AGENT_ENDED;
    case Cause::GatewayLost:
      return v1::Cause::GATEWAY_LOST;
    case Cause::RouterRestarted:
      return v1::Cause::ROUTER_RESTARTED;
    case Cause::MaxWait:
      return v1::Cause::MAX_WAIT;
    case Cause::MaxHandling:
      return v1::Cause::MAX_HANDLING;
    case Cause::WrapUpTimeout:
      return v1::Cause::WRAP_UP_TIMEOUT;
    case Cause::ContactUpdated:
      return v1::Cause::CONTACT_UPDATED;
    case Cause::ProfileChanged:
      return v1::Cause::PROFILE_CHANGED;
    case Cause::ReturnedByItself:
      return v1::Cause::RETURNED_BY_ITSELF;
    case Cause::Chosen:
      return v1::Cause::CHOSEN;
    case Cause::QueueClosed:
      return v1::Cause::QUEUE_CLOSED;
    case Cause::AnsweredElsewhere:
      return v1::Cause::ANSWERED_ELSEWHERE;
    case Cause::ConfigChanged:
      return v1::Cause::CONFIG_CHANGED;
    case Cause::Escalation:
      return v1::Cause::ESCALATION;
    case Cause::OpeningHours:
      return v1::Cause::OPENING_HOURS;
    case Cause::Supervisor:
      return v1::Cause::SUPERVISOR;
    case Cause::CallbackRequested:
      return v1::Cause::CALLBACK_REQUESTED;
    case Cause::CallbackFailed:
      return v1::Cause::CALLBACK_FAILED;
    case Cause::Due:
      return v1::Cause::DUE;
    case Cause::GatewayBack:
      return v1::Cause::GATEWAY_BACK;
    case Cause::Redialled:
      return v1::Cause::REDIALLED;
    case Cause::NoAnswer:
      return v1::Cause::NO_ANSWER;
    case Cause::Busy:
      return v1::Cause::BUSY;
    case Cause::Unreachable:
      return v1::Cause::UNREACHABLE;
    case Cause::AnsweringMachine:
      return v1::Cause::ANSWERING_MACHINE;
    case Cause::DialTimeout:
      return v1::Cause::DIAL_TIMEOUT;
    case Cause::PreferenceOver:
      return v1::Cause::PREFERENCE_OVER;
  }
  return v1::Cause::CAUSE_UNSPECIFIED;
}

v1::EscalationFired::Trigger to_api(EscalationTrigger trigger) {
  switch (trigger) {
    case EscalationTrigger::Waited:
      return v1::EscalationFired::WAITED;
    case EscalationTrigger::QueueLength:
      return v1::EscalationFired::QUEUE_LENGTH;
    case EscalationTrigger::ExpectedWait:
      return v1::EscalationFired::EXPECTED_WAIT;
    case EscalationTrigger::ServiceLevelAtRisk:
      return v1::EscalationFired::SERVICE_LEVEL_AT_RISK;
    case EscalationTrigger::Unservable:
      return v1::EscalationFired::UNSERVABLE;
    case EscalationTrigger::DeclinedTimes:
      return v1::EscalationFired::DECLINED_TIMES;
  }
  return v1::EscalationFired::TRIGGER_UNSPECIFIED;
}

v1::Queue::Mode to_api(QueueMode mode) {
  switch (mode) {
    case QueueMode::ByHours:
      return v1::Queue::BY_HOURS;
    case QueueMode::Open:
      return v1::Queue::OPEN;
    case QueueMode::Closed:
      return v1::Queue::CLOSED;
  }
  return v1::Queue::MODE_UNSPECIFIED;
}

v1::SupervisorAct::Verb to_api(SupervisorVerb verb) {
  switch (verb) {
    case SupervisorVerb::Move:
      return v1::SupervisorAct::MOVE;
    case SupervisorVerb::Reprioritise:
      return v1::SupervisorAct::REPRIORITISE;
    case SupervisorVerb::Assign:
      return v1::SupervisorAct::ASSIGN;
    case SupervisorVerb::TakeBack:
      return v1::SupervisorAct::TAKE_BACK;
    case SupervisorVerb::Cancel:
      return v1::SupervisorAct::CANCEL;
    case SupervisorVerb::SetReady:
      return v1::SupervisorAct::SET_READY;
    case SupervisorVerb::SetNotReady:
      return v1::SupervisorAct::SET_NOT_READY;
    case SupervisorVerb::LogOut:
      return v1::SupervisorAct::LOG_OUT;
    case SupervisorVerb::Release:
      return v1::SupervisorAct::RELEASE;
    case SupervisorVerb::EndWrapUp:
      return v1::SupervisorAct::END_WRAP_UP;
    case SupervisorVerb::Monitor:
      return v1::SupervisorAct::MONITOR;
    case SupervisorVerb::Whisper:
      return v1::SupervisorAct::WHISPER;
    case SupervisorVerb::Barge:
      return v1::SupervisorAct::BARGE;
    case SupervisorVerb::TakeOver:
      return v1::SupervisorAct::TAKE_OVER;
    case SupervisorVerb::SetQueueMode:
      return v1::SupervisorAct::SET_QUEUE_MODE;
    case SupervisorVerb::ForgetCustomer:
      return v1::SupervisorAct::FORGET_CUSTOMER;
    case SupervisorVerb::ApplyConfig:
      return v1::SupervisorAct::APPLY_CONFIG;
  }
  return v1::SupervisorAct::VERB_UNSPECIFIED;
}

}  // namespace cordboard
