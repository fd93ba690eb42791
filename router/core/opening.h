// Is a queue open, and what becomes of its contacts when it is not? docs/routing/business_hours.md
//
// Closed beats open beats hours: a queue is closed while its own switch or the tenant's says so; else open
// while one of them says so; else as its calendar is, and open without one.
//
// The engine knows nothing of time zones. Whoever feeds it computes the instants at which a calendar opens
// and closes (router/calendar) and tells them in SetOpeningTimes; the next one of each is a deadline. So a
// replay needs no time-zone data, and newer data cannot change it.

#pragma once

#include <optional>

#include "router/core/step.h"

namespace cordboard::opening {

Outcome set_times(Step& step, const SetOpeningTimes& command);
Outcome set_mode(Step& step, const SetQueueMode& command);

// The next change of a calendar is due. Calendars that change at the same instant change together, and queues
// open before others close, so that contacts can move from one that closes to one that opens.
void on_change(Step& step, CalendarRef calendar);

// Which queue takes a contact that would enter `queue` now: the same, or where closed ones move it to.
QueueRef taken_by(const State& state, QueueRef queue);

// A queue that takes no new contact now, because it is closed. REQUIRES: taken_by() named it.
bool refuses(const State& state, QueueRef queue);

// The queue that really takes a contact which a rule sends to `queue`; none() when that is removed or
// drained, or closed and refuses, or full.
QueueRef entrance(const State& state, QueueRef queue);

// A contact of the queue no longer waits for one agent. False: it is to be offered. True: the queue is
// closed, and what its contacts met at closing has been done. REQUIRES: as for stops().
bool stops_untargeted(Step& step, ContactRef contact);

// A contact has entered its queue. False: it is to be offered. True: the queue is closed, and the contact is
// held or was sent elsewhere. REQUIRES: it is Waiting and not in the match index.
bool stops(Step& step, ContactRef contact);

// What is wrong with the calendars and hours of a configuration, which is to replace the one in force;
// nullopt when calendars are well formed, what queues name is there, and no move leads back to where it
// began.
std::optional<Rejection> check(const TenantConfig& next);

// After a new configuration. Calendars keep the instants they had until new ones are told.
void adopt_calendars(State& state);
void refresh(Step& step);

// When more instants must be told, so that at least kToldAhead of them are there; kNever without calendars.
inline constexpr Duration kToldAhead = 14 * 24h;
Time times_due(const State& state);

// Does the engine know all of this already? More on either side does not count.
bool knows(const State& state, const SetOpeningTimes& times);

// The next instant at which the queue opens or closes by its hours; kNever when a switch decides, or nothing
// is known.
Time next_change(const State& state, QueueRef queue);

// Calendars of queues, resolved; also used when indexes are rebuilt.
void link_calendars(State& state);

}  // namespace cordboard::opening
