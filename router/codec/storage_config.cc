#include "router/codec/storage_config.h"

#include <limits>

namespace cordboard {
namespace {

namespace stored = storage::v1;

stored::AgentStrategy store_strategy(AgentStrategy strategy) {
  switch (strategy) {
    case AgentStrategy::LongestIdle:
      return stored::AGENT_STRATEGY_LONGEST_IDLE;
    case AgentStrategy::MostSkilled:
      return stored::AGENT_STRATEGY_MOST_SKILLED;
    case AgentStrategy::LeastSkilled:
      return stored::AGENT_STRATEGY_LEAST_SKILLED;
    case AgentStrategy::ScarceFirst:
      return stored::AGENT_STRATEGY_SCARCE_FIRST;
    case AgentStrategy::LeastOccupied:
      return stored::AGENT_STRATEGY_LEAST_OCCUPIED;
    case AgentStrategy::FewestContacts:
      return stored::AGENT_STRATEGY_FEWEST_CONTACTS;
    case AgentStrategy::RoundRobin:
      return stored::AGENT_STRATEGY_ROUND_ROBIN;
    case AgentStrategy::Random:
      return stored::AGENT_STRATEGY_RANDOM;
  }
  return stored::AGENT_STRATEGY_UNSPECIFIED;
}

AgentStrategy load_strategy(stored::AgentStrategy strategy, StorageReader& reader) {
  switch (strategy) {
    case stored::AGENT_STRATEGY_LONGEST_IDLE:
      return AgentStrategy::LongestIdle;
    case stored::AGENT_STRATEGY_MOST_SKILLED:
      return AgentStrategy::MostSkilled;
    case stored::AGENT_STRATEGY_LEAST_SKILLED:
      return AgentStrategy::LeastSkilled;
    case stored::AGENT_STRATEGY_SCARCE_FIRST:
      return AgentStrategy::ScarceFirst;
    case stored::AGENT_STRATEGY_LEAST_OCCUPIED:
      return AgentStrategy::LeastOccupied;
    case stored::AGENT_STRATEGY_FEWEST_CONTACTS:
      return AgentStrategy::FewestContacts;
    case stored::AGENT_STRATEGY_ROUND_ROBIN:
      return AgentStrategy::RoundRobin;
    case stored::AGENT_STRATEGY_RANDOM:
      return AgentStrategy::Random;
    default:
      reader.fail("agent strategy " + std::to_string(strategy) + " is unknown: written by a newer router");
      return AgentStrategy::LongestIdle;
  }
}

RemovedQueues load_removed_queues(stored::RemovedQueues from, StorageReader& reader) {
  switch (from) {
    case stored::REMOVED_QUEUES_REFUSE:
      return RemovedQueues::Refuse;
    case stored::REMOVED_QUEUES_DRAIN:
      return RemovedQueues::Drain;
    default:
      reader.fail("removed_queues " + std::to_string(from) + " is unknown: written by a newer router");
      return RemovedQueues::Refuse;
  }
}

void store_channel(const ChannelConfig& from, stored::Channel* to) {
  to->set_name(from.name);
  to->set_units(from.units);
  to->set_max_contacts(from.max_contacts);
  for (const std::string& by : from.interruptible_by) to->add_interruptible_by(by);
  to->set_exclusive(from.exclusive);
}

ChannelConfig load_channel(stored::Channel& from) {
  std::vector<std::string> interruptible_by;
  for (std::string& by : *from.mutable_interruptible_by()) interruptible_by.push_back(std::move(by));
  return {std::move(*from.mutable_name()), from.units(), from.max_contacts(), std::move(interruptible_by),
          from.exclusive()};
}

// One higher than the engine's, because 0 is never written.
static_assert(
    static_cast<int>(EscalationTrigger::Waited) + 1 == stored::ESCALATION_TRIGGER_WAITED &&
    static_cast<int>(EscalationTrigger::QueueLength) + 1 == stored::ESCALATION_TRIGGER_QUEUE_LENGTH &&
    static_cast<int>(EscalationTrigger::ExpectedWait) + 1 == stored::ESCALATION_TRIGGER_EXPECTED_WAIT &&
    static_cast<int>(EscalationTrigger::ServiceLevelAtRisk) + 1 ==
        stored::ESCALATION_TRIGGER_SERVICE_LEVEL_AT_RISK &&
    static_cast<int>(EscalationTrigger::Unservable) + 1 == stored::ESCALATION_TRIGGER_UNSERVABLE &&
    static_cast<int>(EscalationTrigger::DeclinedTimes) + 1 == stored::ESCALATION_TRIGGER_DECLINED_TIMES);
static_assert(static_cast<int>(EscalationKind::RaisePriority) + 1 == stored::ESCALATION_KIND_RAISE_PRIORITY &&
              static_cast<int>(EscalationKind::SetTier) + 1 == stored::ESCALATION_KIND_SET_TIER &&
              static_cast<int>(EscalationKind::Relax) + 1 == stored::ESCALATION_KIND_RELAX &&
              static_cast<int>(EscalationKind::AlsoQueue) + 1 == stored::ESCALATION_KIND_ALSO_QUEUE &&
              static_cast<int>(EscalationKind::MoveToQueue) + 1 == stored::ESCALATION_KIND_MOVE_TO_QUEUE &&
              static_cast<int>(EscalationKind::OfferCallback) + 1 == stored::ESCALATION_KIND_OFFER_CALLBACK &&
              static_cast<int>(EscalationKind::Deflect) + 1 == stored::ESCALATION_KIND_DEFLECT &&
              static_cast<int>(EscalationKind::Notify) + 1 == stored::ESCALATION_KIND_NOTIFY &&
              static_cast<int>(EscalationKind::Cancel) + 1 == stored::ESCALATION_KIND_CANCEL);

void store_rule(const EscalationRule& from, stored::EscalationRule* to) {
  to->set_trigger(static_cast<stored::EscalationTrigger>(static_cast<int>(from.trigger) + 1));
  to->set_time_us(to_us(from.time));
  to->set_count(from.count);
  for (const EscalationAction& action : from.actions) {
    stored::EscalationAction* row = to->add_actions();
    row->set_kind(static_cast<stored::EscalationKind>(static_cast<int>(action.kind) + 1));
    row->set_number(action.number);
    row->set_text(action.text);
  }
}

template <class Enum>
Enum load_enum(int stored, Enum last, std::string_view name, StorageReader& reader) {
  if (stored >= 1 && stored <= static_cast<int>(last) + 1) return static_cast<Enum>(stored - 1);
  reader.fail(std::string(name) + " " + std::to_string(stored) + " is unknown: written by a newer router");
  return Enum{};
}

EscalationRule load_rule(stored::EscalationRule& from, StorageReader& reader) {
  EscalationRule to;
  to.trigger = load_enum(from.trigger(), EscalationTrigger::DeclinedTimes, "escalation trigger", reader);
  to.time = Duration{from.time_us()};
  to.count = from.count();
  for (stored::EscalationAction& action : *from.mutable_actions()) {
    reader.known(action);
    to.actions.push_back({load_enum(action.kind(), EscalationKind::Cancel, "escalation action", reader),
                          action.number(), std::move(*action.mutable_text())});
  }
  return to;
}

// ---- Opening hours ----

static_assert(static_cast<int>(ClosedAction::Refuse) == stored::CLOSED_ACTION_REFUSE &&
              static_cast<int>(ClosedAction::Keep) == stored::CLOSED_ACTION_KEEP &&
              static_cast<int>(ClosedAction::Wait) == stored::CLOSED_ACTION_WAIT &&
              static_cast<int>(ClosedAction::OfferCallback) == stored::CLOSED_ACTION_OFFER_CALLBACK &&
              static_cast<int>(ClosedAction::Deflect) == stored::CLOSED_ACTION_DEFLECT &&
              static_cast<int>(ClosedAction::MoveToQueue) == stored::CLOSED_ACTION_MOVE_TO_QUEUE);

template <class Rows>
void store_intervals(const std::vector<OpenInterval>& from, Rows* to) {
  for (const OpenInterval& interval : from) {
    auto* const row = to->add_open();
    row->set_from_minute(interval.from);
    row->set_to_minute(interval.to);
  }
}

template <class Rows>
std::vector<OpenInterval> load_intervals(Rows& from, StorageReader& reader) {
  constexpr std::uint32_t kMost = std::numeric_limits<std::uint16_t>::max();
  std::vector<OpenInterval> to;
  for (stored::OpenInterval& row : *from.mutable_open()) {
    reader.known(row);
    if (row.from_minute() > kMost || row.to_minute() > kMost)
      reader.fail("a minute of a day is out of range");
    to.push_back(
        {static_cast<std::uint16_t>(row.from_minute()), static_cast<std::uint16_t>(row.to_minute())});
  }
  return to;
}

void store_calendar(const CalendarConfig& from, stored::Calendar* to) {
  to->set_name(from.name);
  to->set_zone(from.zone);
  for (const auto& day : from.week) store_intervals(day, to->add_week());
  for (const SpecialDay& day : from.special_days) {
    stored::SpecialDay* const row = to->add_special_days();
    row->set_date(day.date);
    store_intervals(day.open, row);
  }
}

CalendarConfig load_calendar(stored::Calendar& from, StorageReader& reader) {
  CalendarConfig to;
  to.name = std::move(*from.mutable_name());
  to.zone = std::move(*from.mutable_zone());
  for (stored::OpenDay& day : *from.mutable_week()) {
    to.week.push_back(load_intervals(reader.known(day), reader));
  }
  for (stored::SpecialDay& day : *from.mutable_special_days()) {
    to.special_days.push_back({day.date(), load_intervals(reader.known(day), reader)});
  }
  return to;
}

void store_rule(const ClosedRule& from, stored::ClosedRule* to) {
  to->set_action(static_cast<stored::ClosedAction>(from.action));
  to->set_to(from.to);
}

ClosedRule load_rule(stored::ClosedRule& from, StorageReader& reader) {
  if (!stored::ClosedAction_IsValid(from.action())) {
    reader.fail("closed action " + std::to_string(from.action()) + " is unknown: written by a newer router");
    return {};
  }
  return {static_cast<ClosedAction>(from.action()), std::move(*from.mutable_to())};
}

// Absent: always open.
void store_hours(const QueueHours& from, stored::Queue* to) {
  if (from == QueueHours{}) return;
  to->mutable_hours()->set_calendar(from.calendar);
  store_rule(from.when_closed, to->mutable_hours()->mutable_when_closed());
  store_rule(from.at_closing, to->mutable_hours()->mutable_at_closing());
}

QueueHours load_hours(stored::Queue& from, StorageReader& reader) {
  if (!from.has_hours()) return {};
  stored::QueueHours& hours = reader.known(*from.mutable_hours());
  return {std::move(*hours.mutable_calendar()), load_rule(reader.known(*hours.mutable_when_closed()), reader),
          load_rule(reader.known(*hours.mutable_at_closing()), reader)};
}

void store_callback(const CallbackConfig& from, stored::CallbackSettings* to) {
  to->set_channel(from.channel);
  to->set_attempts(from.attempts);
  to->set_retry_delay_us(to_us(from.retry_delay));
  to->set_promise_us(to_us(from.promise));
  to->set_dial_timeout_us(to_us(from.dial_timeout));
}

CallbackConfig load_callback(stored::CallbackSettings& from) {
  return {std::move(*from.mutable_channel()), from.attempts(), Duration{from.retry_delay_us()},
          Duration{from.promise_us()}, Duration{from.dial_timeout_us()}};
}

void store_queue(const QueueConfig& from, stored::Queue* to) {
  to->set_name(from.name);
  to->set_requirement(from.requirement);
  to->set_channel(from.channel);
  to->set_strategy(store_strategy(from.strategy));
  to->set_priority(from.priority);
  to->set_service_level_percent(from.service_level.percent);
  to->set_service_level_within_us(to_us(from.service_level.within));
  to->set_short_abandon_us(to_us(from.short_abandon));
  to->set_max_waiting(from.max_waiting);
  to->set_offer_timeout_us(to_us(from.offer_timeout));
  to->set_wrap_up_timeout_us(to_us(from.wrap_up_timeout));
  to->set_max_wait_us(to_us(from.max_wait));
  to->set_renamed_from(from.renamed_from);
  store_steps(from.relax, to->mutable_relax());
  to->set_ageing_thousandths(from.ageing);
  to->set_ring(from.ring);
  for (const EscalationRule& rule : from.escalate) store_rule(rule, to->add_escalate());
  store_hours(from.hours, to);
  to->set_scheduled_spacing_us(to_us(from.scheduled_spacing));
  to->set_redial_within_us(to_us(from.redial_within));
  store_callback(from.callback, to->mutable_callback());
  if (from.last_agent != LastAgentRule{}) {
    stored::LastAgent* const last = to->mutable_last_agent();
    last->set_within_us(to_us(from.last_agent.within));
    last->set_wait_us(to_us(from.last_agent.wait));
    last->set_first(from.last_agent.first);
  }
}

QueueConfig load_queue(stored::Queue& from, StorageReader& reader) {
  QueueConfig to;
  to.name = std::move(*from.mutable_name());
  to.requirement = std::move(*from.mutable_requirement());
  to.channel = std::move(*from.mutable_channel());
  to.strategy = load_strategy(from.strategy(), reader);
  to.priority = from.priority();
  to.service_level = {from.service_level_percent(), Duration{from.service_level_within_us()}};
  to.short_abandon = Duration{from.short_abandon_us()};
  to.max_waiting = from.max_waiting();
  to.offer_timeout = Duration{from.offer_timeout_us()};
  to.wrap_up_timeout = Duration{from.wrap_up_timeout_us()};
  to.max_wait = Duration{from.max_wait_us()};
  to.renamed_from = std::move(*from.mutable_renamed_from());
  to.relax = load_steps(*from.mutable_relax(), reader);
  to.ageing = from.ageing_thousandths();
  to.ring = from.ring();
  if (from.has_last_agent()) {
    const stored::LastAgent& last = reader.known(*from.mutable_last_agent());
    to.last_agent = {Duration{last.within_us()}, Duration{last.wait_us()}, last.first()};
  }
  for (stored::EscalationRule& rule : *from.mutable_escalate()) {
    to.escalate.push_back(load_rule(reader.known(rule), reader));
  }
  to.hours = load_hours(from, reader);
  to.scheduled_spacing = Duration{from.scheduled_spacing_us()};
  to.redial_within = Duration{from.redial_within_us()};
  to.callback = load_callback(reader.known(*from.mutable_callback()));
  return to;
}

void store_limits(const Limits& from, stored::Limits* to) {
  to->set_live_contacts(from.live_contacts);
  to->set_agents(from.agents);
  to->set_gateways(from.gateways);
  to->set_requirement_classes(from.requirement_classes);
  to->set_profile_classes(from.profile_classes);
  to->set_ended_contacts(from.ended_contacts);
  to->set_request_ids(from.request_ids);
  to->set_attributes_bytes(from.attributes_bytes);
  to->set_explained_offers(from.explained_offers);
  to->set_scheduled_contacts(from.scheduled_contacts);
  to->set_redials(from.redials);
  to->set_last_agents(from.last_agents);
}

Limits load_limits(const stored::Limits& from) {
  Limits to;
  to.live_contacts = from.live_contacts();
  to.agents = from.agents();
  to.gateways = from.gateways();
  to.requirement_classes = from.requirement_classes();
  to.profile_classes = from.profile_classes();
  to.ended_contacts = from.ended_contacts();
  to.request_ids = from.request_ids();
  to.attributes_bytes = from.attributes_bytes();
  to.explained_offers = from.explained_offers();
  to.scheduled_contacts = from.scheduled_contacts();
  to.redials = from.redials();
  to.last_agents = from.last_agents();
  return to;
}

}  // namespace

void store_profile(const AgentProfile& from, stored::AgentProfile* to) {
  for (const SkillLevel& skill : from.skills) {
    stored::SkillLevel* row = to->add_skills();
    row->set_skill(skill.skill);
    row->set_level(skill.level);
  }
  for (const ChannelConfig& channel : from.channels) store_channel(channel, to->add_channels());
}

AgentProfile load_profile(stored::AgentProfile& from, StorageReader& reader) {
  AgentProfile to;
  to.skills.reserve(static_cast<std::size_t>(from.skills_size()));
  for (stored::SkillLevel& skill : *from.mutable_skills()) {
    reader.known(skill);
    if (skill.level() > std::numeric_limits<std::uint8_t>::max()) {
      reader.fail("skill level " + std::to_string(skill.level()) + " is out of range");
    }
    to.skills.push_back({std::move(*skill.mutable_skill()), static_cast<std::uint8_t>(skill.level())});
  }
  to.channels.reserve(static_cast<std::size_t>(from.channels_size()));
  for (stored::Channel& channel : *from.mutable_channels()) {
    to.channels.push_back(load_channel(reader.known(channel)));
  }
  return to;
}

void store_steps(const std::vector<RelaxStep>& from,
                 google::protobuf::RepeatedPtrField<stored::RelaxStep>* to) {
  for (const RelaxStep& step : from) {
    stored::RelaxStep* row = to->Add();
    row->set_after_us(to_us(step.after));
    row->set_requirement(step.requirement);
  }
}

std::vector<RelaxStep> load_steps(google::protobuf::RepeatedPtrField<stored::RelaxStep>& from,
                                  StorageReader& reader) {
  std::vector<RelaxStep> to;
  to.reserve(static_cast<std::size_t>(from.size()));
  for (stored::RelaxStep& step : from) {
    reader.known(step);
    to.push_back({Duration{step.after_us()}, std::move(*step.mutable_requirement())});
  }
  return to;
}

void store_config(const TenantConfig& from, stored::TenantConfig* to) {
  for (const SplitConfig& split : from.splits) {
    stored::Split* row = to->add_splits();
    row->set_name(split.name);
    for (const SplitShare& share : split.to) {
      stored::SplitShare* target = row->add_to();
      target->set_queue(share.queue);
      target->set_percent(share.percent);
    }
  }
  for (const QueueConfig& queue : from.queues) store_queue(queue, to->add_queues());
  for (const AgentConfig& agent : from.agents) {
    stored::Agent* row = to->add_agents();
    row->set_id(agent.id);
    store_profile(agent.profile, row->mutable_profile());
  }
  for (const ChannelConfig& channel : from.channels) store_channel(channel, to->add_channels());
  to->set_priority_point_us(to_us(from.priority_point));
  to->set_undeclared_agents(from.undeclared_agents);
  to->set_decline_cooldown_us(to_us(from.decline_cooldown));
  to->set_not_responding_return_us(to_us(from.not_responding_return));
  to->set_disconnect_grace_us(to_us(from.disconnect_grace));
  to->set_gateway_grace_us(to_us(from.gateway_grace));
  to->set_max_handling_us(to_us(from.max_handling));
  to->set_remember_ended_us(to_us(from.remember_ended));
  to->set_random_seed(from.random_seed);
  for (const CalendarConfig& calendar : from.calendars) store_calendar(calendar, to->add_calendars());
  store_limits(from.limits, to->mutable_limits());
  to->set_removed_queues(from.removed_queues == RemovedQueues::Drain ? stored::REMOVED_QUEUES_DRAIN
                                                                     : stored::REMOVED_QUEUES_REFUSE);
}

TenantConfig load_config(stored::TenantConfig& from, StorageReader& reader) {
  TenantConfig to;
  for (stored::Split& split : *from.mutable_splits()) {
    SplitConfig& loaded = to.splits.emplace_back();
    loaded.name = std::move(*reader.known(split).mutable_name());
    for (stored::SplitShare& share : *split.mutable_to()) {
      loaded.to.push_back({std::move(*reader.known(share).mutable_queue()), share.percent()});
    }
  }
  for (stored::Queue& queue : *from.mutable_queues())
    to.queues.push_back(load_queue(reader.known(queue), reader));
  for (stored::Agent& agent : *from.mutable_agents()) {
    reader.known(agent);
    to.agents.push_back(
        {std::move(*agent.mutable_id()), load_profile(reader.known(*agent.mutable_profile()), reader)});
  }
  to.channels.clear();
  for (stored::Channel& channel : *from.mutable_channels())
    to.channels.push_back(load_channel(reader.known(channel)));
  to.priority_point = Duration{from.priority_point_us()};
  to.undeclared_agents = from.undeclared_agents();
  to.decline_cooldown = Duration{from.decline_cooldown_us()};
  to.not_responding_return = Duration{from.not_responding_return_us()};
  to.disconnect_grace = Duration{from.disconnect_grace_us()};
  to.gateway_grace = Duration{from.gateway_grace_us()};
  to.max_handling = Duration{from.max_handling_us()};
  to.remember_ended = Duration{from.remember_ended_us()};
  to.random_seed = from.random_seed();
  for (stored::Calendar& calendar : *from.mutable_calendars())
    to.calendars.push_back(load_calendar(reader.known(calendar), reader));
  to.limits = load_limits(reader.known(*from.mutable_limits()));
  to.removed_queues = load_removed_queues(from.removed_queues(), reader);
  return to;
}

}  // namespace cordboard
