#include "router/core/callbacks.h"

#include "router/core/agents.h"
#include "router/core/assignments.h"
#include "router/core/contact_admission.h"
#include "router/core/contact_requests.h"
#include "router/core/contacts.h"
#include "router/core/matching.h"
#include "router/core/mutation.h"

namespace cordboard::callbacks {
namespace {

Cause cause_of(DialFailure reason) {
  switch (reason) {
    case DialFailure::NoAnswer:
      return Cause::NoAnswer;
    case DialFailure::Busy:
      return Cause::Busy;
    case DialFailure::Unreachable:
      return Cause::Unreachable;
    case DialFailure::AnsweringMachine:
      return Cause::AnsweringMachine;
  }
  CB_ASSERT(false, "dial failure %d", static_cast<int>(reason));
}

// The contact that is being dialled, or why there is none.
struct Dialed {
  ContactRef contact;
  Outcome refused;
};

Dialed find_dialed(const State& state, const std::string& id, std::uint32_t attempt) {
  Dialed found;
  const ContactRef ref = state.find_contact(id);
  if (!ref) {
    found.refused = contacts::not_known(id);
  } else if (is_final(state[ref].state)) {
    found.refused = contacts::finished(state[ref]);
  } else if (state[ref].state != ContactState::Dialing) {
    found.refused = rejected(RejectReason::NotDialing,
                             "the contact is " + std::string(to_string(state[ref].state)) + ", not dialing");
  } else if (const std::uint32_t now = state.callbacks.at(ref).attempts; attempt != 0 && attempt != now) {
    found.refused =
        rejected(RejectReason::NotDialing,
                 "attempt " + std::to_string(attempt) + " is over; this is attempt " + std::to_string(now));
  } else {
    found.contact = ref;
  }
  return found;
}

}  // namespace

void offer(Step& step, ContactRef contact, Cause cause) {
  if (step.state[contact].is_callback()) return;
  step.emit(CallbackOffered{contact, step.state[contact].queue, cause});
}

void begin(Step& step, ContactRef ref, Time due, std::optional<Time> promise) {
  State& state = step.state;
  Contact& contact = state[ref];
  const CallbackConfig& config = state[contact.queue].config.callback;
  if (!promise && config.promise > Duration::zero()) promise = due + config.promise;
  Callback row;
  if (promise) {
    row.promise = *promise;
    row.promise_deadline = state.deadlines.schedule(*promise, DeadlineKind::CallbackPromise, ref.value);
  }
  contact.wait_flags |= kIsCallback;
  state.callbacks.emplace(ref, row);
  ++state[contact.queue].counters.callbacks_requested;
}

Outcome request(Step& step, const RequestCallback& command) {
  State& state = step.state;
  const ContactRef ref = state.find_contact(command.contact);
  if (!ref) return contacts::not_known(command.contact);
  Contact& contact = state[ref];
  if (contact.is_callback() || contact.state == ContactState::Scheduled)
    return contacts::nobody_on_the_line();
  if (!is_unanswered(contact.state)) return contacts::not_unanswered(contact);
  contacts::Admission admission = contacts::admit_callback(state, step.now, contact, command);
  if (!admission.refused.accepted()) return std::move(admission.refused);

  const Time due = std::max(step.now, command.not_before.value_or(step.now));
  contacts::defer(step, ref, due, Cause::CallbackRequested, [&] {
    contact.channel = admission.channel;
    begin(step, ref, due, command.promise);
  });
  return accepted();
}

Outcome connect(Step& step, const ConnectCallback& command) {
  const Dialed found = find_dialed(step.state, command.contact, command.attempt);
  if (!found.contact) return found.refused;
  ++step.state[step.state[found.contact].queue].counters.callbacks_connected;
  const AssignmentRef assignment = step.state[found.contact].assignment;
  const AgentRef agent = step.state[assignment].agent;
  assignments::connect_dialed(step, assignment);
  forget(step.state, found.contact);
  if (step.state.channels_interfere) matching::take_work(step, agent);  // others may interrupt it from now on
  return accepted();
}

Outcome fail(Step& step, const FailCallback& command) {
  const Dialed found = find_dialed(step.state, command.contact, command.attempt);
  if (!found.contact) return found.refused;
  give_up(step, found.contact, cause_of(command.reason));
  return accepted();
}

void dial(Step& step, AssignmentRef assignment) {
  State& state = step.state;
  const ContactRef ref = state[assignment].contact;
  Callback& row = state.callbacks.at(ref);
  ++row.attempts;
  state.deadlines.cancel(row.promise_deadline);
  ++state[state[ref].queue].counters.callbacks_dialed;
  step.emit(CallbackDialing{ref, state[ref].queue, state[assignment].agent, row.attempts,
                            state[assignment].offer, state[assignment].expires_at});
}

AgentRef stop_dialing(Step& step, ContactRef ref, Cause cause) {
  State& state = step.state;
  const Contact& contact = state[ref];
  const AssignmentRef dial = contact.assignment;
  const AgentRef agent = state[dial].agent;
  ++state[contact.queue].counters.callbacks_failed;
  step.emit(CallbackFailed{ref, contact.queue, agent, state.callbacks.at(ref).attempts, cause});
  assignments::end_dial(step, dial, cause);
  return agent;
}

void give_up(Step& step, ContactRef ref, Cause cause) {
  const AgentRef agent = stop_dialing(step, ref, cause);
  const CallbackConfig& config = step.state[step.state[ref].queue].config.callback;
  if (step.state.callbacks.at(ref).attempts >= config.attempts && !mutated("dials_have_no_end")) {
    contacts::leave(step, ref, ContactSignal::Expire, Cause::CallbackFailed);
  } else {
    contacts::defer(step, ref, step.now + config.retry_delay, Cause::CallbackFailed, [] {});
  }
  matching::take_work(step, agent);
}

void forget(State& state, ContactRef ref) {
  const auto row = state.callbacks.find(ref);
  CB_ASSERT(row != state.callbacks.end(), "contact reference %u is no callback", ref.value);
  state.deadlines.cancel(row->second.promise_deadline);
  state.callbacks.erase(row);
  state[ref].wait_flags &= static_cast<std::uint8_t>(~kIsCallback);
}

void on_promise(Step& step, ContactRef ref) {
  Callback& row = step.state.callbacks.at(ref);
  row.promise_deadline = DeadlineRef::none();
  Queue& queue = step.state[step.state[ref].queue];
  ++queue.counters.promises_broken;
  step.emit(CallbackPromiseBroken{ref, step.state[ref].queue, row.promise});
}

}  // namespace cordboard::callbacks
