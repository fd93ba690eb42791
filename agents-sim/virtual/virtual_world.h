// One run of a scenario: customers, agents and the engine between them, event by event in virtual time.
// virtual_run.cc has what people do, virtual_reactions.cc what the engine's events mean for them.

#pragma once

#include <string>
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
#include "agents-sim/virtual/virtual_run.h"

namespace cordboard::sim {

inline constexpr Time kStart = time_from_us(0);

class VirtualWorld final : private RunLoop {
 public:
  VirtualWorld(const Scenario& scenario, const CellPlan& plan, const RunOptions& options);

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

}  // namespace cordboard::sim
