#include "router/core/configuration.h"

#include <algorithm>
#include <set>

#include "router/core/agent_index.h"
#include "router/core/agents.h"
#include "router/core/assignments.h"
#include "router/core/contact_admission.h"
#include "router/core/contacts.h"
#include "router/core/destinations.h"
#include "router/core/escalation.h"
#include "router/core/explain_offer.h"
#include "router/core/ids.h"
#include "router/core/interruptions.h"
#include "router/core/matching.h"
#include "router/core/named.h"
#include "router/core/opening.h"
#include "router/core/preference.h"
#include "router/core/servability.h"
#include "router/core/splits.h"
#include "router/core/supervision.h"
#include "router/core/waiting.h"

namespace cordboard::configuration {
namespace {

using Refusal = std::optional<Rejection>;

bool has_queue(const TenantConfig& config, const std::string& name) {
  return find_named(config.queues, name) != nullptr;
}
bool has_channel(const TenantConfig& config, const std::string& name) {
  return find_named(config.channels, name) != nullptr;
}

Refusal check_relaxation(const QueueConfig& queue) {
  const std::string subject = "queue '" + queue.name + "': ";
  if (queue.relax.size() > kMaxRelaxSteps) {
    return Rejection{RejectReason::InvalidRequirement,
                     subject + "more than " + std::to_string(kMaxRelaxSteps) + " steps of relaxation"};
  }
  Duration before{0};
  for (const RelaxStep& step : queue.relax) {
    const auto parsed = parse_requirement(step.requirement);
    if (const auto* error = std::get_if<RequirementError>(&parsed)) {
      return Rejection{RejectReason::InvalidRequirement, subject + error->message()};
    }
    if (step.after <= before || step.after < queue.offer_timeout) {
      return Rejection{RejectReason::InvalidRequirement,
                       subject + "steps of relaxation must rise and not be shorter than the offer timeout"};
    }
    before = step.after;
  }
  return std::nullopt;
}

bool is_usable(const TenantConfig& config, const QueueConfig& queue, const EscalationAction& action) {
  switch (action.kind) {
    case EscalationKind::AlsoQueue:
    case EscalationKind::MoveToQueue:
      return has_queue(config, action.text) && action.text != queue.name;
    case EscalationKind::Deflect:
      return destinations::is_destination(action.text);
    case EscalationKind::Notify:
      return !action.text.empty() && action.text.size() <= kMaxNoticeLength;
    case EscalationKind::RaisePriority:
      return action.number > 0 && action.number <= contacts::kMaxPriority;
    case EscalationKind::SetTier:
      return std::abs(action.number) <= contacts::kMaxPriority;
    case EscalationKind::Relax:
    case EscalationKind::OfferCallback:
    case EscalationKind::Cancel:
      return true;
  }
  return false;
}

Refusal check_ladder(const TenantConfig& config, const QueueConfig& queue) {
  const auto usable = [&](const EscalationAction& action) { return is_usable(config, queue, action); };
  bool all = queue.escalate.size() <= kMaxEscalationRules;
  for (const EscalationRule& rule : queue.escalate) {
    all = all && rule.actions.size() <= kMaxEscalationActions && !rule.actions.empty() &&
          std::all_of(rule.actions.begin(), rule.actions.end(), usable);
  }
  if (all) return std::nullopt;
  return Rejection{
      RejectReason::InvalidId,
      "queue '" + queue.name + "': a rule of `escalate` names what is not there or is too large"};
}

Refusal check_queues(const TenantConfig& config) {
  std::set<std::string> names;
  for (const QueueConfig& queue : config.queues) {
    if (!is_config_name(queue.name) || !names.insert(queue.name).second) {
      return Rejection{RejectReason::InvalidId, "queue name '" + queue.name + "' is malformed or used twice"};
    }
    if (!has_channel(config, queue.channel)) {
      return Rejection{RejectReason::UnknownChannel,
                       "queue '" + queue.name + "': no channel '" + queue.channel + "'"};
    }
    if (queue.ageing < kMinAgeing || queue.ageing > kMaxAgeing) {
      return Rejection{RejectReason::InvalidPriority,
                       "queue '" + queue.name + "': ageing must be from 0.1 to 10"};
    }
    if (!queue.callback.channel.empty() && !has_channel(config, queue.callback.channel)) {
      return Rejection{RejectReason::UnknownChannel,
                       "queue '" + queue.name + "': no channel '" + queue.callback.channel + "'"};
    }
    const auto parsed = parse_requirement(queue.requirement);
    if (const auto* error = std::get_if<RequirementError>(&parsed)) {
      return Rejection{RejectReason::InvalidRequirement, "queue '" + queue.name + "': " + error->message()};
    }
    if (auto wrong = check_relaxation(queue)) return wrong;
    if (auto wrong = check_ladder(config, queue)) return wrong;
  }
  return std::nullopt;
}

// A queue cannot go on as another one while it is configured itself, nor as two.
Refusal check_renames(const TenantConfig& config) {
  std::set<std::string> former;
  for (const QueueConfig& queue : config.queues) {
    if (queue.renamed_from.empty()) continue;
    if (has_queue(config, queue.renamed_from)) {
      return Rejection{RejectReason::InvalidId, "queue '" + queue.name + "' is renamed from '" +
                                                    queue.renamed_from + "', which is configured itself"};
    }
    if (!former.insert(queue.renamed_from).second) {
      return Rejection{RejectReason::InvalidId, "two queues are renamed from '" + queue.renamed_from + "'"};
    }
  }
  return std::nullopt;
}

Refusal check_channels(const TenantConfig& config) {
  std::set<std::string> names;
  for (const ChannelConfig& channel : config.channels) {
    if (!is_config_name(channel.name) || !names.insert(channel.name).second) {
      return Rejection{RejectReason::InvalidId,
                       "channel name '" + channel.name + "' is malformed or used twice"};
    }
  }
  return std::nullopt;
}

Refusal check_agents(const TenantConfig& config) {
  // Profiles may name the channels of the new configuration only.
  State future;
  for (const ChannelConfig& channel : config.channels) future.channels.push_back({channel});
  std::set<std::string> ids;
  for (const AgentConfig& agent : config.agents) {
    if (!is_client_id(agent.id) || !ids.insert(agent.id).second) {
      return Rejection{RejectReason::InvalidId, "agent id '" + agent.id + "' is malformed or used twice"};
    }
    if (auto wrong = agents::check_profile(future, agent.profile)) {
      wrong->detail = "agent '" + agent.id + "': " + wrong->detail;
      return wrong;
    }
  }
  if (config.agents.size() > config.limits.agents) {
    return Rejection{RejectReason::TooManyAgents, "limits.agents is " + std::to_string(config.limits.agents)};
  }
  return std::nullopt;
}

bool in_use(const Queue& queue) {
  return queue.waiting + queue.scheduled + queue.connected + queue.wrap_up > 0;
}

// The queue that this entry configures: the one of its name, else the one that it gives a new name. none(): a
// new one.
QueueRef configured_by(const State& state, const QueueConfig& config) {
  const QueueRef named = state.find_queue_by_name(config.name);
  if (named && !state[named].removed) return named;
  const QueueRef former = state.find_queue_by_name(config.renamed_from);
  return former && !state[former].removed ? former : named;
}

// The queues that the configuration no longer has.
std::vector<QueueRef> missing_queues(const State& state, const TenantConfig& config) {
  std::vector<bool> configured(state.queues.size(), false);
  for (const QueueConfig& queue : config.queues) {
    if (const QueueRef ref = configured_by(state, queue)) configured[ref.value] = true;
  }
  std::vector<QueueRef> missing;
  for (std::uint32_t i = 0; i < configured.size(); ++i) {
    if (!configured[i] && !state.queues[i].removed) missing.push_back(QueueRef{i});
  }
  return missing;
}

// What is in use cannot be removed.
Refusal check_removals(const State& state, const TenantConfig& config) {
  for (const QueueRef ref : missing_queues(state, config)) {
    if (config.removed_queues == RemovedQueues::Drain || !in_use(state[ref])) continue;
    return Rejection{RejectReason::QueueInUse,
                     "queue '" + state[ref].config.name +
                         "' still has contacts; keep it, rename it with renamed_from, or set "
                         "removed_queues: drain"};
  }
  std::vector<bool> used(state.channels.size(), false);
  state.contacts.for_each([&](ContactRef, const Contact& contact) {
    if (!is_final(contact.state)) used[contact.channel.value] = true;
  });
  std::size_t added = 0;
  for (const ChannelConfig& channel : config.channels) added += state.find_channel(channel.name) ? 0 : 1;
  if (state.channels.size() + added > MatchIndex::kMaxChannels) {
    return Rejection{RejectReason::InvalidId, "more than " + std::to_string(MatchIndex::kMaxChannels) +
                                                  " channels, removed ones included"};
  }
  for (std::size_t i = 0; i < used.size(); ++i) {
    const std::string& name = state.channels[i].config.name;
    if (used[i] && !has_channel(config, name)) {
      return Rejection{RejectReason::ChannelInUse, "channel '" + name + "' still has contacts"};
    }
  }
  return std::nullopt;
}

Refusal check(const State& state, const TenantConfig& config) {
  if (config.priority_point < Duration::zero() || config.priority_point > kMaxPriorityPoint) {
    return Rejection{RejectReason::InvalidPriority, "priority_point must be from 0 to 7 days"};
  }
  if (auto wrong = check_channels(config)) return wrong;
  if (auto wrong = interruptions::check(config)) return wrong;
  if (auto wrong = check_queues(config)) return wrong;
  if (auto wrong = check_renames(config)) return wrong;
  if (auto wrong = splits::check(config)) return wrong;
  if (auto wrong = check_agents(config)) return wrong;
  if (auto wrong = opening::check(config)) return wrong;
  return check_removals(state, config);
}

// Gives a queue its new name. A removed queue that has it takes the old one, so that names stay unique.
void rename_queue(State& state, QueueRef ref, const std::string& name) {
  const std::string old = state[ref].config.name;
  const QueueRef holder = state.find_queue_by_name(name);
  state.queue_names.erase(old, ref.value);
  if (holder) {
    state.queue_names.erase(name, holder.value);
    state[holder].config.name = old;
    state.queue_names.insert(old, holder.value);
  }
  state[ref].config.name = name;
  state.queue_names.insert(name, ref.value);
}

// An earlier configuration's queue as this one says it, or a new queue.
void set_queue(Step& step, const QueueConfig& config) {
  State& state = step.state;
  QueueRef ref = configured_by(state, config);
  if (!ref) {
    ref.value = static_cast<std::uint32_t>(state.queues.size());
    state.queues.emplace_back();
    state.queue_names.insert(config.name, ref.value);
  } else if (state[ref].config.name != config.name) {
    rename_queue(state, ref, config.name);
    step.emit(QueueRenamed{ref});
  }
  Queue& queue = state[ref];
  queue.config = config;
  queue.removed = queue.draining = false;
}

void set_queues(Step& step) {
  State& state = step.state;
  for (const QueueRef ref : missing_queues(state, state.config)) {
    Queue& queue = state[ref];
    queue.draining = in_use(queue);
    queue.removed = !queue.draining;
    queue.mode = {};
  }
  for (const QueueConfig& config : state.config.queues) set_queue(step, config);
}

void set_channels(State& state) {
  for (Channel& channel : state.channels) channel.removed = true;
  for (const ChannelConfig& config : state.config.channels) {
    ChannelRef ref = state.find_channel(config.name);
    if (!ref) {
      ref.value = static_cast<std::uint8_t>(state.channels.size());
      state.channels.emplace_back();
    }
    state[ref] = {config};
  }
}

void set_agents(Step& step) {
  State& state = step.state;
  for (Agent& agent : state.agents) agent.declared = false;
  for (const AgentConfig& config : state.config.agents) {
    AgentRef ref = state.find_agent(config.id);
    if (!ref) ref = agents::add(state, config.id);
    Agent& agent = state[ref];
    AgentProfile profile = agents::normalised(config.profile);
    agent.declared = true;
    if (agent.profile != profile) step.emit(AgentProfileChanged{ref});
    agent.profile = std::move(profile);
  }
}

void index_former_names(State& state) {
  state.former_queue_names = {};
  for (std::uint32_t i = 0; i < state.queues.size(); ++i) {
    const Queue& queue = state.queues[i];
    if (queue.removed || queue.draining || queue.config.renamed_from.empty()) continue;
    state.former_queue_names.insert(queue.config.renamed_from, i);
  }
}

void index_agents(State& state) {
  for (std::uint32_t i = 0; i < state.agents.size(); ++i) {
    Agent& agent = state.agents[i];
    agents::resolve_channels(state, agent);
    agent.profile_class = ProfileClass::none();
    agent.available_channels = 0;
    agent.on_staff = false;
    if (agent.state == AgentState::LoggedOut) continue;
    agents::join_profile(state, agent);
    agents::enter_index(state, AgentRef{i});
  }
}

void index_contacts(State& state) {
  state.contacts.for_each([&](ContactRef, Contact& contact) {
    if (contact.state == ContactState::Scheduled)
      contact.requirement_class = waiting::join_class(state, contact);
  });
  for (const ContactRef ref : waiting::unanswered_in_order(state)) {
    Contact& contact = state[ref];
    contact.requirement_class = waiting::join_class(state, contact);
    contacts::link_to_queue(state, ref);
    if (contact.state == ContactState::Waiting || matching::wants_more(state, ref))
      matching::keep(state, ref);
  }
}

// The newest offers of contacts whose queue asks fewer agents at once than before.
void rescind_surplus(Step& step) {
  std::vector<AssignmentRef> surplus;
  step.state.contacts.for_each([&](ContactRef ref, const Contact& contact) {
    if (contact.state != ContactState::Offered) return;
    const assignments::LiveOffers offers = assignments::offers_of(step.state, ref);
    const std::size_t allowed = step.state[contact.queue].config.ring;
    for (std::size_t i = allowed; i < offers.count; ++i) surplus.push_back(offers.refs[i]);
  });
  for (const AssignmentRef offer : surplus) {
    assignments::end_offer(step, offer, OfferState::Rescinded, Cause::ConfigChanged);
  }
}

}  // namespace

void rebuild_indexes(State& state) {
  std::vector<AgentStrategy> strategies;
  index_former_names(state);
  state.draining_queues = 0;
  for (Queue& queue : state.queues) {
    if (queue.draining) ++state.draining_queues;
    strategies.push_back(queue.config.strategy);
    queue.requirement = std::get<Requirement>(parse_requirement(queue.config.requirement));
    queue.relaxed.clear();
    for (const RelaxStep& step : queue.config.relax) {
      const Requirement& narrower = queue.relaxed.empty() ? queue.requirement : queue.relaxed.back();
      queue.relaxed.push_back(any_of(narrower, std::get<Requirement>(parse_requirement(step.requirement))));
    }
    queue.oldest = queue.newest = ContactRef::none();
  }
  opening::link_calendars(state);
  interruptions::resolve(state);
  preference::review_memory(state);
  state.match.reset(state.channels.size(), strategies);
  if (state.match.weighs_needs()) {
    std::vector<std::optional<Requirement>> needs;
    for (const Queue& queue : state.queues) {
      const bool gone = queue.removed || queue.draining;
      needs.push_back(gone ? std::nullopt : std::optional(queue.requirement));
    }
    state.match.set_needs(std::move(needs));
  }
  index_agents(state);
  index_contacts(state);
}

Outcome apply(Step& step, const ApplyConfig& command) {
  State& state = step.state;
  if (command.if_version != 0 && command.if_version != state.config_version) {
    return rejected(RejectReason::VersionConflict,
                    "version " + std::to_string(state.config_version) + " is in force, not " +
                        std::to_string(command.if_version) + "; look at it, then apply again");
  }
  const bool is_act = !command.supervisor.empty();
  auto refused = is_act ? supervision::check_author(command.supervisor, command.reason) : std::nullopt;
  if (!refused) refused = check(state, command.config);
  if (refused) return rejected(refused->reason, std::move(refused->detail));
  if (is_act) {
    supervision::record(step, SupervisorVerb::ApplyConfig, command.supervisor, command.reason, {},
                        "version=" + std::to_string(command.version));
  }
  const bool first = state.config_version == 0;
  state.config = command.config;
  explain::forget_decisions(state);
  state.config_version = command.version;
  if (first) state.rng.state = command.config.random_seed;
  set_channels(state);
  const escalation::Ladders ladders = escalation::ladders_of(state);
  set_queues(step);
  splits::configure(state);
  set_agents(step);
  escalation::keep_fired(state, ladders);
  waiting::reconfigure(step);
  opening::adopt_calendars(state);
  rebuild_indexes(state);
  step.emit(ConfigApplied{command.version});
  opening::refresh(step);  // before agents are freed, so that none is given a contact of a queue that closes
  for (std::uint32_t i = 0; i < state.agents.size(); ++i) agents::release_unserved(step, AgentRef{i});
  rescind_surplus(step);
  matching::rematch_all(step);
  escalation::on_configuration(step);
  servability::review(step);
  return accepted();
}

void retire_drained(Step& step) {
  State& state = step.state;
  for (std::uint32_t i = 0; i < state.queues.size(); ++i) {
    Queue& queue = state.queues[i];
    if (!queue.draining || in_use(queue)) continue;
    queue.draining = false;
    queue.removed = true;
    --state.draining_queues;
    preference::review_memory(state);
    step.emit(QueueRetired{QueueRef{i}});
  }
}

}  // namespace cordboard::configuration
