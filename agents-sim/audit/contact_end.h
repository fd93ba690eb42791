// Answers one question for ContactAudit: may a contact end like this, or did nobody ask for it?
//
//   completed   after an answer: the customer left or an agent ended it, or its handling took too long
//   abandoned   before an answer: the customer left
//   cancelled   before an answer: its gateway was gone for too long, or a rule of the configuration
//   expired     before an answer: it waited too long
//   overflowed  before an answer: a rule of the configuration
//
// Everything else is an end that the router thought of by itself.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cordboard::sim {

enum class EndState : std::uint8_t { Completed, Abandoned, Cancelled, Expired, Overflowed };

// Why, as the router says; Unknown where it does not.
enum class EndCause : std::uint8_t {
  Unknown,
  CustomerLeft,
  AgentEnded,
  StrangerEnded,  // an agent for whom somebody else speaks
  MaxWait,
  MaxHandling,
  GatewayLost,
  Rule,  // of the configuration: a ladder, opening hours, a queue that is drained; or a supervisor
  Other,
};

struct ContactEnd {
  EndState state = EndState::Completed;
  EndCause cause = EndCause::Unknown;
};

// What is known of the contact when it ends. After a break of the stream it may be both, answered and not.
struct EndCircumstances {
  bool may_be_answered = false;
  bool may_be_unanswered = false;
  bool customer_left = false;     // the gateway has said so
  bool agent_ended = false;       // an agent has asked for it
  bool gateway_was_away = false;  // for as long as the router waits for gateways
};

bool may_end(ContactEnd end, const EndCircumstances& circumstances);

// "completed (agent ended)", for findings.
std::string describe(ContactEnd end);

}  // namespace cordboard::sim
