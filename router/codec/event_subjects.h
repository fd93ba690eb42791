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

// Resolves what the event does not say (the queue of a contact, who is offered an updated contact: of
// several, the first) by the state right after the command.
EventSubjects subjects_of(const Event& event, const State& state);

}  // namespace cordboard
