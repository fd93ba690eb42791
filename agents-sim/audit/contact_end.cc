#include "agents-sim/audit/contact_end.h"

namespace cordboard::sim {
namespace {

bool may_complete(EndCause cause, const EndCircumstances& c) {
  switch (cause) {
    case EndCause::Unknown:
      return c.customer_left || c.agent_ended || c.gateway_was_away;
    case EndCause::CustomerLeft:
      return c.customer_left;
    case EndCause::AgentEnded:
      return c.agent_ended;
    case EndCause::StrangerEnded:
    case EndCause::MaxHandling:
      return true;
    case EndCause::GatewayLost:
      return c.gateway_was_away;
    case EndCause::MaxWait:
    case EndCause::Rule:
    case EndCause::Other:
      return false;
  }
  return false;
}

std::string_view name_of(EndState state) {
  switch (state) {
    case EndState::Completed:
      return "completed";
    case EndState::Abandoned:
      return "abandoned";
    case EndState::Cancelled:
      return "cancelled";
    case EndState::Expired:
      return "expired";
    case EndState::Overflowed:
      return "overflowed";
  }
  return "unknown";
}

std::string_view name_of(EndCause cause) {
  switch (cause) {
    case EndCause::Unknown:
      return "cause unknown";
    case EndCause::CustomerLeft:
      return "customer left";
    case EndCause::AgentEnded:
    case EndCause::StrangerEnded:
      return "agent ended";
    case EndCause::MaxWait:
      return "max_wait";
    case EndCause::MaxHandling:
      return "max_handling";
    case EndCause::GatewayLost:
      return "gateway lost";
    case EndCause::Rule:
      return "a rule";
    case EndCause::Other:
      return "another cause";
  }
  return "unknown";
}

}  // namespace

bool may_end(ContactEnd end, const EndCircumstances& c) {
  const bool unknown = end.cause == EndCause::Unknown;
  switch (end.state) {
    case EndState::Completed:
      return c.may_be_answered && may_complete(end.cause, c);
    case EndState::Abandoned:
      return c.may_be_unanswered && c.customer_left && (unknown || end.cause == EndCause::CustomerLeft);
    case EndState::Cancelled:
      if (c.may_be_unanswered && end.cause == EndCause::Rule) return true;
      return c.may_be_unanswered && c.gateway_was_away && (unknown || end.cause == EndCause::GatewayLost);
    case EndState::Expired:
      return c.may_be_unanswered && end.cause == EndCause::MaxWait;
    case EndState::Overflowed:
      return c.may_be_unanswered && (unknown || end.cause == EndCause::Rule);
  }
  return false;
}

std::string describe(ContactEnd end) {
  return std::string(name_of(end.state)) + " (" + std::string(name_of(end.cause)) + ")";
}

}  // namespace cordboard::sim
