// Can anybody serve a waiting contact at all? Tells when contacts wait in vain: nobody who is logged in meets
// their requirement and takes their channel.
//
// The answer is one for all contacts of a requirement class, and the match index keeps it: it changes when
// the last such agent logs out or changes profile, when the first comes, and when the class gets its first or
// loses its last waiting contact. There is one alarm for each class while that is so; a contact that waits
// for one agent belongs to none. Whether somebody who is not logged in could serve (the kind of the alarm)
// takes a look at every agent, once when the alarm begins and once with every configuration.

#pragma once

#include <vector>

#include "router/core/step.h"

namespace cordboard::servability {

// REQUIRES: nobody who is logged in can serve the contact, which waits for nobody in particular.
Servability of_unservable(const State& state, const Contact& contact);
// Of an unanswered contact. O(1) for a servable one; O(alarms), or O(agents) for the first of its class.
inline Servability of(const State& state, const Contact& contact) {
  if (contact.target || state.match.is_servable(contact.requirement_class)) return Servability::Servable;
  return of_unservable(state, contact);
}

// Tells what changed in this step, in the order of the classes' names. The last thing that a step does.
void settle(Step& step);

// After a configuration, before that: agents and queues may all be others.
void review(Step& step);

// Contacts that wait in vain, by QueueRef. O(queues + alarms).
std::vector<std::uint32_t> waiting_in_vain(const State& state);

}  // namespace cordboard::servability
