#include "router/core/engine.h"

#include "router/core/agents.h"
#include "router/core/assignments.h"
#include "router/core/callbacks.h"
#include "router/core/command_fingerprint.h"
#include "router/core/configuration.h"
#include "router/core/contact_requests.h"
#include "router/core/contacts.h"
#include "router/core/gateways.h"
#include "router/core/mutation.h"
#include "router/core/opening.h"
#include "router/core/preference.h"
#include "router/core/scheduled.h"
#include "router/core/servability.h"
#include "router/core/state.h"
#include "router/core/supervision.h"
#include "router/core/waiting.h"

namespace cordboard {
namespace {

constexpr std::size_t kMaxRequestIdLength = 64;

void fire(Step& step, const Deadline& deadline) {
  const std::uint32_t owner = deadline.owner;
  switch (deadline.kind) {
    case DeadlineKind::OfferTimeout:
    case DeadlineKind::MaxHandling:
    case DeadlineKind::WrapUpTimeout:
    case DeadlineKind::DialTimeout:
      return assignments::on_deadline(step, AssignmentRef{owner});
    case DeadlineKind::ContactMaxWait:
      return contacts::on_max_wait(step, ContactRef{owner});
    case DeadlineKind::AgentReturn:
      return agents::on_return(step, AgentRef{owner});
    case DeadlineKind::AgentGrace:
      return agents::on_grace_end(step, AgentRef{owner});
    case DeadlineKind::GatewayGrace:
      return gateways::on_grace_end(step, GatewayRef{owner});
    case DeadlineKind::CooldownEnd:
      return contacts::on_cooldown_end(step, CooldownRef{owner});
    case DeadlineKind::WaitPlan:
      return waiting::on_deadline(step, PlanRef{owner});
    case DeadlineKind::CalendarChange:
      return opening::on_change(step, CalendarRef{owner});
    case DeadlineKind::ContactDue:
      return scheduled::on_due(step, ContactRef{owner});
    case DeadlineKind::CallbackPromise:
      return callbacks::on_promise(step, ContactRef{owner});
  }
}

struct Dispatch {
  Step& step;

  Outcome operator()(const SubmitContact& c) const { return contacts::submit(step, c); }
  Outcome operator()(const UpdateContact& c) const { return contacts::update(step, c); }
  Outcome operator()(const CancelContact& c) const { return contacts::cancel(step, c); }
  Outcome operator()(const EndContact& c) const { return contacts::end(step, c); }
  Outcome operator()(const TransferContact& c) const { return contacts::transfer(step, c); }
  Outcome operator()(const RequestCallback& c) const { return callbacks::request(step, c); }
  Outcome operator()(const ConnectCallback& c) const { return callbacks::connect(step, c); }
  Outcome operator()(const FailCallback& c) const { return callbacks::fail(step, c); }
  Outcome operator()(const Login& c) const { return agents::login(step, c); }
  Outcome operator()(const Logout& c) const { return agents::logout(step, c); }
  Outcome operator()(const SetReady& c) const { return agents::set_ready(step, c); }
  Outcome operator()(const SetNotReady& c) const { return agents::set_not_ready(step, c); }
  Outcome operator()(const AcceptOffer& c) const { return assignments::accept(step, c); }
  Outcome operator()(const DeclineOffer& c) const { return assignments::decline(step, c); }
  Outcome operator()(const FinishWrapUp& c) const { return agents::finish_wrap_up(step, c); }
  Outcome operator()(const ReleaseAgent& c) const { return agents::release(step, c); }
  Outcome operator()(const AgentDisconnected& c) const { return agents::disconnect(step, c); }
  Outcome operator()(const GatewayConnected& c) const { return gateways::connect(step, c); }
  Outcome operator()(const GatewayDisconnected& c) const { return gateways::disconnect(step, c); }
  Outcome operator()(const ApplyConfig& c) const { return configuration::apply(step, c); }
  Outcome operator()(const Supervise& c) const { return supervision::act(step, c); }
  Outcome operator()(const SetQueueMode& c) const { return opening::set_mode(step, c); }
  Outcome operator()(const SetOpeningTimes& c) const { return opening::set_times(step, c); }
  Outcome operator()(const ForgetCustomer& c) const { return preference::forget_customer(step, c); }
  Outcome operator()(const RouterRestarted&) const {
    agents::disconnect_all(step);
    gateways::disconnect_all(step);
    return accepted();
  }
  Outcome operator()(const AdvanceTime&) const {
    DeadlineQueue& deadlines = step.state.deadlines;
    while (deadlines.next_due() <= step.now) fire(step, deadlines.take_next());
    return accepted();
  }
};

bool may_come_late(const CommandBody& body) {
  return std::holds_alternative<AdvanceTime>(body) || std::holds_alternative<RouterRestarted>(body);
}

// A login that was applied, but whose stream broke before the answer: whoever repeats it is there again.
bool brings_back(const State& state, const CommandBody& body) {
  const auto* login = std::get_if<Login>(&body);
  const AgentRef agent = login != nullptr ? state.find_agent(login->agent) : AgentRef::none();
  return agent && state[agent].state != AgentState::LoggedOut && !state[agent].connected;
}

}  // namespace

Engine::Engine() : state_(std::make_unique<State>()) {}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;

Outcome Engine::apply(const Command& command, std::vector<Event>& events) {
  State& state = *state_;
  CB_ASSERT(command.at >= state.now, "command at %lld before %lld", static_cast<long long>(to_us(command.at)),
            static_cast<long long>(to_us(state.now)));
  CB_ASSERT(may_come_late(command.body) || state.deadlines.next_due() > command.at,
            "a deadline at %lld is due before the command at %lld",
            static_cast<long long>(to_us(state.deadlines.next_due())),
            static_cast<long long>(to_us(command.at)));

  bool named = !command.request_id.empty();
  std::uint64_t fingerprint = 0;
  if (named) {
    if (command.request_id.size() > kMaxRequestIdLength) {
      return rejected(RejectReason::InvalidId, "request_id is longer than 64 bytes");
    }
    fingerprint = fingerprint_of(command.body);
    if (const RememberedRequest* known = state.requests.find(command.request_id)) {
      if (known->fingerprint != fingerprint) {
        return rejected(RejectReason::RequestIdReused, "the request id was used for another request");
      }
      if (!brings_back(state, command.body)) {
        Outcome outcome = repeated();
        outcome.offer = known->offer;
        return outcome;
      }
      named = false;
    }
  }

  Step step{state, command.at, events};
  Outcome outcome = std::visit(Dispatch{step}, command.body);
  if (!outcome.accepted() || outcome.repeated) return outcome;
  if (!mutated("time_stands_still")) state.now = command.at;
  if (named) {
    state.requests.remember({command.request_id, fingerprint, outcome.offer},
                            state.config.limits.request_ids);
  }
  if (state.match.has_unsettled()) servability::settle(step);
  if (state.draining_queues > 0) configuration::retire_drained(step);
  contacts::forget_ended(step);
  return outcome;
}

Time Engine::next_deadline() const { return state_->deadlines.next_due(); }
Time Engine::now() const { return state_->now; }
const State& Engine::state() const { return *state_; }
void Engine::set_personal_reader(const PersonalReader* reader) { state_->personal_reader = reader; }

}  // namespace cordboard
