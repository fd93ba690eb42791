#include "router/core/opening.h"

#include <algorithm>
#include <set>
#include <utility>

#include "router/core/callbacks.h"
#include "router/core/contacts.h"
#include "router/core/destinations.h"
#include "router/core/escalation.h"
#include "router/core/ids.h"
#include "router/core/matching.h"
#include "router/core/mutation.h"
#include "router/core/named.h"
#include "router/core/preference.h"
#include "router/core/supervision.h"

namespace cordboard::opening {
namespace {

constexpr std::size_t kMaxChanges = 10'000;

bool is_open_by(const State& state, const Queue& queue) {
  if (queue.removed || queue.draining) return true;  // it serves what it has
  const auto says = [&](QueueMode mode) { return queue.mode.mode == mode || state.tenant_mode.mode == mode; };
  if (says(QueueMode::Closed) && !mutated("closed_switch_is_ignored")) return false;
  if (says(QueueMode::Open) || !queue.calendar) return true;
  const Calendar& calendar = state[queue.calendar];
  return calendar.known ? calendar.open : queue.open;
}

// ---- Contacts of a queue that opens or closes ----

std::vector<ContactRef> unanswered(const State& state, QueueRef queue) {
  std::vector<ContactRef> refs;
  for (ContactRef at = state[queue].oldest; at; at = state[at].queue_after) refs.push_back(at);
  return refs;
}

// All of them are known before the first is offered, so that the best goes first, and so is for whom each
// waits: a preference whose time passed while nobody was let in is over.
void let_in(Step& step, const std::vector<ContactRef>& contacts) {
  State& state = step.state;
  std::vector<std::pair<ContactKey, ContactRef>> released;
  for (const ContactRef ref : contacts) {
    if (!state[ref].held()) continue;
    wait_statistics::release(step, ref);
    preference::strike_absent(step, ref);
    preference::end_if_due(step, ref);
    if (state[ref].state != ContactState::Waiting && !matching::wants_more(state, ref)) continue;
    matching::keep(state, ref);
    released.emplace_back(matching::key_of(state, state[ref]), ref);
  }
  std::sort(released.begin(), released.end(),
            [&](const auto& a, const auto& b) { return precedes(a.first, b.first, step.now); });
  for (const auto& [key, ref] : released) {
    if (!state.match.contains(ref)) continue;  // offered already
    matching::withdraw(state, ref);
    matching::place(step, ref);
  }
  std::vector<ContactRef> refs;
  refs.reserve(released.size());
  for (const auto& [key, ref] : released) {
    if (state[ref].state == ContactState::Waiting) wait_statistics::begin(step, ref);
    refs.push_back(ref);
  }
  escalation::look_at_all(step, refs, escalation::Instant::Opening);
}

void hold(Step& step, ContactRef ref) {
  State& state = step.state;
  if (state.match.contains(ref)) matching::withdraw(state, ref);
  wait_statistics::hold(step, ref);
}

// The contacts that a queue stops offering when it closes, held. Whoever waits for one agent does not wait
// for the queue; who is being dialled has an agent already.
std::vector<ContactRef> hold_all(Step& step, QueueRef queue) {
  State& state = step.state;
  const ClosedRule& rule = state[queue].config.hours.at_closing;
  if (rule.action == ClosedAction::Keep) return {};
  if (rule.action == ClosedAction::MoveToQueue && !entrance(state, state.find_queue(rule.to))) return {};
  std::vector<ContactRef> leaving = unanswered(state, queue);
  std::erase_if(leaving, [&](ContactRef ref) {
    return state[ref].target || state[ref].state == ContactState::Dialing;
  });
  wait_statistics::pause(step, queue);
  for (const ContactRef ref : leaving) hold(step, ref);
  return leaving;
}

// A rule for one that is held. False: the queue to which it should move is full by now. A callback stays
// where a caller would be sent elsewhere: nobody is on the line.
bool send_away(Step& step, ContactRef ref, const ClosedRule& rule) {
  const bool on_the_line = !step.state[ref].is_callback();
  if (rule.action == ClosedAction::OfferCallback) callbacks::offer(step, ref, Cause::QueueClosed);
  if (rule.action == ClosedAction::Deflect && on_the_line)
    contacts::deflect(step, ref, rule.to, Cause::QueueClosed);
  if (rule.action != ClosedAction::MoveToQueue) return true;
  const QueueRef to = entrance(step.state, step.state.find_queue(rule.to));
  if (to) contacts::take_away(step, ref, to, Cause::QueueClosed);
  return static_cast<bool>(to);
}

void send_away_all(Step& step, const std::vector<ContactRef>& leaving) {
  std::vector<ContactRef> staying;
  for (const ContactRef ref : leaving) {
    const ClosedRule& rule = step.state[step.state[ref].queue].config.hours.at_closing;
    if (!send_away(step, ref, rule)) staying.push_back(ref);
  }
  let_in(step, staying);
}

void refresh_all(Step& step, Cause cause) {
  State& state = step.state;
  std::vector<QueueRef> opened;
  std::vector<QueueRef> closed;
  for (std::uint32_t i = 0; i < state.queues.size(); ++i) {
    Queue& queue = state.queues[i];
    const bool open = is_open_by(state, queue);
    if (open == std::exchange(queue.open, open) || queue.removed) continue;
    (open ? opened : closed).push_back(QueueRef{i});
  }
  // Before anybody moves, so that an agent whom one of them frees is not given another.
  std::vector<std::vector<ContactRef>> leaving;
  leaving.reserve(closed.size());
  for (const QueueRef queue : closed) leaving.push_back(hold_all(step, queue));
  std::vector<ContactRef> released;
  for (const QueueRef queue : opened) {
    step.emit(QueueOpenChanged{queue, true, cause});
    const std::vector<ContactRef> waiting = unanswered(state, queue);
    released.insert(released.end(), waiting.begin(), waiting.end());
  }
  if (!mutated("held_contact_is_forgotten")) let_in(step, released);
  for (std::size_t i = 0; i < closed.size(); ++i) {
    step.emit(QueueOpenChanged{closed[i], false, cause});
    send_away_all(step, leaving[i]);
  }
}

// ---- Calendars ----

void schedule_next(State& state, CalendarRef ref) {
  Calendar& calendar = state[ref];
  state.deadlines.cancel(calendar.deadline);
  if (calendar.changes.empty()) return;
  calendar.deadline =
      state.deadlines.schedule(calendar.changes.front(), DeadlineKind::CalendarChange, ref.value);
}

void change(State& state, CalendarRef ref) {
  Calendar& calendar = state[ref];
  calendar.open = !calendar.open;
  calendar.changes.pop_front();
  schedule_next(state, ref);
}

std::optional<Rejection> check_times(const State& state, Time now, const OpeningTimes& times) {
  if (!state.find_calendar(times.calendar)) {
    return Rejection{RejectReason::UnknownCalendar,
                     "no calendar '" + times.calendar + "' in the configuration"};
  }
  Time before = now;
  for (const Time at : times.changes) {
    if (at <= before) return Rejection{RejectReason::InvalidHours, "instants must rise, from now on"};
    before = at;
  }
  if (times.until < before || times.changes.size() > kMaxChanges) {
    return Rejection{RejectReason::InvalidHours, "more instants than are allowed, or beyond their end"};
  }
  return std::nullopt;
}

bool is_well_formed(const OpenInterval& interval) {
  return interval.from < kMinutesOfDay && interval.from < interval.to &&
         interval.to <= interval.from + kMinutesOfDay;
}
bool is_well_formed(const CalendarConfig& calendar) {
  const auto good = [](const auto& day) {
    return std::all_of(day.begin(), day.end(), [](const OpenInterval& i) { return is_well_formed(i); });
  };
  return calendar.week.size() == 7 && std::all_of(calendar.week.begin(), calendar.week.end(), good) &&
         std::all_of(calendar.special_days.begin(), calendar.special_days.end(),
                     [&](const SpecialDay& day) { return good(day.open); });
}

std::optional<Rejection> check_rule(const TenantConfig& config, const QueueConfig& queue,
                                    const ClosedRule& rule) {
  if (rule.action == ClosedAction::Deflect && !destinations::is_destination(rule.to)) {
    return Rejection{RejectReason::InvalidHours,
                     "queue '" + queue.name + "': a destination is 1 to 128 printable characters"};
  }
  if (rule.action == ClosedAction::MoveToQueue && find_named(config.queues, rule.to) == nullptr) {
    return Rejection{RejectReason::UnknownQueue, "queue '" + queue.name + "': no queue '" + rule.to + "'"};
  }
  return std::nullopt;
}

// What new contacts meet must not lead back to where it began.
std::optional<Rejection> check_moves(const TenantConfig& config, const QueueConfig& first) {
  std::set<std::string> passed{first.name};
  const QueueConfig* at = &first;
  while (at != nullptr && at->hours.when_closed.action == ClosedAction::MoveToQueue) {
    if (!passed.insert(at->hours.when_closed.to).second) {
      return Rejection{RejectReason::InvalidHours,
                       "queue '" + first.name + "': its when_closed moves contacts in a circle"};
    }
    at = find_named(config.queues, at->hours.when_closed.to);
  }
  return std::nullopt;
}

}  // namespace

Outcome set_times(Step& step, const SetOpeningTimes& command) {
  State& state = step.state;
  for (const OpeningTimes& times : command.calendars) {
    if (auto wrong = check_times(state, step.now, times))
      return rejected(wrong->reason, std::move(wrong->detail));
  }
  for (const OpeningTimes& times : command.calendars) {
    const CalendarRef ref = state.find_calendar(times.calendar);
    Calendar& calendar = state[ref];
    calendar.known = true;
    calendar.stale = false;
    calendar.open = times.open;
    calendar.changes.assign(times.changes.begin(), times.changes.end());
    calendar.until = times.until;
    schedule_next(state, ref);
  }
  step.emit(OpeningTimesSet{static_cast<std::uint32_t>(command.calendars.size())});
  refresh_all(step, Cause::OpeningHours);
  return accepted();
}

Outcome set_mode(Step& step, const SetQueueMode& command) {
  State& state = step.state;
  if (command.all != command.queue.empty()) {
    return rejected(RejectReason::UnknownQueue, "name exactly one: a queue, or all of them");
  }
  if (auto wrong = supervision::check_author(command.supervisor, command.reason))
    return rejected(wrong->reason, std::move(wrong->detail));
  QueueRef queue;
  if (!command.all) {
    queue = state.find_queue(command.queue);
    if (!queue || state[queue].removed) {
      return rejected(RejectReason::UnknownQueue, "no queue '" + command.queue + "' in the configuration");
    }
  }
  ModeSwitch& changed = command.all ? state.tenant_mode : state[queue].mode;
  const QueueMode from = changed.mode;
  supervision::record(step, SupervisorVerb::SetQueueMode, command.supervisor, command.reason,
                      {.queue = queue}, std::string(to_string(command.mode)));
  changed = {command.mode, command.reason, command.supervisor, step.now};
  step.emit(QueueModeChanged{queue, from, command.mode});
  refresh_all(step, Cause::Supervisor);
  return accepted();
}

void on_change(Step& step, CalendarRef first) {
  State& state = step.state;
  state[first].deadline = DeadlineRef::none();
  const Time due = state[first].changes.front();
  for (std::uint32_t i = 0; i < state.calendars.size(); ++i) {
    const Calendar& calendar = state.calendars[i];
    if (!calendar.changes.empty() && calendar.changes.front() == due) change(state, CalendarRef{i});
  }
  refresh_all(step, Cause::OpeningHours);
}

QueueRef taken_by(const State& state, QueueRef ref) {
  // The configuration has no circles; the bound is for a state that was not made by one.
  for (std::size_t steps = 0; steps < state.queues.size() && !state[ref].open; ++steps) {
    const ClosedRule& rule = state[ref].config.hours.when_closed;
    if (rule.action != ClosedAction::MoveToQueue) break;
    ref = state.find_queue(rule.to);
  }
  return ref;
}

bool refuses(const State& state, QueueRef ref) {
  return !state[ref].open && state[ref].config.hours.when_closed.action == ClosedAction::Refuse;
}

QueueRef entrance(const State& state, QueueRef named) {
  if (!named || state[named].removed || state[named].draining) return QueueRef::none();
  const QueueRef queue = taken_by(state, named);
  return refuses(state, queue) || contacts::is_full(state, queue) ? QueueRef::none() : queue;
}

bool stops_untargeted(Step& step, ContactRef ref) {
  const Queue& queue = step.state[step.state[ref].queue];
  if (queue.open || queue.config.hours.at_closing.action == ClosedAction::Keep) return false;
  hold(step, ref);
  send_away_all(step, {ref});
  return true;
}

bool stops(Step& step, ContactRef ref) {
  const Contact& contact = step.state[ref];
  const Queue& queue = step.state[contact.queue];
  if (queue.open || contact.target) return false;
  hold(step, ref);
  // Who comes now was moved before it entered; who starts later is moved here.
  send_away(step, ref, queue.config.hours.when_closed);
  return true;
}

std::optional<Rejection> check(const TenantConfig& next) {
  std::set<std::string> names;
  for (const CalendarConfig& calendar : next.calendars) {
    if (!is_config_name(calendar.name) || !names.insert(calendar.name).second) {
      return Rejection{RejectReason::InvalidId,
                       "calendar name '" + calendar.name + "' is malformed or used twice"};
    }
    if (!is_well_formed(calendar)) {
      return Rejection{RejectReason::InvalidHours, "calendar '" + calendar.name + "' has malformed hours"};
    }
  }
  for (const QueueConfig& queue : next.queues) {
    const QueueHours& hours = queue.hours;
    if (!hours.calendar.empty() && !names.contains(hours.calendar)) {
      return Rejection{RejectReason::UnknownCalendar,
                       "queue '" + queue.name + "': no calendar '" + hours.calendar + "'"};
    }
    if (hours.when_closed.action == ClosedAction::Keep || hours.at_closing.action == ClosedAction::Refuse) {
      return Rejection{RejectReason::InvalidHours, "queue '" + queue.name + "': malformed rule"};
    }
    if (auto wrong = check_rule(next, queue, hours.when_closed)) return wrong;
    if (auto wrong = check_rule(next, queue, hours.at_closing)) return wrong;
    if (auto wrong = check_moves(next, queue)) return wrong;
  }
  return std::nullopt;
}

void adopt_calendars(State& state) {
  std::vector<Calendar> calendars;
  for (const CalendarConfig& config : state.config.calendars) {
    const CalendarRef known = state.find_calendar(config.name);
    Calendar& calendar = calendars.emplace_back(known ? state[known] : Calendar{});
    calendar.name = config.name;
    calendar.stale = true;
    calendar.deadline = DeadlineRef::none();
  }
  for (Calendar& calendar : state.calendars) state.deadlines.cancel(calendar.deadline);
  state.calendars = std::move(calendars);
  for (std::uint32_t i = 0; i < state.calendars.size(); ++i) schedule_next(state, CalendarRef{i});
}

void refresh(Step& step) { refresh_all(step, Cause::ConfigChanged); }

Time times_due(const State& state) {
  Time due = kNever;
  for (const Calendar& calendar : state.calendars) {
    due = std::min(due, calendar.stale ? state.now : calendar.until - kToldAhead);
  }
  return due;
}

bool knows(const State& state, const SetOpeningTimes& times) {
  return std::all_of(times.calendars.begin(), times.calendars.end(), [&](const OpeningTimes& told) {
    const CalendarRef ref = state.find_calendar(told.calendar);
    if (!ref || !state[ref].known || state[ref].stale || state[ref].open != told.open) return false;
    const Time until = std::min(state[ref].until, told.until);
    const auto before = [&](const auto& changes) {
      return std::lower_bound(changes.begin(), changes.end(), until) - changes.begin();
    };
    const auto known = before(state[ref].changes);
    return known == before(told.changes) &&
           std::equal(told.changes.begin(), told.changes.begin() + known, state[ref].changes.begin());
  });
}

Time next_change(const State& state, QueueRef ref) {
  const Queue& queue = state[ref];
  const bool switched = queue.mode.mode != QueueMode::ByHours || state.tenant_mode.mode != QueueMode::ByHours;
  if (switched || !queue.calendar || state[queue.calendar].changes.empty()) return kNever;
  return state[queue.calendar].changes.front();
}

void link_calendars(State& state) {
  for (Queue& queue : state.queues) {
    const std::string& name = queue.config.hours.calendar;
    queue.calendar =
        name.empty() || queue.removed || queue.draining ? CalendarRef::none() : state.find_calendar(name);
  }
}

}  // namespace cordboard::opening
