// The configuration of one tenant, as the engine sees it: typed, complete, already checked for shape.
//
// router/config reads it from YAML and fills in the defaults written here. The engine checks only what
// depends on its state (see ApplyConfig in command.h). Durations are exact to the microsecond.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "router/core/types.h"

namespace cordboard {

using namespace std::chrono_literals;

// How a queue chooses among eligible agents with capacity. Every order ends in "waiting longest for
// work, then first to become available", so that it is total. docs/CONFIGURATION.md has an example of each.
enum class AgentStrategy : std::uint8_t {
  LongestIdle,     // idle_since, earliest first
  MostSkilled,     // sum of the agent's levels over the skills the requirement names, highest first
  LeastSkilled,    // the same sum, lowest first; then fewest skills in all: keeps scarce skills free
  LeastOccupied,   // share of logged-in time with work, as of when the agent became available, lowest first
  FewestContacts,  // contacts connected since login, fewest first
  RoundRobin,      // last offer, longest ago first
  Random,          // a draw from the tenant's seeded generator whenever an agent becomes available
  ScarceFirst,     // least needed by other queues first: see MatchIndex::scarcity
};

// How fast a waiting contact's claim grows, in thousandths: 1000 as time does.
using AgeingRate = std::uint32_t;
inline constexpr AgeingRate kAgeingOne = 1000;
inline constexpr AgeingRate kMinAgeing = 100;
inline constexpr AgeingRate kMaxAgeing = 10'000;

inline constexpr Duration kMaxPriorityPoint = 7 * 24h;

struct ServiceLevelTarget {
  std::uint32_t percent = 80;  // 1..100
  Duration within = 20s;       // the T of KPI definitions
};

// A requirement that widens: once the contact has waited `after`, an agent who meets this one may serve it,
// too.
struct RelaxStep {
  Duration after{0};        // since queued_at; later than the step before
  std::string requirement;  // empty accepts every agent
  friend bool operator==(const RelaxStep&, const RelaxStep&) = default;
};
inline constexpr std::size_t kMaxRelaxSteps = 8;
inline constexpr std::uint32_t kMaxRing = 10;

// What makes a rule of a queue's ladder due. docs/routing/escalation.md says when each is looked at.
enum class EscalationTrigger : std::uint8_t {
  Waited,              // `time` has passed since queued_at
  QueueLength,         // `count` contacts are unanswered, this one included
  ExpectedWait,        // longer than `time`
  ServiceLevelAtRisk,  // the wait so far and the expected one are longer than service_level.within
  Unservable,          // nobody who is logged in meets the requirement
  DeclinedTimes,       // `count` offers were declined or not answered
};
enum class EscalationKind : std::uint8_t {
  RaisePriority,  // by `number`
  SetTier,        // to `number`
  Relax,          // the queue's next step, now
  AlsoQueue,      // agents who meet the requirement of queue `text` may serve, too
  MoveToQueue,    // to queue `text`, with its place
  OfferCallback,
  Deflect,  // to destination `text`
  Notify,   // with the words `text`
  Cancel,
};
struct EscalationAction {
  EscalationKind kind = EscalationKind::Notify;
  std::int32_t number = 0;
  std::string text;
  friend bool operator==(const EscalationAction&, const EscalationAction&) = default;
};
struct EscalationRule {
  EscalationTrigger trigger = EscalationTrigger::Waited;
  Duration time{0};
  std::uint32_t count = 0;
  std::vector<EscalationAction> actions;  // in this order; after one that takes the contact away, none
  friend bool operator==(const EscalationRule&, const EscalationRule&) = default;
};
inline constexpr std::size_t kMaxEscalationRules = 16;
inline constexpr std::size_t kMaxEscalationActions = 8;
inline constexpr std::size_t kMaxNoticeLength = 256;

// Opening hours (docs/routing/business_hours.md). The engine checks their shape and leaves the rest to
// router/calendar: what a time zone is, and when a calendar opens.
inline constexpr std::uint32_t kMinutesOfDay = 24 * 60;

// Minutes of the day on which it begins; `to` is later than `from`, in the same day or the next.
struct OpenInterval {
  std::uint16_t from = 0;  // < kMinutesOfDay
  std::uint16_t to = 0;    // <= from + kMinutesOfDay
  friend auto operator<=>(const OpenInterval&, const OpenInterval&) = default;
};
// Replaces the week's hours of one date.
struct SpecialDay {
  std::int32_t date = 0;  // days since 1970-01-01
  std::vector<OpenInterval> open;
  friend bool operator==(const SpecialDay&, const SpecialDay&) = default;
};
struct CalendarConfig {
  std::string name;                             // as a queue's
  std::string zone;                             // of the IANA database, "Europe/Paris"
  std::vector<std::vector<OpenInterval>> week;  // seven days, Monday first
  std::vector<SpecialDay> special_days;         // by date
  friend bool operator==(const CalendarConfig&, const CalendarConfig&) = default;
};

// What becomes of a contact of a closed queue.
enum class ClosedAction : std::uint8_t {
  Refuse,         // the request is refused; only for new ones
  Keep,           // agents go on serving it; only for those that wait already
  Wait,           // it is held until the queue opens
  OfferCallback,  // the same, and its gateway is asked to offer a callback
  Deflect,        // it ends as overflowed and is sent to the destination `to`
  MoveToQueue,    // it goes to the queue `to`
};
std::string_view to_string(ClosedAction action);  // as in the file
constexpr bool takes_text(ClosedAction action) {
  return action == ClosedAction::Deflect || action == ClosedAction::MoveToQueue;
}
struct ClosedRule {
  ClosedAction action = ClosedAction::Refuse;
  std::string to;  // Deflect, MoveToQueue
  friend bool operator==(const ClosedRule&, const ClosedRule&) = default;
};
std::string to_text(const ClosedRule& rule);  // "wait", "{deflect: voicemail}"
struct QueueHours {
  std::string calendar;                              // empty: always open, unless an operator closes it
  ClosedRule when_closed;                            // new contacts
  ClosedRule at_closing = {ClosedAction::Keep, ""};  // contacts that wait when it closes
  friend bool operator==(const QueueHours&, const QueueHours&) = default;
};

// Customers who hang up and are called when it is their turn. docs/routing/callbacks.md
struct CallbackConfig {
  std::string channel;          // of contacts that become callbacks; empty: they keep theirs
  std::uint32_t attempts = 3;   // dials before the callback ends as expired; >= 1
  Duration retry_delay = 5min;  // from a dial that failed until the contact is in the queue again
  Duration promise = 0s;        // called by, from when it is due, unless the gateway says a time; 0 = none
  Duration dial_timeout = 60s;  // the gateway says in this time whether the customer answered; > 0
};

// Who was connected with the customer last is preferred; docs/routing/preferred.md.
struct LastAgentRule {
  Duration within{0};  // not longer ago than this; 0 = off
  Duration wait{0};    // for them, busy or not; then for everybody
  bool first = false;  // ahead of all others of its tier, for them, while it lasts
  friend bool operator==(const LastAgentRule&, const LastAgentRule&) = default;
};
inline constexpr std::size_t kMaxPreferredAgents = 16;
inline constexpr Duration kMaxPreferredFor = 7 * 24h;
inline constexpr Duration kMaxLastAgentWithin = 366 * 24h;

struct QueueConfig {
  std::string name;               // [A-Za-z0-9_.-]{1,64}
  std::string renamed_from;       // the name it had before; may be empty (see TenantConfig::removed_queues)
  std::string requirement;        // see requirement.h; empty accepts every agent
  std::string channel = "voice";  // the channel of contacts that name none
  AgentStrategy strategy = AgentStrategy::LongestIdle;
  std::int32_t priority = 0;  // added to each contact's own priority
  AgeingRate ageing = kAgeingOne;
  ServiceLevelTarget service_level;
  Duration short_abandon = 5s;     // abandons after at most this wait count as short (B_s)
  std::uint32_t max_waiting = 0;   // contacts waiting or offered at once; 0 = unlimited
  Duration offer_timeout = 15s;    // > 0
  std::uint32_t ring = 1;          // agents asked at once, 1..kMaxRing; the first to accept gets the contact
  Duration wrap_up_timeout = 30s;  // 0 = no wrap-up: the contact completes when it ends
  Duration max_wait = 24h;         // a contact waiting longer ends as expired; > 0
  std::vector<RelaxStep> relax;    // none earlier than offer_timeout
  std::vector<EscalationRule> escalate;
  QueueHours hours;
  Duration scheduled_spacing = 0s;  // between the places of two contacts that come in at a scheduled time
  Duration redial_within = 0s;  // who abandoned and calls again within this gets the place back; 0 = nobody
  CallbackConfig callback;
  LastAgentRule last_agent;
};

// What one contact of a channel costs an agent. An agent has 100 units in all.
struct ChannelConfig {
  std::string name;
  std::uint32_t units = 100;       // 1..100 held per contact
  std::uint32_t max_contacts = 1;  // >= 1, at once per agent
  // The rest is said of a tenant's channels only; a profile has no say in it. See interruptions.h.
  std::vector<std::string> interruptible_by = {};  // channels to which its contacts give way; no circle
  bool exclusive = false;                          // an agent who has one has nothing else; max_contacts is 1
  friend bool operator==(const ChannelConfig&, const ChannelConfig&) = default;
};
inline constexpr std::uint32_t kAgentCapacityUnits = 100;

struct SkillLevel {
  std::string skill;
  std::uint8_t level = 1;  // 1..100
  friend auto operator<=>(const SkillLevel&, const SkillLevel&) = default;
};

inline constexpr std::size_t kMaxSkillsPerAgent = 100;

// What an agent can do. An empty `channels` means every channel of the tenant at its configured cost.
struct AgentProfile {
  std::vector<SkillLevel> skills;  // at most kMaxSkillsPerAgent
  std::vector<ChannelConfig> channels;
  friend bool operator==(const AgentProfile&, const AgentProfile&) = default;
};

// What becomes of a queue with contacts that a new configuration no longer has.
enum class RemovedQueues : std::uint8_t {
  Refuse,  // the configuration is refused
  Drain,   // it takes no new contacts, serves those it has as it did before, and goes with the last of them
};

struct AgentConfig {
  std::string id;  // [A-Za-z0-9_.@-]{1,64}
  AgentProfile profile;
};

// Contacts submitted to the split's name go to its queues by percentage; see splits.h.
struct SplitShare {
  std::string queue;
  std::uint32_t percent = 0;  // 1..100; all of a split add up to 100
};
struct SplitConfig {
  std::string name;  // as a queue's, and no queue's
  std::vector<SplitShare> to;
};
inline constexpr std::size_t kMaxSplitTargets = 16;
inline constexpr std::size_t kMaxSplits = 256;

// Every bound has a name; reaching it is a typed rejection and a gauge shows how near it is.
struct Limits {
  std::uint32_t live_contacts = 1'000'000;  // not yet ended
  std::uint32_t agents = 100'000;           // known, logged in or not
  std::uint32_t gateways = 1'000;
  std::uint32_t requirement_classes = 4'096;   // distinct (queue, requirement, channel) with live contacts
  std::uint32_t profile_classes = 65'536;      // distinct skill sets of agents who are logged in
  std::uint32_t ended_contacts = 200'000;      // remembered after their end (repeated submits, GetContact)
  std::uint32_t request_ids = 200'000;         // remembered for repeated requests, oldest forgotten first
  std::uint32_t attributes_bytes = 4'096;      // per contact
  std::uint32_t explained_offers = 0;          // that keep who was considered for them; the newest
  std::uint32_t scheduled_contacts = 100'000;  // that start later
  std::uint32_t redials = 100'000;      // places remembered for who calls again, oldest forgotten first
  std::uint32_t last_agents = 100'000;  // customers remembered for QueueConfig::last_agent
};

struct TenantConfig {
  std::vector<QueueConfig> queues;
  std::vector<AgentConfig> agents;
  std::vector<ChannelConfig> channels = {
      {"voice", 100, 1}, {"chat", 20, 4}, {"email", 25, 4}, {"callback", 100, 1}, {"task", 25, 4}};
  // A queue whose name some other queue gives as `renamed_from` is not removed, it goes on under that name.
  RemovedQueues removed_queues = RemovedQueues::Refuse;
  Duration priority_point = 10s;    // waiting time that one priority point is worth; 0..kMaxPriorityPoint
  bool undeclared_agents = true;    // may an agent that `agents` does not list log in with its own profile?
  Duration decline_cooldown = 30s;  // the same contact is not offered to an agent that declined it
  Duration not_responding_return = 60s;  // after ring-no-answer, back to work by itself; 0 = by hand only
  Duration disconnect_grace = 60s;       // a disconnected agent is logged out after this
  Duration gateway_grace = 60s;          // the contacts of a gateway that is gone end after this
  Duration max_handling = 12h;           // a connected contact that nobody ended is ended after this
  Duration remember_ended = 1h;          // an ended contact is remembered this long
  std::uint64_t random_seed = 1;         // of AgentStrategy::Random
  std::vector<CalendarConfig> calendars;
  Limits limits;
  std::vector<SplitConfig> splits;
};

}  // namespace cordboard
