#include "router/core/contact_admission.h"

#include "router/core/agent_index.h"
#include "router/core/agents.h"
#include "router/core/contacts.h"
#include "router/core/ids.h"
#include "router/core/opening.h"
#include "router/core/splits.h"
#include "router/core/waiting.h"

namespace cordboard::contacts {
namespace {

bool out_of_range(std::int32_t value) { return value < -kMaxPriority || value > kMaxPriority; }

std::optional<Rejection> check_numbers(std::int32_t priority, std::int32_t tier) {
  const std::string range = std::to_string(-kMaxPriority) + " to " + std::to_string(kMaxPriority);
  if (out_of_range(priority))
    return Rejection{RejectReason::InvalidPriority, "priority must be from " + range};
  if (out_of_range(tier)) return Rejection{RejectReason::InvalidPriority, "tier must be from " + range};
  return std::nullopt;
}

std::optional<Rejection> check_payload(const State& state, std::size_t customer, std::size_t attributes) {
  if (customer > kMaxCustomerLength) {
    return Rejection{RejectReason::InvalidId,
                     "customer is longer than " + std::to_string(kMaxCustomerLength) + " bytes"};
  }
  const std::size_t limit = state.config.limits.attributes_bytes;
  if (attributes > limit) {
    return Rejection{RejectReason::AttributesTooLarge, "attributes have " + std::to_string(attributes) +
                                                           " bytes; limits.attributes_bytes is " +
                                                           std::to_string(limit)};
  }
  return std::nullopt;
}

std::optional<Rejection> parse_own(std::string_view text, Requirement& requirement) {
  auto parsed = parse_requirement(text);
  if (const auto* error = std::get_if<RequirementError>(&parsed)) {
    return Rejection{RejectReason::InvalidRequirement, error->message()};
  }
  requirement = std::get<Requirement>(std::move(parsed));
  return std::nullopt;
}

std::string text_of(Duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count()) + "ms";
}

// Steps of a contact's own, in canonical spelling.
std::optional<Rejection> parse_steps(const std::vector<RelaxStep>& given, const QueueConfig& queue,
                                     std::vector<RelaxStep>& steps) {
  const auto wrong = [](std::string detail) {
    return Rejection{RejectReason::InvalidRequirement, std::move(detail)};
  };
  if (given.size() > kMaxRelaxSteps) {
    return wrong("more than " + std::to_string(kMaxRelaxSteps) + " steps of relaxation");
  }
  Duration before{0};
  for (const RelaxStep& step : given) {
    Requirement requirement;
    if (auto malformed = parse_own(step.requirement, requirement)) return malformed;
    if (step.after <= before || step.after > kMaxRelaxAfter) {
      return wrong("steps of relaxation must rise, up to 365 days: " + text_of(step.after) + " after " +
                   text_of(before));
    }
    if (step.after < queue.offer_timeout) {
      return wrong("a step of relaxation after " + text_of(step.after) +
                   " is shorter than the offer timeout of " + text_of(queue.offer_timeout));
    }
    before = step.after;
    steps.push_back({step.after, requirement.canonical()});
  }
  return std::nullopt;
}

// An agent who has never logged in is not there to wait for, as one who is logged out.
std::optional<Rejection> find_preferred(const State& state, const SubmitContact& command,
                                        std::vector<AgentRef>& preferred) {
  if (command.preferred_agents.size() > kMaxPreferredAgents) {
    return Rejection{RejectReason::InvalidId,
                     "more than " + std::to_string(kMaxPreferredAgents) + " preferred agents"};
  }
  if (command.preferred_for < Duration::zero() || command.preferred_for > kMaxPreferredFor) {
    return Rejection{RejectReason::InvalidId, "preferred_for must be from 0 to 7 days"};
  }
  for (const std::string& id : command.preferred_agents) {
    if (!is_client_id(id)) {
      return Rejection{RejectReason::InvalidId, std::string("preferred agent: ") + kClientIdRule};
    }
    const AgentRef agent = state.find_agent(id);
    const bool again = std::find(preferred.begin(), preferred.end(), agent) != preferred.end();
    if (agent && !again) preferred.push_back(agent);
  }
  return std::nullopt;
}

Requirement requirement_of(const Contact& contact) {
  return std::get<Requirement>(parse_canonical(contact.requirement));
}

// What is configured under a name goes before what had it once: queue, split, former name, drained queue.
std::optional<Rejection> find_queue(const State& state, const std::string& name, Admission& admission) {
  QueueRef& queue = admission.queue;
  queue = state.find_configured_queue(name);
  if (!queue) admission.split = splits::find(state, name);
  if (!queue) queue = admission.split ? splits::next_queue(state, admission.split) : state.find_queue(name);
  if (!queue || state[queue].removed) {
    return Rejection{RejectReason::UnknownQueue, "no queue '" + name + "' in the configuration"};
  }
  if (!state[queue].draining) return std::nullopt;
  return Rejection{RejectReason::QueueDraining, "queue '" + name +
                                                    "' was removed from the configuration and serves only "
                                                    "the contacts it has"};
}

// Where the contact really goes, and whether that queue takes it now.
std::optional<Rejection> check_open(const State& state, QueueRef& ref) {
  if (state[ref].open) return std::nullopt;
  ref = opening::taken_by(state, ref);
  if (!opening::refuses(state, ref)) return std::nullopt;
  return Rejection{RejectReason::QueueClosed, "queue '" + state[ref].config.name + "' is closed"};
}

std::optional<Rejection> check_room(const State& state, QueueRef ref) {
  const Queue& queue = state[ref];
  const std::uint32_t limit = queue.config.max_waiting;
  if (!is_full(state, ref)) return std::nullopt;
  return Rejection{RejectReason::QueueFull, "queue '" + queue.config.name + "' has " +
                                                std::to_string(queue.waiting) +
                                                " contacts waiting; max_waiting is " + std::to_string(limit)};
}

// One more contact in this class, or in a new one.
std::optional<Rejection> check_classes(const State& state, RequirementClass known) {
  const bool in_use = known && state.match.in_use(known);
  if (in_use || state.match.requirement_count() < state.config.limits.requirement_classes)
    return std::nullopt;
  return Rejection{
      RejectReason::TooManyRequirements,
      "limits.requirement_classes is " + std::to_string(state.config.limits.requirement_classes)};
}

std::optional<Rejection> check_class(const State& state, const Admission& admission,
                                     RequirementClass& known) {
  known =
      state.match.find_requirement({admission.queue, admission.channel, admission.requirement.canonical()});
  return check_classes(state, known);
}
// Not kept: what happens before the contact joins may forget a class that nobody uses.
std::optional<Rejection> check_class(const State& state, const Admission& admission) {
  RequirementClass known;
  return check_class(state, admission, known);
}

std::optional<Rejection> check_limits(const State& state, const std::string& gateway) {
  if (state.live_contacts >= state.config.limits.live_contacts) {
    return Rejection{RejectReason::TooManyContacts,
                     "limits.live_contacts is " + std::to_string(state.config.limits.live_contacts)};
  }
  const bool new_gateway = !gateway.empty() && !state.find_gateway(gateway);
  if (new_gateway && state.gateways.size() >= state.config.limits.gateways) {
    return Rejection{RejectReason::TooManyGateways,
                     "limits.gateways is " + std::to_string(state.config.limits.gateways)};
  }
  return std::nullopt;
}

// Of a scheduled contact and of a promise.
std::optional<Rejection> check_times(Time now, const std::optional<Time>& not_before,
                                     const std::optional<Time>& promise) {
  const auto wrong = [](std::string detail) {
    return Rejection{RejectReason::InvalidTime, std::move(detail)};
  };
  if (not_before && *not_before > now + kMaxScheduledAhead) {
    return wrong("not_before is more than 366 days ahead");
  }
  if (!promise) return std::nullopt;
  if (*promise <= now) return wrong("the promise has passed already");
  if (*promise > now + kMaxScheduledAhead) return wrong("the promise is more than 366 days ahead");
  if (not_before && *promise < *not_before) return wrong("the promise is before not_before");
  return std::nullopt;
}

std::optional<Rejection> check_scheduled_limit(const State& state, Time now,
                                               const std::optional<Time>& not_before) {
  const bool later = not_before && *not_before > now;
  if (!later || state.scheduled < state.config.limits.scheduled_contacts) return std::nullopt;
  return Rejection{RejectReason::TooManyScheduled,
                   "limits.scheduled_contacts is " + std::to_string(state.config.limits.scheduled_contacts)};
}

std::optional<Rejection> check_start(const State& state, Time now, const SubmitContact& command) {
  if (auto wrong = check_times(now, command.not_before, command.promise)) return wrong;
  if (command.promise && !command.callback) {
    return Rejection{RejectReason::InvalidTime, "a promise is for callbacks only"};
  }
  if (command.callback && command.gateway.empty()) {
    return Rejection{RejectReason::InvalidId, "a callback needs a gateway that dials"};
  }
  return check_scheduled_limit(state, now, command.not_before);
}

std::optional<Rejection> check_submit(const State& state, Time now, const SubmitContact& command,
                                      Admission& admission) {
  if (!is_contact_id(command.contact)) {
    return Rejection{RejectReason::InvalidId,
                     "contact id: 1 to 128 printable ASCII characters without spaces"};
  }
  if (!command.gateway.empty() && !is_client_id(command.gateway)) {
    return Rejection{RejectReason::InvalidId, std::string("gateway id: ") + kClientIdRule};
  }
  if (auto wrong = find_queue(state, command.queue, admission)) return wrong;
  const std::string& channel =
      command.channel.empty() ? state[admission.queue].config.channel : command.channel;
  admission.channel = state.find_channel(channel);
  if (!admission.channel || state[admission.channel].removed) {
    return Rejection{RejectReason::UnknownChannel, "no channel '" + channel + "' in the configuration"};
  }
  if (auto wrong = check_numbers(command.priority, command.tier)) return wrong;
  const std::size_t attributes = command.sealed ? command.sealed->bytes : command.attributes.size();
  if (auto wrong = check_payload(state, command.customer.size(), attributes)) return wrong;
  if (auto wrong = parse_own(command.requirement, admission.requirement)) return wrong;
  if (auto wrong = parse_steps(command.relax, state[admission.queue].config, admission.relax)) return wrong;
  if (auto wrong = find_preferred(state, command, admission.preferred)) return wrong;
  if (auto wrong = check_start(state, now, command)) return wrong;
  const bool later = command.not_before && *command.not_before > now;
  if (auto closed = later ? std::nullopt : check_open(state, admission.queue)) return closed;
  if (auto full = later ? std::nullopt : check_room(state, admission.queue)) return full;
  if (auto full = check_limits(state, command.gateway)) return full;
  return check_class(state, admission, admission.known);
}

std::optional<Rejection> check_update(const State& state, const Contact& contact,
                                      const UpdateContact& command, Time now, Admission& admission) {
  if (command.not_before && contact.state != ContactState::Scheduled) {
    return Rejection{RejectReason::ContactNotScheduled,
                     "the contact is " + std::string(to_string(contact.state)) + ", not scheduled"};
  }
  if (auto wrong = check_times(now, command.not_before, std::nullopt)) return wrong;
  if (auto wrong = check_numbers(command.priority.value_or(0), command.tier.value_or(0))) return wrong;
  const std::size_t plain = command.attributes ? command.attributes->size() : 0;
  if (auto wrong = check_payload(state, 0, command.sealed ? command.sealed->bytes : plain)) return wrong;
  if (!command.requirement && !command.relax) return std::nullopt;
  std::string own = contact.requirement;
  if (command.requirement) {
    if (auto wrong = parse_own(*command.requirement, admission.requirement)) return wrong;
    own = admission.requirement.canonical();
  }
  if (command.relax) {
    if (auto wrong = parse_steps(*command.relax, state[contact.queue].config, admission.relax)) return wrong;
  }
  const std::vector<RelaxStep>* relax = command.relax ? &admission.relax : nullptr;
  // The steps of one that is scheduled begin when it comes in.
  const Time at = contact.state == ContactState::Scheduled ? contact.queued_at : now;
  return check_classes(state, waiting::find_class(state, contact, own, relax, at));
}

std::optional<Rejection> check_callback(const State& state, Time now, const Contact& contact,
                                        const RequestCallback& command, Admission& admission) {
  if (!contact.gateway) {
    return Rejection{RejectReason::InvalidId, "the contact has no gateway that could dial"};
  }
  if (auto wrong = check_times(now, command.not_before, command.promise)) return wrong;
  if (auto full = check_scheduled_limit(state, now, command.not_before)) return full;
  admission.queue = contact.queue;
  const std::string& channel = state[contact.queue].config.callback.channel;
  admission.channel = channel.empty() ? contact.channel : state.find_channel(channel);
  admission.requirement = requirement_of(contact);
  return check_class(state, admission);
}

std::optional<Rejection> check_transfer(const State& state, const Contact& contact,
                                        const TransferContact& command, Admission& admission) {
  admission.queue = contact.queue;
  admission.channel = contact.channel;
  if (command.queue.empty() == command.to_agent.empty()) {
    return Rejection{RejectReason::UnknownQueue, "name exactly one: the queue or the agent to transfer to"};
  }
  if (command.queue.empty()) {
    admission.target = state.find_agent(command.to_agent);
    if (auto wrong = check_taker(state, command.to_agent, contact.channel)) return wrong;
  } else {
    if (auto wrong = find_queue(state, command.queue, admission)) return wrong;
    if (auto closed = check_open(state, admission.queue)) return closed;
    if (auto full = check_room(state, admission.queue)) return full;
  }
  admission.requirement = requirement_of(contact);
  return check_class(state, admission);
}

std::optional<Rejection> check_move(const State& state, const Contact& contact, const std::string& queue,
                                    Admission& admission) {
  admission.channel = contact.channel;
  if (auto wrong = find_queue(state, queue, admission)) return wrong;
  if (auto closed = check_open(state, admission.queue)) return closed;
  admission.requirement = requirement_of(contact);
  if (admission.queue == contact.queue) return std::nullopt;  // it has its room there
  if (auto full = check_room(state, admission.queue)) return full;
  return check_class(state, admission);
}

void refuse(Admission& admission, std::optional<Rejection> rejection) {
  admission.refused.rejection = std::move(rejection);
}

}  // namespace

std::optional<Rejection> check_taker(const State& state, const std::string& id, ChannelRef channel) {
  const AgentRef agent = state.find_agent(id);
  if (!agent) return Rejection{RejectReason::UnknownAgent, "no agent '" + id + "'"};
  if (state[agent].state == AgentState::LoggedOut) {
    return Rejection{RejectReason::AgentNotLoggedIn, "agent '" + id + "' is logged out"};
  }
  if (state[agent].serves(channel)) return std::nullopt;
  return Rejection{RejectReason::AgentLacksChannel,
                   "agent '" + id + "' takes no contacts of channel '" + state[channel].config.name + "'"};
}

Admission admit(const State& state, Time now, const SubmitContact& command) {
  Admission admission;
  refuse(admission, check_submit(state, now, command, admission));
  return admission;
}

Admission admit_update(const State& state, const Contact& contact, const UpdateContact& command, Time now) {
  Admission admission;
  refuse(admission, check_update(state, contact, command, now, admission));
  return admission;
}

Admission admit_callback(const State& state, Time now, const Contact& contact,
                         const RequestCallback& command) {
  Admission admission;
  refuse(admission, check_callback(state, now, contact, command, admission));
  return admission;
}

Admission admit_transfer(const State& state, const Contact& contact, const TransferContact& command) {
  Admission admission;
  refuse(admission, check_transfer(state, contact, command, admission));
  return admission;
}

Admission admit_move(const State& state, const Contact& contact, const std::string& queue) {
  Admission admission;
  refuse(admission, check_move(state, contact, queue, admission));
  return admission;
}

RequirementClass join_class(State& state, const Admission& admission) {
  if (admission.known) {
    state.match.acquire_requirement(admission.known);
    return admission.known;
  }
  const Requirement& own = admission.requirement;
  return join_class(state, {admission.queue, admission.channel, own.canonical()},
                    state[admission.queue].requirement, own);
}

RequirementClass join_class(State& state, const MatchIndex::RequirementKey& key, const Requirement& of_queue,
                            const Requirement& own) {
  if (const RequirementClass known = state.match.find_requirement(key)) {
    state.match.acquire_requirement(known);
    return known;
  }
  if (!state.match.is_open(key.channel)) agents::open_channel(state, key.channel);
  return state.match.acquire_requirement(key, all_of(of_queue, own), state[key.queue].config.strategy);
}

void add_to(Hasher& hasher, const std::vector<RelaxStep>& steps) {
  for (const RelaxStep& step : steps) {
    hasher.add(static_cast<std::uint64_t>(to_us(step.after)));
    hasher.add(step.requirement);
  }
}

void add_to(Hasher& hasher, const std::string& attributes, const std::optional<SealedText>& sealed) {
  if (!sealed) return hasher.add(attributes);
  hasher.add(sealed->hash);
  hasher.add(std::uint64_t{sealed->bytes});
}

std::uint64_t fingerprint_of(const SubmitContact& command) {
  Hasher hasher;
  hasher.add(command.gateway);
  hasher.add(command.queue);
  hasher.add(command.channel);
  hasher.add(static_cast<std::uint64_t>(command.priority));
  hasher.add(static_cast<std::uint64_t>(command.tier));
  hasher.add(command.requirement);
  hasher.add(command.customer);
  add_to(hasher, command.attributes, command.sealed);
  add_to(hasher, command.relax);
  if (command.not_before || command.callback) {
    hasher.add(static_cast<std::uint64_t>(command.not_before ? to_us(*command.not_before) : 0));
    hasher.add(static_cast<std::uint64_t>(command.promise ? to_us(*command.promise) : 0));
    hasher.add(std::uint64_t{command.callback});
  }
  for (const std::string& agent : command.preferred_agents) hasher.add(agent);
  if (!command.preferred_agents.empty() || command.preferred_first ||
      command.preferred_for != Duration::zero()) {
    hasher.add(static_cast<std::uint64_t>(to_us(command.preferred_for)));
    hasher.add(static_cast<std::uint64_t>(command.preferred_first ? 1 : 0));
  }
  return hasher.result();
}

}  // namespace cordboard::contacts
