#include "router/core/callback_invariants.h"

#include <set>
#include <utility>

namespace cordboard {
namespace {

class CallbackAudit {
 public:
  CallbackAudit(const State& state, std::vector<std::string>& broken) : state_(state), broken_(broken) {}

  void run() {
    state_.contacts.for_each([this](ContactRef ref, const Contact& c) { contact(ref, c); });
    for (const auto& [ref, row] : state_.callbacks) {
      expect(state_.contacts.contains(ref), "a callback's row is that of a contact",
             std::to_string(ref.value));
    }
    for (std::uint32_t i = 0; i < state_.queues.size(); ++i) queue(QueueRef{i});
    expect(scheduled_ == state_.scheduled, "scheduled contacts are counted", "tenant");
    places();
  }

 private:
  void expect(bool holds, const std::string& rule, const std::string& subject) {
    if (!holds) broken_.push_back(rule + ": " + subject);
  }

  void contact(ContactRef ref, const Contact& c) {
    const std::string subject = "contact " + c.id;
    if (c.state == ContactState::Scheduled) scheduled(c, subject);
    expect(c.is_callback() == state_.callbacks.contains(ref), "exactly the callbacks have a row", subject);
    expect(c.state != ContactState::Dialing || c.is_callback(), "only callbacks are dialled", subject);
    if (c.is_callback() && state_.callbacks.contains(ref)) callback(c, state_.callbacks.at(ref), subject);
  }

  // Nothing of a callback is left when the customer is on the line or the contact has ended.
  void callback(const Contact& c, const Callback& row, const std::string& subject) {
    expect(is_unanswered(c.state) || c.state == ContactState::Scheduled, "a callback has nobody on the line",
           subject);
    expect(static_cast<bool>(c.gateway), "a callback has a gateway that dials", subject);
    expect(c.state != ContactState::Dialing || row.attempts > 0, "a dial is an attempt", subject);
    if (!row.promise_deadline) return;
    expect(row.attempts == 0, "a promise is kept by the first dial", subject);
    expect(state_.deadlines[row.promise_deadline].due == row.promise, "a promise is watched", subject);
  }

  // It comes in at its time, or when its gateway is back.
  void scheduled(const Contact& c, const std::string& subject) {
    ++scheduled_;
    if (!c.deadline) return;
    const DeadlineKind kind = state_.deadlines[c.deadline].kind;
    const bool held = kind == DeadlineKind::ContactMaxWait;
    expect(held || kind == DeadlineKind::ContactDue, "a scheduled contact comes in or is given up", subject);
    expect(!held || (c.gateway && state_[c.gateway].gone), "only who has lost the gateway is held for it",
           subject);
    expect(!c.held() && !c.assignment, "a scheduled contact is in no queue and at no agent", subject);
  }

  void queue(QueueRef ref) {
    const Queue& q = state_[ref];
    const std::string subject = "queue " + q.config.name;
    std::uint32_t callbacks = 0;
    std::uint32_t dialing = 0;
    std::uint32_t scheduled = 0;
    state_.contacts.for_each([&](ContactRef, const Contact& c) {
      if (c.queue != ref) return;
      callbacks += c.is_callback() && is_unanswered(c.state) ? 1 : 0;
      dialing += c.state == ContactState::Dialing ? 1 : 0;
      scheduled += c.state == ContactState::Scheduled ? 1 : 0;
    });
    expect(q.callbacks == callbacks, "callbacks in the queue are counted", subject);
    expect(q.dialing == dialing, "dialing is counted", subject);
    expect(q.scheduled == scheduled, "scheduled contacts are counted", subject);
    expect(q.counters.callbacks_dialed ==
               q.counters.callbacks_connected + q.counters.callbacks_failed + q.dialing,
           "every dial comes to one end", subject);
  }

  // One place for a customer and a queue, and no more than are allowed.
  void places() {
    std::set<std::pair<std::uint64_t, QueueRef>> customers;
    for (const auto& [number, place] : state_.places) {
      customers.emplace(place.customer, place.queue);
      const auto found = state_.places_by_customer.find({place.customer, place.queue});
      expect(found != state_.places_by_customer.end() && found->second == number,
             "a place is found by its customer", "place " + std::to_string(number));
    }
    expect(customers.size() == state_.places.size() && state_.places_by_customer.size() == customers.size(),
           "a customer has one place in a queue", "tenant");
  }

  const State& state_;
  std::vector<std::string>& broken_;
  std::uint32_t scheduled_ = 0;
};

}  // namespace

void check_callbacks(const State& state, std::vector<std::string>& broken) {
  CallbackAudit(state, broken).run();
}

}  // namespace cordboard
