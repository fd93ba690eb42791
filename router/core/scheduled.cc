#include "router/core/scheduled.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "router/core/contacts.h"
#include "router/core/mutation.h"

namespace cordboard::scheduled {
namespace {

void enter(State& state, const Contact& contact) {
  ++state.scheduled;
  ++state[contact.queue].scheduled;
}

bool is_gone(const State& state, GatewayRef gateway) { return gateway && state[gateway].gone; }

bool is_held(const State& state, const Contact& contact) {
  return contact.state == ContactState::Scheduled && contact.deadline &&
         state.deadlines[contact.deadline].kind == DeadlineKind::ContactMaxWait;
}

// Many that are due at once take places one after the other, so that a caller who comes in meanwhile is
// behind some of them only.
Time first_place(Step& step, Queue& queue) {
  const Time place = std::max(step.now, queue.next_scheduled_place);
  if (!mutated("scheduled_contacts_come_at_once"))
    queue.next_scheduled_place = place + queue.config.scheduled_spacing;
  return place;
}

}  // namespace

void begin(Step& step, ContactRef ref, Time due, Cause cause, Left left) {
  State& state = step.state;
  Contact& contact = state[ref];
  enter(state, contact);
  contact.deadline = state.deadlines.schedule(due, DeadlineKind::ContactDue, ref.value);
  step.emit(ContactScheduled{ref, contact.queue, cause, left.queue, due, left.wait});
}

void hold(Step& step, ContactRef ref, Left left) {
  State& state = step.state;
  Contact& contact = state[ref];
  enter(state, contact);
  contact.deadline = state.deadlines.schedule(step.now + state[contact.queue].config.max_wait,
                                              DeadlineKind::ContactMaxWait, ref.value);
  step.emit(ContactScheduled{ref, contact.queue, Cause::GatewayLost, left.queue, kNever, left.wait});
}

void withdraw(State& state, ContactRef ref) {
  Contact& contact = state[ref];
  state.deadlines.cancel(contact.deadline);
  --state.scheduled;
  --state[contact.queue].scheduled;
}

void come_in(Step& step, ContactRef ref, Cause cause) {
  Contact& contact = step.state[ref];
  withdraw(step.state, ref);
  if (contact.queued_at == kNever) {
    contact.place_at = first_place(step, step.state[contact.queue]);
  } else {
    ++contact.segment;
  }
  contacts::transition(contact, ContactSignal::ComeIn);
  contacts::join_queue(step, ref, cause);
}

void set_due(Step& step, ContactRef ref, Time due) {
  Contact& contact = step.state[ref];
  due = std::max(due, step.now);
  withdraw(step.state, ref);
  if (contact.queued_at == kNever) contact.place_at = due;
  begin(step, ref, due, Cause::ContactUpdated);
  if (due <= step.now) come_in(step, ref, Cause::ContactUpdated);
}

void on_due(Step& step, ContactRef ref) {
  Contact& contact = step.state[ref];
  contact.deadline = DeadlineRef::none();
  if (!is_gone(step.state, contact.gateway)) return come_in(step, ref, Cause::Due);
  withdraw(step.state, ref);
  hold(step, ref);
}

void on_gateway_back(Step& step, GatewayRef gateway) {
  std::vector<std::tuple<Time, std::uint64_t, ContactRef>> held;
  step.state.contacts.for_each([&](ContactRef ref, const Contact& contact) {
    if (contact.gateway == gateway && is_held(step.state, contact)) {
      held.emplace_back(contact.place_at, contact.sequence, ref);
    }
  });
  std::sort(held.begin(), held.end());
  for (const auto& [place_at, sequence, ref] : held) come_in(step, ref, Cause::GatewayBack);
}

}  // namespace cordboard::scheduled
