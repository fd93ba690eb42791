#include "tests/support/event_fold.h"

#include <tuple>

namespace cordboard::testing {
namespace {

auto counts(const QueueCounters& c) {
  return std::tuple(c.offered, c.answered, c.abandoned, c.overflowed, c.expired, c.cancelled,
                    c.transferred_in, c.transferred_out, c.completed, c.offers, c.offers_accepted,
                    c.offers_declined, c.offers_expired, c.offers_rescinded, c.deferred,
                    c.callbacks_requested, c.callbacks_dialed, c.callbacks_connected, c.callbacks_failed,
                    c.promises_broken, c.redials);
}

auto counts(const AgentCounters& c) {
  return std::tuple(c.offers, c.accepted, c.declined, c.expired, c.rescinded);
}

}  // namespace

void EventFold::add(const std::vector<Event>& events) {
  for (const Event& event : events) count(event);
}

void EventFold::count(const Event& event) {
  if (const auto* queued = std::get_if<ContactQueued>(&event)) {
    ++queue(queued->queue).offered;
    queue_of_[queued->contact] = queued->queue;
    if (queued->cause == Cause::Redialled) ++queue(queued->queue).redials;
    scheduled_.erase(queued->contact);
  } else if (const auto* created = std::get_if<OfferCreated>(&event)) {
    ++queue(queue_of_[created->contact]).offers;
    ++agent(created->agent).offers;
    interrupted_.erase({created->contact, created->agent});  // an earlier time that the agent had it is over
  } else if (const auto* ended = std::get_if<OfferEnded>(&event)) {
    count_offer_end(*ended, queue_of_[ended->contact]);
  } else if (const auto* connected = std::get_if<ContactConnected>(&event)) {
    ++queue(connected->queue).answered;
    if (dialing_.erase(connected->contact) > 0) ++queue(connected->queue).callbacks_connected;
  } else if (const auto* moved = std::get_if<ContactTransferred>(&event)) {
    ++queue(moved->from_queue).transferred_out;
    ++queue(moved->to_queue).transferred_in;
  } else if (const auto* sent = std::get_if<ContactMoved>(&event)) {
    ++queue(sent->from_queue).overflowed;
  } else if (const auto* later = std::get_if<ContactScheduled>(&event)) {
    scheduled_.insert(later->contact);
    if (later->from_queue) ++queue(later->queue).deferred;
    if (later->cause == Cause::CallbackRequested) ++queue(later->queue).callbacks_requested;
  } else if (const auto* dialing = std::get_if<CallbackDialing>(&event)) {
    ++queue(dialing->queue).callbacks_dialed;
    dialing_.insert(dialing->contact);
  } else if (const auto* failed = std::get_if<CallbackFailed>(&event)) {
    ++queue(failed->queue).callbacks_failed;
    dialing_.erase(failed->contact);
  } else if (const auto* broken = std::get_if<CallbackPromiseBroken>(&event)) {
    ++queue(broken->queue).promises_broken;
  } else if (const auto* aside = std::get_if<ContactInterrupted>(&event)) {
    interrupted_.emplace(aside->contact, aside->agent);
  } else if (const auto* resumed = std::get_if<ContactResumed>(&event)) {
    interrupted_.erase({resumed->contact, resumed->agent});
  } else if (const auto* contact = std::get_if<ContactEnded>(&event)) {
    dialing_.erase(contact->contact);
    // Who was in no queue counts in none.
    if (scheduled_.erase(contact->contact) == 0) count_end(*contact);
  }
}

void EventFold::count_offer_end(const OfferEnded& event, QueueRef ref) {
  QueueCounters& in_queue = queue(ref);
  AgentCounters& of_agent = agent(event.agent);
  switch (event.state) {
    case OfferState::Accepted:
      ++in_queue.offers_accepted;
      ++of_agent.accepted;
      break;
    case OfferState::Declined:
      ++in_queue.offers_declined;
      ++of_agent.declined;
      break;
    case OfferState::Expired:
      ++in_queue.offers_expired;
      ++of_agent.expired;
      break;
    case OfferState::Rescinded:
      ++in_queue.offers_rescinded;
      ++of_agent.rescinded;
      break;
    case OfferState::Pending:
      break;
  }
}

void EventFold::count_end(const ContactEnded& event) {
  QueueCounters& last = queue(event.queue);
  switch (event.state) {
    case ContactState::Completed:
      ++last.completed;
      break;
    case ContactState::Abandoned:
      ++last.abandoned;
      break;
    case ContactState::Cancelled:
      ++last.cancelled;
      break;
    case ContactState::Overflowed:
      ++last.overflowed;
      break;
    case ContactState::Expired:
      ++last.expired;
      break;
    default:
      break;
  }
}

// Whatever was interrupted is still so, was resumed, or has left the agent: nothing is lost.
std::optional<std::string> EventFold::interruptions_difference(const State& state) const {
  std::optional<std::string> wrong;
  state.assignments.for_each([&](AssignmentRef, const Assignment& held) {
    if (interrupted_.contains({held.contact, held.agent}) == held.interrupted) return;
    wrong = "contact " + state[held.contact].id + " is " + (held.interrupted ? "" : "not ") +
            "interrupted, other than its events say";
  });
  return wrong;
}

std::optional<std::string> EventFold::difference(const State& state) const {
  if (auto wrong = interruptions_difference(state)) return wrong;
  for (std::size_t i = 0; i < state.queues.size(); ++i) {
    const QueueCounters told = i < queues_.size() ? queues_[i] : QueueCounters{};
    if (counts(told) != counts(state.queues[i].counters)) {
      return "the counters of queue " + state.queues[i].config.name + " are not those of its events";
    }
  }
  for (std::size_t i = 0; i < state.agents.size(); ++i) {
    const AgentCounters told = i < agents_.size() ? agents_[i] : AgentCounters{};
    if (counts(told) != counts(state.agents[i].counters)) {
      return "the counters of agent " + state.agents[i].id + " are not those of its events";
    }
  }
  return std::nullopt;
}

}  // namespace cordboard::testing
