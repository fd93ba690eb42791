#include "agents-sim/virtual/virtual_run.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "agents-sim/base/future_events.h"
#include "agents-sim/scenario/arrival_source.h"
#include "agents-sim/virtual/agent_clock.h"
#include "agents-sim/virtual/attendance.h"
#include "agents-sim/virtual/crew.h"
#include "agents-sim/virtual/customers.h"
#include "agents-sim/virtual/engine_port.h"
#include "agents-sim/virtual/repeat_calls.h"
#include "agents-sim/virtual/submit_writer.h"
#include "router/calendar/opening_hours.h"
#include "router/core/assignments.h"
#include "router/core/opening.h"
#include "router/core/state.h"

namespace cordboard::sim {
namespace {

constexpr Time kStart = time_from_us(0);
// 2026-01-05: the calendars of a run begin in this week.
constexpr std::int32_t kFirstMonday = 20'458;

Time later(Time now, Duration delay) { return delay == kForever ? kNever : now + delay; }

class VirtualRun final : private RunLoop {
 public:
  VirtualRun(const Scenario& scenario, const CellPlan& plan, const RunOptions& options);

  RunResult run();

 private:
  void start();
  bool log_agents_in();
  void schedule_units();
  bool finished() const;
  void step();
  RunResult finish();

  void handle(const FutureEvent& event);
  void arrive(std::uint32_t stream);
  void call_again(std::uint32_t number);
  void submit(std::uint32_t stream, const Arrival& arrival);
  bool is_live(ContactRef contact, OfferId offer) const;
  void answer(ContactRef contact, std::uint32_t agent, OfferId offer, Reply reply);
  void end_handling(ContactRef contact, std::uint64_t stamp);
  void end_wrap_up(ContactRef contact, std::uint32_t agent, std::uint64_t serial);
  void end_patience(ContactRef contact, std::uint64_t stamp);
  void take_callback(ContactRef contact, std::uint64_t stamp);
  void end_dial(ContactRef contact, std::uint64_t stamp, std::uint32_t attempt, bool answered);
  void end_unit(std::uint32_t unit);

  // RunLoop.
  Time now() const override { return now_; }
  void settle(const Outcome& outcome) override;
  void schedule_agent(Time at, FutureKind kind, std::uint32_t subject, std::uint32_t agent,
                      std::uint64_t stamp) override {
    schedule(at, kind, ContactRef{subject}, agent, stamp);
  }

  void react();
  void start_patience(ContactRef contact);
  void schedule(Time at, FutureKind kind, ContactRef contact, std::uint32_t agent, std::uint64_t stamp);
  void schedule_arrival(std::uint32_t stream);
  void expect_redial(std::uint32_t stream, const Arrival& arrival);
  void expect_repeats(const Customer& customer, ContactState state);
  void handle_for(ContactRef contact, Duration left);
  void reply_to_offer(ContactRef contact, std::uint32_t agent, OfferId offer);
  void tell_fate(const Customer& customer, bool answered, bool abandoned, Duration wait) const;
  void count_unanswered(Customer& customer, ContactState state, Duration wait);
  Duration target_of(const Customer& customer) const;

  void on(const ContactQueued& event);
  void on(const ContactMoved& event) { moved_ = event.contact; }
  void on(const ContactRequeued& event);
  void on(const CallbackOffered& event);
  void on(const CallbackDialing& event);
  void on(const OfferCreated& event);
  void on(const ContactConnected& event);
  void on(const ContactInterrupted& event) {
    customers_.set_aside(event.contact, agent_of_[event.agent.value], now_);
  }
  void on(const ContactResumed& event);
  void on(const WrapUpStarted& event);
  void on(const ContactEnded& event);
  void on(const AgentActivityChanged& event);
  template <class Other>
  void on(const Other&) {}

  const Scenario& scenario_;
  const CellPlan& plan_;
  const RunOptions options_;
  EnginePort port_;
  Ledger ledger_;
  WaitForecasts forecasts_;
  Crew crew_;
  AgentClock clock_;
  Attendance attendance_;
  FutureEvents future_;
  std::vector<FutureEvent> reactions_;  // replies that take no time, in order
  std::vector<ArrivalSource> sources_;
  SubmitWriter submits_;
  Customers customers_;
  RepeatCalls repeats_;
  std::vector<std::uint32_t> agent_of_;  // by AgentRef
  Time now_ = kStart;
  Time measured_until_ = kStart;
  Time give_up_at_ = kStart;
  std::uint64_t wrap_ups_cut_ = 0;
  std::uint64_t rejected_ = 0;
  std::string problem_;
  // The contact whose submit is being applied, and its slot once the engine has given it one.
  Customer arriving_;
  bool is_arriving_ = false;
  ContactRef arrived_;
  ContactRef moved_;  // to another queue, which it is about to enter
};

VirtualRun::VirtualRun(const Scenario& scenario, const CellPlan& plan, const RunOptions& options)
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

RunResult VirtualRun::run() {
  start();
  while (problem_.empty() && !finished()) step();
  return finish();
}

void VirtualRun::start() {
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

bool VirtualRun::log_agents_in() {
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

void VirtualRun::schedule_units() {
  const Time begin = kStart + scenario_.warmup;
  measured_until_ = begin + scenario_.horizon;
  give_up_at_ = measured_until_ + std::max<Duration>(scenario_.horizon / 10, std::chrono::hours{1});
  // The event with number u ends unit u - 1 and begins unit u.
  for (std::uint32_t unit = 0; unit < options_.units; ++unit) {
    future_.push({begin + scenario_.horizon / options_.units * unit, FutureKind::UnitEnds, unit, 0, 0});
  }
  future_.push({measured_until_, FutureKind::UnitEnds, options_.units, 0, 0});
}

bool VirtualRun::finished() const {
  if (!port_.violation().empty()) return true;
  const Time next = std::min(future_.next_at(), port_.engine().next_deadline());
  if (next == kNever || next > give_up_at_) return true;
  return now_ >= measured_until_ && ledger_.unit() == kNoUnit && ledger_.open() == 0;
}

void VirtualRun::step() {
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

RunResult VirtualRun::finish() {
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

void VirtualRun::handle(const FutureEvent& event) {
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

void VirtualRun::arrive(std::uint32_t stream) {
  submit(stream, sources_[stream].take());
  schedule_arrival(stream);
}

void VirtualRun::call_again(std::uint32_t number) {
  const RepeatCall call = repeats_.take(number);
  submit(call.stream, call.arrival);
}

void VirtualRun::submit(std::uint32_t stream, const Arrival& arrival) {
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

void VirtualRun::expect_redial(std::uint32_t stream, const Arrival& arrival) {
  const ArrivalSource& source = sources_[stream];
  const Duration after = source.redial_after(arrival);
  if (after == kForever) return;
  const std::uint32_t call = repeats_.keep({stream, source.redialled(arrival)});
  future_.push({now_ + after, FutureKind::CallsAgain, call, 0, 0});
}

void VirtualRun::expect_repeats(const Customer& customer, ContactState state) {
  if (!scenario_.contacts[customer.stream].has_repeats()) return;
  if (state == ContactState::Abandoned) return expect_redial(customer.stream, customer.as_arrival());
  if (state != ContactState::Completed) return;
  const ArrivalSource& source = sources_[customer.stream];
  const Duration after = source.call_again_after(customer.as_arrival());
  if (after == kForever) return;
  const std::uint32_t call = repeats_.keep({customer.stream, source.called_again(customer.as_arrival())});
  future_.push({now_ + after, FutureKind::CallsAgain, call, 0, 0});
}

bool VirtualRun::is_live(ContactRef contact, OfferId offer) const {
  const State& state = port_.engine().state();
  if (!state.contacts.contains(contact)) return false;
  const assignments::LiveOffers offers = assignments::offers_of(state, contact);
  return std::any_of(offers.begin(), offers.end(),
                     [&](AssignmentRef ref) { return state[ref].offer == offer; });
}

void VirtualRun::answer(ContactRef contact, std::uint32_t agent, OfferId offer, Reply reply) {
  if (!is_live(contact, offer)) return;  // expired or rescinded meanwhile
  const std::string& id = crew_.id(agent);
  settle(reply == Reply::Accept ? port_.accept(now_, id, offer) : port_.decline(now_, id, offer));
}

void VirtualRun::end_handling(ContactRef contact, std::uint64_t stamp) {
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

void VirtualRun::end_wrap_up(ContactRef contact, std::uint32_t agent, std::uint64_t serial) {
  const Customer& customer = customers_[contact];
  if (customer.serial != serial) return;
  settle(port_.finish_wrap_up(now_, crew_.id(agent), customer.id));
}

void VirtualRun::end_patience(ContactRef contact, std::uint64_t stamp) {
  const Customer& customer = customers_[contact];
  if (customer.stamp != stamp) return;
  settle(port_.end(now_, customer.id));
}

// Who hangs up to be called back loses no patience any more.
void VirtualRun::take_callback(ContactRef contact, std::uint64_t stamp) {
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

void VirtualRun::end_dial(ContactRef contact, std::uint64_t stamp, std::uint32_t attempt, bool answered) {
  const Customer& customer = customers_[contact];
  const State& state = port_.engine().state();
  const bool goes_on = customer.stamp == stamp && state.contacts.contains(contact) &&
                       state[contact].state == ContactState::Dialing &&
                       state.callbacks.at(contact).attempts == attempt;
  if (!goes_on) return;  // the agent or the router has given it up
  settle(answered ? port_.connect_callback(now_, customer.id, attempt)
                  : port_.fail_callback(now_, customer.id, attempt));
}

void VirtualRun::end_unit(std::uint32_t unit) {
  const std::vector<AgentTally> passed = clock_.since_last(port_.engine().state(), now_);
  if (unit > 0) {
    for (std::uint32_t group = 0; group < ledger_.groups(); ++group)
      ledger_.agents(unit - 1, group) = passed[group];
  }
  ledger_.begin_unit(unit < options_.units ? unit : kNoUnit);
}

// ---- What the engine did ----

void VirtualRun::settle(const Outcome& outcome) {
  if (!outcome.accepted() && !is_arriving_) ++rejected_;
  for (const Event& event : port_.events()) {
    std::visit([this](const auto& what) { on(what); }, event);
  }
}

void VirtualRun::react() {
  for (std::size_t i = 0; i < reactions_.size(); ++i) {
    const FutureEvent reaction = reactions_[i];
    handle(reaction);
  }
  reactions_.clear();
}

void VirtualRun::on(const ContactQueued& event) {
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

void VirtualRun::on(const ContactRequeued& event) { start_patience(event.contact); }

void VirtualRun::on(const CallbackOffered& event) {
  const Customer& customer = customers_[event.contact];
  const ArrivalSource& source = sources_[customer.stream];
  if (customer.callback || !source.takes_callback(customer.as_arrival())) return;
  schedule(now_, FutureKind::TakesCallback, event.contact, 0, customer.stamp);
}

void VirtualRun::on(const CallbackDialing& event) {
  const Customer& customer = customers_[event.contact];
  const ArrivalSource& source = sources_[customer.stream];
  const Arrival arrival = customer.as_arrival();
  const FutureKind kind =
      source.answers_dial(arrival, event.attempt) ? FutureKind::DialAnswered : FutureKind::DialFails;
  schedule(now_ + source.ring_time(arrival, event.attempt), kind, event.contact, event.attempt,
           customer.stamp);
}

void VirtualRun::on(const OfferCreated& event) {
  Customer& customer = customers_[event.contact];
  if (is_arriving_ && event.contact == arrived_) customer.delayed = false;
  reply_to_offer(event.contact, agent_of_[event.agent.value], event.offer);
}

void VirtualRun::reply_to_offer(ContactRef contact, std::uint32_t agent, OfferId offer) {
  const Reply reply = crew_.reply(agent);
  if (reply == Reply::None) return;
  const FutureKind kind = reply == Reply::Accept ? FutureKind::Accepts : FutureKind::Declines;
  schedule(later(now_, crew_.answer_delay(agent)), kind, contact, agent, offer.value);
}

void VirtualRun::on(const ContactConnected& event) {
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

void VirtualRun::handle_for(ContactRef contact, Duration left) {
  Customer& customer = customers_[contact];
  customer.handled_at = now_ + left;
  schedule(customer.handled_at, FutureKind::HandlingEnds, contact, customer.agent, customer.stamp);
}

void VirtualRun::on(const ContactResumed& event) {
  const Customer& customer = customers_[event.contact];
  if (customer.is_handled_by(agent_of_[event.agent.value])) handle_for(event.contact, customer.handle_left);
}

void VirtualRun::on(const WrapUpStarted& event) {
  const std::uint32_t agent = agent_of_[event.agent.value];
  const Time done = later(now_, crew_.wrap_up(agent));
  customers_[event.contact].handled_at = kNever;
  if (done > event.until) ++wrap_ups_cut_;
  if (done >= event.until) return;  // the engine ends it
  schedule(done, FutureKind::WrapUpEnds, event.contact, agent, customers_[event.contact].serial);
}

void VirtualRun::on(const ContactEnded& event) {
  Customer& customer = customers_[event.contact];
  if (customer.is_first_wait()) count_unanswered(customer, event.state, now_ - customer.queued_at);
  forecasts_.ended(event.contact);
  customer.stage = Stage::Gone;
  customer.stamp = 0;
  expect_repeats(customer, event.state);
}

void VirtualRun::on(const AgentActivityChanged& event) {
  if (event.agent.value < agent_of_.size()) attendance_.on(agent_of_[event.agent.value], event);
}

void VirtualRun::tell_fate(const Customer& customer, bool answered, bool abandoned, Duration wait) const {
  if (!options_.on_fate || customer.where.unit == kNoUnit) return;
  options_.on_fate({customer.stream, customer.number, customer.attempt, answered, abandoned, wait});
}

void VirtualRun::count_unanswered(Customer& customer, ContactState state, Duration wait) {
  tell_fate(customer, false, state == ContactState::Abandoned, wait);
  if (state == ContactState::Abandoned) return ledger_.abandoned(customer.where, wait, customer.delayed);
  if (state == ContactState::Expired) return ledger_.expired(customer.where, wait, customer.delayed);
  ledger_.cancelled(customer.where, wait, customer.delayed);
}

void VirtualRun::start_patience(ContactRef contact) {
  Customer& customer = customers_[contact];
  if (customer.patience_running) return;
  customer.patience_running = true;
  schedule(later(customer.queued_at, customer.patience), FutureKind::PatienceEnds, contact, 0,
           customer.stamp);
}

// What takes no time happens in this instant, before anything else.
void VirtualRun::schedule(Time at, FutureKind kind, ContactRef contact, std::uint32_t agent,
                          std::uint64_t stamp) {
  if (at == kNever) return;
  const FutureEvent event{std::max(at, now_), kind, contact.value, agent, stamp};
  at <= now_ ? reactions_.push_back(event) : future_.push(event);
}

void VirtualRun::schedule_arrival(std::uint32_t stream) {
  const Duration at = sources_[stream].next_at();
  if (at != kForever) future_.push({kStart + at, FutureKind::Arrival, stream, 0, 0});
}

Duration VirtualRun::target_of(const Customer& customer) const {
  return scenario_.router.queues[plan_.keys()[customer.where.cell].queue].service_level.within;
}

}  // namespace

RunResult run_virtual(const Scenario& scenario, const CellPlan& plan, const RunOptions& options) {
  return VirtualRun(scenario, plan, options).run();
}

}  // namespace cordboard::sim
