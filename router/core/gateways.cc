#include "router/core/gateways.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "router/core/callbacks.h"
#include "router/core/contacts.h"
#include "router/core/ids.h"
#include "router/core/matching.h"
#include "router/core/scheduled.h"

namespace cordboard::gateways {
namespace {

GatewayRef find_or_add(State& state, const std::string& id) {
  if (const GatewayRef known = state.find_gateway(id)) return known;
  const GatewayRef ref{static_cast<std::uint32_t>(state.gateways.size())};
  state.gateways.push_back({.id = id});
  state.gateway_names.insert(id, ref.value);
  return ref;
}

void start_grace(Step& step, GatewayRef ref) {
  Gateway& gateway = step.state[ref];
  gateway.connected = false;
  gateway.grace_deadline = step.state.deadlines.schedule(step.now + step.state.config.gateway_grace,
                                                         DeadlineKind::GatewayGrace, ref.value);
}

}  // namespace

Outcome connect(Step& step, const GatewayConnected& command) {
  State& state = step.state;
  if (!is_client_id(command.gateway)) {
    return rejected(RejectReason::InvalidId, std::string("gateway id: ") + kClientIdRule);
  }
  if (!state.find_gateway(command.gateway) && state.gateways.size() >= state.config.limits.gateways) {
    return rejected(RejectReason::TooManyGateways,
                    "limits.gateways is " + std::to_string(state.config.limits.gateways));
  }
  Gateway& gateway = state[find_or_add(state, command.gateway)];
  if (gateway.connected) return repeated();
  gateway.connected = true;
  state.deadlines.cancel(gateway.grace_deadline);
  const bool was_gone = std::exchange(gateway.gone, false);
  if (was_gone) scheduled::on_gateway_back(step, state.find_gateway(command.gateway));
  return accepted();
}

Outcome disconnect(Step& step, const GatewayDisconnected& command) {
  const GatewayRef ref = step.state.find_gateway(command.gateway);
  if (!ref || !step.state[ref].connected) return repeated();
  start_grace(step, ref);
  return accepted();
}

GatewayRef contact_begun(State& state, const std::string& id) {
  if (id.empty()) return GatewayRef::none();
  const GatewayRef ref = find_or_add(state, id);
  ++state[ref].live_contacts;
  return ref;
}

void contact_ended(State& state, GatewayRef gateway) {
  if (gateway) --state[gateway].live_contacts;
}

void on_grace_end(Step& step, GatewayRef ref) {
  State& state = step.state;
  state[ref].grace_deadline = DeadlineRef::none();
  state[ref].gone = true;
  // Those who wait first, then those who ring: else an agent who becomes free would be offered the next
  // orphan.
  std::vector<std::tuple<ContactState, std::uint64_t, ContactRef>> orphans;
  state.contacts.for_each([&](ContactRef contact, const Contact& c) {
    if (c.gateway == ref && !is_final(c.state)) orphans.emplace_back(c.state, c.sequence, contact);
  });
  std::sort(orphans.begin(), orphans.end());
  for (const auto& [was, sequence, contact] : orphans) {  // nor as a further one who is asked
    if (was == ContactState::Offered && state.match.contains(contact)) matching::withdraw(state, contact);
  }
  for (const auto& [was, sequence, contact] : orphans) {
    if (state[contact].state == ContactState::Dialing) {
      callbacks::give_up(step, contact, Cause::GatewayLost);
    } else if (is_unanswered(state[contact].state) && state[contact].is_callback()) {
      contacts::defer(step, contact, kNever, Cause::GatewayLost, [] {});
    } else if (is_unanswered(state[contact].state)) {
      contacts::leave(step, contact, ContactSignal::Cancel, Cause::GatewayLost);
    } else if (state[contact].state == ContactState::Connected) {
      const AgentRef agent = state[contact].agent;
      contacts::hang_up(step, contact, Cause::GatewayLost);
      matching::take_work(step, agent);
    }
  }
}

void disconnect_all(Step& step) {
  for (std::uint32_t i = 0; i < step.state.gateways.size(); ++i) {
    if (step.state.gateways[i].connected) start_grace(step, GatewayRef{i});
  }
}

}  // namespace cordboard::gateways
