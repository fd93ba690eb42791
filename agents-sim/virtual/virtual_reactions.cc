#include <algorithm>
#include <utility>
#include <variant>

#include "agents-sim/virtual/virtual_world.h"
#include "router/core/state.h"

namespace cordboard::sim {
namespace {

Time later(Time now, Duration delay) { return delay == kForever ? kNever : now + delay; }

}  // namespace

// ---- What the engine did ----

void VirtualWorld::settle(const Outcome& outcome) {
  if (!outcome.accepted() && !is_arriving_) ++rejected_;
  for (const Event& event : port_.events()) {
    std::visit([this](const auto& what) { on(what); }, event);
  }
}

void VirtualWorld::react() {
  for (std::size_t i = 0; i < reactions_.size(); ++i) {
    const FutureEvent reaction = reactions_[i];
    handle(reaction);
  }
  reactions_.clear();
}

void VirtualWorld::on(const ContactQueued& event) {
  Customer& customer = customers_[event.contact];
  // For the customer it is the same wait.
  if (std::exchange(moved_, ContactRef::none()) == event.contact) return;
  if (is_arriving_ && !arrived_) {
    arrived_ = event.contact;
    customer = arriving_;
  } else if (customer.callback) {
    return;  // for the customer it is the same wait
  } else {
    const ArrivalSource& source = sources_[customer.stream];
    ++customer.segment;
    const Arrival arrival = customer.as_arrival();
    customer.handle = source.handle_later(arrival, customer.segment);
    customer.patience = source.patience_later(arrival, customer.segment);
    customer.patience_running = false;
  }
  customer.stage = Stage::Queued;
  customer.stamp = customers_.new_stamp();
  customer.queued_at = now_;
  if (customer.segment > 0) start_patience(event.contact);
}

void VirtualWorld::on(const ContactRequeued& event) { start_patience(event.contact); }

void VirtualWorld::on(const CallbackOffered& event) {
  const Customer& customer = customers_[event.contact];
  const ArrivalSource& source = sources_[customer.stream];
  if (customer.callback || !source.takes_callback(customer.as_arrival())) return;
  schedule(now_, FutureKind::TakesCallback, event.contact, 0, customer.stamp);
}

void VirtualWorld::on(const CallbackDialing& event) {
  const Customer& customer = customers_[event.contact];
  const ArrivalSource& source = sources_[customer.stream];
  const Arrival arrival = customer.as_arrival();
  const FutureKind kind =
      source.answers_dial(arrival, event.attempt) ? FutureKind::DialAnswered : FutureKind::DialFails;
  schedule(now_ + source.ring_time(arrival, event.attempt), kind, event.contact, event.attempt,
           customer.stamp);
}

void VirtualWorld::on(const OfferCreated& event) {
  Customer& customer = customers_[event.contact];
  if (is_arriving_ && event.contact == arrived_) customer.delayed = false;
  reply_to_offer(event.contact, agent_of_[event.agent.value], event.offer);
}

void VirtualWorld::reply_to_offer(ContactRef contact, std::uint32_t agent, OfferId offer) {
  const Reply reply = crew_.reply(agent);
  if (reply == Reply::None) return;
  const FutureKind kind = reply == Reply::Accept ? FutureKind::Accepts : FutureKind::Declines;
  schedule(later(now_, crew_.answer_delay(agent)), kind, contact, agent, offer.value);
}

void VirtualWorld::on(const ContactConnected& event) {
  Customer& customer = customers_[event.contact];
  if (customer.segment == 0) {
    const Duration wait = now_ - customer.queued_at;
    ledger_.answered(customer.where, wait, customer.handle, customer.delayed, target_of(customer));
    tell_fate(customer, true, false, wait);
    if (customer.callback) ledger_.called_back(customer.where);
    forecasts_.answered(event.contact, plan_.keys()[customer.where.cell].queue, wait);
  }
  customer.callback = false;
  customer.stage = Stage::WithAgent;
  customer.stamp = customers_.new_stamp();
  customer.agent = agent_of_[event.agent.value];
  handle_for(event.contact, customer.handle);
}

void VirtualWorld::handle_for(ContactRef contact, Duration left) {
  Customer& customer = customers_[contact];
  customer.handled_at = now_ + left;
  schedule(customer.handled_at, FutureKind::HandlingEnds, contact, customer.agent, customer.stamp);
}

void VirtualWorld::on(const ContactResumed& event) {
  const Customer& customer = customers_[event.contact];
  if (customer.is_handled_by(agent_of_[event.agent.value])) handle_for(event.contact, customer.handle_left);
}

void VirtualWorld::on(const WrapUpStarted& event) {
  const std::uint32_t agent = agent_of_[event.agent.value];
  const Time done = later(now_, crew_.wrap_up(agent));
  customers_[event.contact].handled_at = kNever;
  if (done > event.until) ++wrap_ups_cut_;
  if (done >= event.until) return;  // the engine ends it
  schedule(done, FutureKind::WrapUpEnds, event.contact, agent, customers_[event.contact].serial);
}

void VirtualWorld::on(const ContactEnded& event) {
  Customer& customer = customers_[event.contact];
  if (customer.is_first_wait()) count_unanswered(customer, event.state, now_ - customer.queued_at);
  forecasts_.ended(event.contact);
  customer.stage = Stage::Gone;
  customer.stamp = 0;
  expect_repeats(customer, event.state);
}

void VirtualWorld::on(const AgentActivityChanged& event) {
  if (event.agent.value < agent_of_.size()) attendance_.on(agent_of_[event.agent.value], event);
}

void VirtualWorld::tell_fate(const Customer& customer, bool answered, bool abandoned, Duration wait) const {
  if (!options_.on_fate || customer.where.unit == kNoUnit) return;
  options_.on_fate({customer.stream, customer.number, customer.attempt, answered, abandoned, wait});
}

void VirtualWorld::count_unanswered(Customer& customer, ContactState state, Duration wait) {
  tell_fate(customer, false, state == ContactState::Abandoned, wait);
  if (state == ContactState::Abandoned) return ledger_.abandoned(customer.where, wait, customer.delayed);
  if (state == ContactState::Expired) return ledger_.expired(customer.where, wait, customer.delayed);
  ledger_.cancelled(customer.where, wait, customer.delayed);
}

void VirtualWorld::start_patience(ContactRef contact) {
  Customer& customer = customers_[contact];
  if (customer.patience_running) return;
  customer.patience_running = true;
  schedule(later(customer.queued_at, customer.patience), FutureKind::PatienceEnds, contact, 0,
           customer.stamp);
}

// What takes no time happens in this instant, before anything else.
void VirtualWorld::schedule(Time at, FutureKind kind, ContactRef contact, std::uint32_t agent,
                            std::uint64_t stamp) {
  if (at == kNever) return;
  const FutureEvent event{std::max(at, now_), kind, contact.value, agent, stamp};
  at <= now_ ? reactions_.push_back(event) : future_.push(event);
}

void VirtualWorld::schedule_arrival(std::uint32_t stream) {
  const Duration at = sources_[stream].next_at();
  if (at != kForever) future_.push({kStart + at, FutureKind::Arrival, stream, 0, 0});
}

Duration VirtualWorld::target_of(const Customer& customer) const {
  return scenario_.router.queues[plan_.keys()[customer.where.cell].queue].service_level.within;
}

}  // namespace cordboard::sim
