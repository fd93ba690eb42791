#include "agents-sim/virtual/virtual_run.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "agents-sim/virtual/virtual_world.h"
#include "router/calendar/opening_hours.h"
#include "router/core/assignments.h"
#include "router/core/opening.h"
#include "router/core/state.h"

namespace cordboard::sim {
namespace {

// 2026-01-05: the calendars of a run begin in this week.
constexpr std::int32_t kFirstMonday = 20'458;

}  // namespace

VirtualWorld::VirtualWorld(const Scenario& scenario, const CellPlan& plan, const RunOptions& options)
    : scenario_(scenario),
      plan_(plan),
      options_(options),
      port_(options.check_invariants),
      ledger_(options.units, plan.size(), static_cast<std::uint32_t>(scenario.agents.size())),
      forecasts_(scenario.router.queues.size()),
      crew_(scenario.agents, options.seed, options.replication),
      clock_(crew_),
      attendance_(crew_, port_, *this, options.seed, options.replication),
      submits_(scenario) {
  for (const ContactStream& stream : scenario.contacts) {
    sources_.emplace_back(stream, options.seed, options.replication);
  }
}

RunResult VirtualWorld::run() {
  start();
  while (problem_.empty() && !finished()) step();
  return finish();
}

void VirtualWorld::start() {
  TenantConfig config = scenario_.router;
  config.remember_ended = Duration::zero();  // nobody asks about ended contacts here
  const Outcome outcome = port_.configure(now_, config);
  if (!outcome.accepted()) {
    problem_ = "the configuration is refused: " + outcome.rejection->detail;
    return;
  }
  if (!config.calendars.empty()) {
    port_.begin_at(local_midnight(config.calendars.front().zone,
                                  kFirstMonday + static_cast<std::int32_t>(scenario_.first_day)));
    settle(port_.tell_opening_times(now_));
  }
  if (!log_agents_in()) return;
  const bool dials = std::any_of(scenario_.contacts.begin(), scenario_.contacts.end(),
                                 [](const ContactStream& stream) { return stream.callback.accept > 0; });
  if (dials) settle(port_.connect_gateway(now_, kGateway));
  schedule_units();
  for (std::uint32_t stream = 0; stream < sources_.size(); ++stream) schedule_arrival(stream);
}

bool VirtualWorld::log_agents_in() {
  problem_ = attendance_.start();
  if (!problem_.empty()) return false;
  for (std::uint32_t agent = 0; agent < crew_.size(); ++agent) {
    const AgentRef ref = attendance_.ref(agent);
    if (ref.value >= agent_of_.size()) agent_of_.resize(ref.value + 1);
    agent_of_[ref.value] = agent;
    clock_.add(ref);
  }
  return true;
}

void VirtualWorld::schedule_units() {
  const Time begin = kStart + scenario_.warmup;
  measured_until_ = begin + scenario_.horizon;
  give_up_at_ = measured_until_ + std::max<Duration>(scenario_.horizon / 10, std::chrono::hours{1});
  // The event with number u ends unit u - 1 and begins unit u.
  for (std::uint32_t unit = 0; unit < options_.units; ++unit) {
    future_.push({begin + scenario_.horizon / options_.units * unit, FutureKind::UnitEnds, unit, 0, 0});
  }
  future_.push({measured_until_, FutureKind::UnitEnds, options_.units, 0, 0});
}

bool VirtualWorld::finished() const {
  if (!port_.violation().empty()) return true;
  const Time next = std::min(future_.next_at(), port_.engine().next_deadline());
  if (next == kNever || next > give_up_at_) return true;
  return now_ >= measured_until_ && ledger_.unit() == kNoUnit && ledger_.open() == 0;
}

void VirtualWorld::step() {
  const Time deadline = port_.engine().next_deadline();
  const Time hours = opening::times_due(port_.engine().state());
  if (hours < std::min(deadline, future_.next_at())) {
    now_ = std::max(now_, hours);
    settle(port_.tell_opening_times(now_));
  } else if (deadline <= future_.next_at()) {
    now_ = deadline;
    settle(port_.advance(now_));
  } else {
    const FutureEvent event = future_.pop();
    now_ = event.at;
    handle(event);
  }
  react();
}

RunResult VirtualWorld::finish() {
  if (ledger_.open() > 0) now_ = give_up_at_;  // they wait on, though nothing else happens until then
  for (const Customer& customer : customers_.slots()) {
    if (!customer.is_first_wait()) continue;
    ledger_.still_waiting(customer.where, now_ - customer.queued_at, customer.delayed, target_of(customer));
    tell_fate(customer, false, false, now_ - customer.queued_at);
  }
  if (problem_.empty()) problem_ = port_.violation();
  const std::uint64_t digest = port_.engine().digest();
  return {std::move(ledger_),    port_.commands(),   wrap_ups_cut_, rejected_, digest,
          std::move(forecasts_), std::move(problem_)};
}

// ---- What customers and agents decided earlier and is due now ----

void VirtualWorld::handle(const FutureEvent& event) {
  const ContactRef contact{event.subject};
  switch (event.kind) {
    case FutureKind::Arrival:
      return arrive(event.subject);
    case FutureKind::PatienceEnds:
      return end_patience(contact, event.stamp);
    case FutureKind::Accepts:
      return answer(contact, event.agent, OfferId{event.stamp}, Reply::Accept);
    case FutureKind::Declines:
      return answer(contact, event.agent, OfferId{event.stamp}, Reply::Decline);
    case FutureKind::TakesCallback:
      return take_callback(contact, event.stamp);
    case FutureKind::DialAnswered:
      return end_dial(contact, event.stamp, event.agent, true);
    case FutureKind::DialFails:
      return end_dial(contact, event.stamp, event.agent, false);
    case FutureKind::HandlingEnds:
      return end_handling(contact, event.stamp);
    case FutureKind::WrapUpEnds:
      return end_wrap_up(contact, event.agent, event.stamp);
    case FutureKind::CallsAgain:
      return call_again(event.subject);
    case FutureKind::AgentLeaves:
    case FutureKind::AgentReturns:
    case FutureKind::AgentNotices:
    case FutureKind::DutyChanges:
    case FutureKind::BreakBegins:
    case FutureKind::BreakEnds:
      return attendance_.handle(event);
    case FutureKind::UnitEnds:
      return end_unit(event.subject);
  }
}

void VirtualWorld::arrive(std::uint32_t stream) {
  submit(stream, sources_[stream].take());
  schedule_arrival(stream);
}

void VirtualWorld::call_again(std::uint32_t number) {
  const RepeatCall call = repeats_.take(number);
  submit(call.stream, call.arrival);
}

void VirtualWorld::submit(std::uint32_t stream, const Arrival& arrival) {
  Command& command = submits_.next(stream, arrival);
  arriving_.id = std::get<SubmitContact>(command.body).contact;
  arriving_.serial = submits_.written();
  arriving_.stream = stream;
  arriving_.number = arrival.number;
  arriving_.attempt = arrival.attempt;
  arriving_.record = arrival.record;
  arriving_.transfers = arrival.transfers;
  const std::uint32_t queue_text = arrival.record ? arrival.record->queue : ArrivalRecord::kNoText;
  arriving_.where = {ledger_.unit(), plan_.cell_of(stream, queue_text)};
  arriving_.handle = arrival.handle;
  arriving_.patience = arrival.patience;
  arrived_ = ContactRef::none();
  is_arriving_ = true;
  const Outcome outcome = port_.apply(command, now_);
  settle(outcome);
  is_arriving_ = false;
  if (arrival.attempt > 1) ledger_.repeated(arriving_.where);
  if (!outcome.accepted()) {
    const bool full = outcome.rejection->reason == RejectReason::QueueFull;
    full ? ledger_.blocked(arriving_.where.cell) : ledger_.refused(arriving_.where.cell);
    if (full) expect_redial(stream, arrival);
    return;
  }
  const Customer& customer = customers_[arrived_];
  ledger_.entered(customer.where, customer.delayed);
  if (customer.stage == Stage::Gone) return;  // a closed queue sent it on at once
  const bool measured = customer.delayed && customer.where.unit != kNoUnit;
  if (options_.forecast_waits && measured) forecasts_.ask(port_.engine().state(), arrived_, now_);
  // Who is offered at once to an agent who answers at once is connected in this instant.
  if (customer.delayed || reactions_.empty()) start_patience(arrived_);
}

void VirtualWorld::expect_redial(std::uint32_t stream, const Arrival& arrival) {
  const ArrivalSource& source = sources_[stream];
  const Duration after = source.redial_after(arrival);
  if (after == kForever) return;
  const std::uint32_t call = repeats_.keep({stream, source.redialled(arrival)});
  future_.push({now_ + after, FutureKind::CallsAgain, call, 0, 0});
}

void VirtualWorld::expect_repeats(const Customer& customer, ContactState state) {
  if (!scenario_.contacts[customer.stream].has_repeats()) return;
  if (state == ContactState::Abandoned) return expect_redial(customer.stream, customer.as_arrival());
  if (state != ContactState::Completed) return;
  const ArrivalSource& source = sources_[customer.stream];
  const Duration after = source.call_again_after(customer.as_arrival());
  if (after == kForever) return;
  const std::uint32_t call = repeats_.keep({customer.stream, source.called_again(customer.as_arrival())});
  future_.push({now_ + after, FutureKind::CallsAgain, call, 0, 0});
}

bool VirtualWorld::is_live(ContactRef contact, OfferId offer) const {
  const State& state = port_.engine().state();
  if (!state.contacts.contains(contact)) return false;
  const assignments::LiveOffers offers = assignments::offers_of(state, contact);
  return std::any_of(offers.begin(), offers.end(),
                     [&](AssignmentRef ref) { return state[ref].offer == offer; });
}

void VirtualWorld::answer(ContactRef contact, std::uint32_t agent, OfferId offer, Reply reply) {
  if (!is_live(contact, offer)) return;  // expired or rescinded meanwhile
  const std::string& id = crew_.id(agent);
  settle(reply == Reply::Accept ? port_.accept(now_, id, offer) : port_.decline(now_, id, offer));
}

void VirtualWorld::end_handling(ContactRef contact, std::uint64_t stamp) {
  const Customer& customer = customers_[contact];
  if (customer.stamp != stamp) return;
  if (customer.transfers && customer.segment == 0) {
    const CountedIn where = customer.where;
    const std::string& queue = scenario_.contacts[customer.stream].transfer.queue;
    const Outcome outcome = port_.transfer(now_, customer.id, crew_.id(customer.agent), queue);
    settle(outcome);
    if (outcome.accepted()) return ledger_.transferred(where);
  }
  settle(port_.end(now_, customer.id));
}

void VirtualWorld::end_wrap_up(ContactRef contact, std::uint32_t agent, std::uint64_t serial) {
  const Customer& customer = customers_[contact];
  if (customer.serial != serial) return;
  settle(port_.finish_wrap_up(now_, crew_.id(agent), customer.id));
}

void VirtualWorld::end_patience(ContactRef contact, std::uint64_t stamp) {
  const Customer& customer = customers_[contact];
  if (customer.stamp != stamp) return;
  settle(port_.end(now_, customer.id));
}

// Who hangs up to be called back loses no patience any more.
void VirtualWorld::take_callback(ContactRef contact, std::uint64_t stamp) {
  Customer& customer = customers_[contact];
  if (customer.stamp != stamp || customer.stage != Stage::Queued) return;
  customer.callback = true;
  const Outcome outcome = port_.request_callback(now_, customer.id);
  settle(outcome);
  if (!outcome.accepted()) {
    customer.callback = false;
    return;
  }
  customer.stamp = customers_.new_stamp();
  if (customer.segment == 0) ledger_.took_callback(customer.where);
}

void VirtualWorld::end_dial(ContactRef contact, std::uint64_t stamp, std::uint32_t attempt, bool answered) {
  const Customer& customer = customers_[contact];
  const State& state = port_.engine().state();
  const bool goes_on = customer.stamp == stamp && state.contacts.contains(contact) &&
                       state[contact].state == ContactState::Dialing &&
                       state.callbacks.at(contact).attempts == attempt;
  if (!goes_on) return;  // the agent or the router has given it up
  settle(answered ? port_.connect_callback(now_, customer.id, attempt)
                  : port_.fail_callback(now_, customer.id, attempt));
}

void VirtualWorld::end_unit(std::uint32_t unit) {
  const std::vector<AgentTally> passed = clock_.since_last(port_.engine().state(), now_);
  if (unit > 0) {
    for (std::uint32_t group = 0; group < ledger_.groups(); ++group)
      ledger_.agents(unit - 1, group) = passed[group];
  }
  ledger_.begin_unit(unit < options_.units ? unit : kNoUnit);
}

RunResult run_virtual(const Scenario& scenario, const CellPlan& plan, const RunOptions& options) {
  return VirtualWorld(scenario, plan, options).run();
}

}  // namespace cordboard::sim
