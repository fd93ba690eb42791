// Whom does an event concern? Decides who is told, and whose rows may have changed.

#pragma once

#include "router/core/event.h"
#include "router/core/state.h"

namespace cordboard {

// What the event does not concern is none().
struct EventSubjects {
  ContactRef contact;
  AgentRef agent;
  QueueRef queue;       // of the contact, or the one it left
  QueueRef next_queue;  // of a transfer: the one it enters
};

// Resolves what the event does not say (of an updated contact the queue and who is offered it: of
// several, the first) by the state right after the command.
EventSubjects subjects_of(const Event& event, const State& state);

}  // namespace cordboard
