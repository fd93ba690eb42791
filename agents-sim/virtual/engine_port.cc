#include "agents-sim/virtual/engine_port.h"

#include <utility>

#include "router/calendar/opening_hours.h"
#include "router/core/state.h"

namespace cordboard::sim {

Outcome EnginePort::apply(Command& command, Time now) {
  command.at = now;
  events_.clear();
  Outcome outcome = engine_.apply(command, events_);
  ++commands_;
  if (check_invariants_ && violation_.empty()) check();
  return outcome;
}

void EnginePort::check() {
  const std::vector<std::string> broken = engine_.check_invariants();
  if (broken.empty()) return;
  violation_ = "after command " + std::to_string(commands_) + ":";
  for (const std::string& rule : broken) violation_ += " " + rule + ";";
}

Outcome EnginePort::configure(Time now, const TenantConfig& config) {
  Command command{now, {}, ApplyConfig{1, config}};
  return apply(command, now);
}

Outcome EnginePort::login(Time now, const std::string& agent, const AgentProfile* profile, bool ready) {
  Login login{agent, std::nullopt, ready};
  if (profile != nullptr) login.profile = *profile;
  Command command{now, {}, std::move(login)};
  return apply(command, now);
}

Outcome EnginePort::logout(Time now, const std::string& agent) {
  Command command{now, {}, Logout{agent}};
  return apply(command, now);
}

Outcome EnginePort::set_not_ready(Time now, const std::string& agent, const std::string& reason) {
  Command command{now, {}, SetNotReady{agent, reason}};
  return apply(command, now);
}

Outcome EnginePort::set_ready(Time now, const std::string& agent) {
  Command command{now, {}, SetReady{agent}};
  return apply(command, now);
}

Outcome EnginePort::disconnect(Time now, const std::string& agent) {
  Command command{now, {}, AgentDisconnected{agent}};
  return apply(command, now);
}

Outcome EnginePort::connect_gateway(Time now, const std::string& gateway) {
  Command command{now, {}, GatewayConnected{gateway}};
  return apply(command, now);
}

Outcome EnginePort::request_callback(Time now, const std::string& contact) {
  Command command{now, {}, RequestCallback{contact, {}, {}}};
  return apply(command, now);
}

Outcome EnginePort::connect_callback(Time now, const std::string& contact, std::uint32_t attempt) {
  Command command{now, {}, ConnectCallback{contact, attempt}};
  return apply(command, now);
}

Outcome EnginePort::fail_callback(Time now, const std::string& contact, std::uint32_t attempt) {
  Command command{now, {}, FailCallback{contact, attempt, DialFailure::NoAnswer}};
  return apply(command, now);
}

Outcome EnginePort::accept(Time now, const std::string& agent, OfferId offer) {
  auto& body = std::get<AcceptOffer>(accept_.body);
  body.agent = agent;
  body.offer = offer;
  return apply(accept_, now);
}

Outcome EnginePort::decline(Time now, const std::string& agent, OfferId offer) {
  auto& body = std::get<DeclineOffer>(decline_.body);
  body.agent = agent;
  body.offer = offer;
  return apply(decline_, now);
}

Outcome EnginePort::finish_wrap_up(Time now, const std::string& agent, const std::string& contact) {
  auto& body = std::get<FinishWrapUp>(finish_.body);
  body.agent = agent;
  body.contact = contact;
  return apply(finish_, now);
}

Outcome EnginePort::end(Time now, const std::string& contact) {
  std::get<EndContact>(end_.body).contact = contact;
  return apply(end_, now);
}

Outcome EnginePort::transfer(Time now, const std::string& contact, const std::string& agent,
                             const std::string& queue) {
  auto& body = std::get<TransferContact>(transfer_.body);
  body.contact = contact;
  body.agent = agent;
  body.queue = queue;
  return apply(transfer_, now);
}

Outcome EnginePort::advance(Time now) { return apply(advance_, now); }

Outcome EnginePort::tell_opening_times(Time now) {
  const Duration offset = begins_at_ - Time{};
  SetOpeningTimes times = opening_times(engine_.state().config, now + offset);
  for (OpeningTimes& calendar : times.calendars) {
    for (Time& at : calendar.changes) at -= offset;
    calendar.until -= offset;
  }
  Command command{now, {}, std::move(times)};
  return apply(command, now);
}

}  // namespace cordboard::sim
