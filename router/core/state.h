// Everything an Engine knows. Plain data: entities refer to each other by Ref. The files named after
// them (contacts.cc, agents.cc, assignments.cc, ...) hold their transitions; an assignment's also count it in
// its queue, agent and contact.
//
// What can be derived (who is eligible for what, who is available, what is due next) lives in indexes that
// are rebuilt after a restore and are no part of the digest.

#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "router/core/config.h"
#include "router/core/deadline_queue.h"
#include "router/core/decision.h"
#include "router/core/event.h"
#include "router/core/last_agents.h"
#include "router/core/match_index.h"
#include "router/core/name_table.h"
#include "router/core/request_memory.h"
#include "router/core/requirement.h"
#include "router/core/rng.h"
#include "router/core/slab.h"
#include "router/core/stable_vector.h"
#include "router/core/states.h"
#include "router/core/types.h"
#include "router/core/wait_statistics.h"

namespace cordboard {

class PersonalReader;

// Raw sums per queue since the tenant exists; every KPI is a formula over these (docs/METRICS.md). All
// durations in microseconds.
struct QueueCounters {
  std::uint64_t offered = 0;           // O: segments that entered the queue
  std::uint64_t answered = 0;          // A
  std::uint64_t answered_within = 0;   // A_T
  std::uint64_t abandoned = 0;         // B
  std::uint64_t abandoned_within = 0;  // B_T
  std::uint64_t abandoned_short = 0;   // B_s
  std::uint64_t overflowed = 0;        // F = overflowed + expired + deferred
  std::uint64_t expired = 0;
  std::uint64_t cancelled = 0;        // X
  std::uint64_t deferred = 0;         // part of F: became a callback, or a callback that is tried again
  std::uint64_t transferred_in = 0;   // part of offered
  std::uint64_t transferred_out = 0;  // connected contacts sent on
  std::uint64_t handled = 0;          // handling ended (customer gone or transferred)
  std::uint64_t completed = 0;
  std::uint64_t offers = 0;
  std::uint64_t offers_accepted = 0;
  std::uint64_t offers_declined = 0;
  std::uint64_t offers_expired = 0;  // ring-no-answer
  std::uint64_t offers_rescinded = 0;
  std::uint64_t wait_answered_us = 0;  // sum of waits of answered segments, ringing included
  std::uint64_t wait_abandoned_us = 0;
  std::uint64_t connected_us = 0;  // talk time of handled segments
  std::uint64_t wrap_up_us = 0;
  std::uint64_t longest_wait_us = 0;  // of any segment that left the queue

  static constexpr std::size_t kWaitBuckets = 16;
  // Upper bounds in seconds of answered waits, the last is +infinity. The target's own T is answered_within.
  static constexpr std::array<std::uint32_t, kWaitBuckets - 1> kWaitBoundsSeconds = {
      1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1800};
  std::array<std::uint64_t, kWaitBuckets> answered_waits{};  // not cumulative
  std::array<std::uint64_t, kWaitBuckets> abandoned_waits{};

  std::uint64_t callbacks_requested = 0;
  std::uint64_t callbacks_dialed = 0;  // attempts
  std::uint64_t callbacks_connected = 0;
  std::uint64_t callbacks_failed = 0;  // attempts
  std::uint64_t promises_broken = 0;
  std::uint64_t redials = 0;  // places given back
};

// What a supervisor set; see opening.h.
struct ModeSwitch {
  QueueMode mode = QueueMode::ByHours;
  std::string reason;
  std::string supervisor;
  Time since;
};

struct Queue {
  QueueConfig config;
  bool open = true;
  ModeSwitch mode;
  bool removed = false;       // no longer configured; kept because references to it stay valid
  bool draining = false;      // no longer configured, but has contacts (RemovedQueues::Drain)
  std::uint32_t waiting = 0;  // unanswered contacts
  std::uint32_t offered = 0;  // of those, Offered
  std::uint32_t connected = 0;
  std::uint32_t wrap_up = 0;  // agents in wrap-up for contacts of this queue
  std::uint32_t dialing = 0;  // part of waiting, as are callbacks
  std::uint32_t callbacks = 0;
  std::uint32_t scheduled = 0;  // contacts that will come in later
  Time next_scheduled_place;    // the earliest for the next one that comes in; see scheduled_spacing
  QueueCounters counters;
  WaitStatistics wait;
  // Derived.
  Requirement requirement;  // config.requirement, parsed
  // relaxed[i]: config.requirement or any of the first i + 1 steps of config.relax.
  std::vector<Requirement> relaxed;
  ContactRef oldest;  // the unanswered contacts by queued_at, linked through the contacts
  ContactRef newest;
  CalendarRef calendar;  // config.hours.calendar
};

// Of Contact::wait_flags, beside those of wait_statistics.h: nobody is on the line, see State::callbacks.
inline constexpr std::uint8_t kIsCallback = 128;

// Without gaps between the fields: a million of them wait.
struct Contact {
  std::string id;
  GatewayRef gateway;
  QueueRef queue;  // of the current segment
  ChannelRef channel;
  ContactState state = ContactState::Waiting;
  Cause end_cause = Cause::None;  // why the connection ended; meaningful from WrapUp on
  std::uint8_t wait_flags = 0;    // see wait_statistics.h
  std::uint32_t segment = 0;      // 0 for the first queue, 1 after one transfer, ...
  std::int32_t own_priority = 0;
  std::int32_t tier = 0;
  std::uint64_t sequence = 0;     // order of submission
  std::uint64_t fingerprint = 0;  // of the submitted payload
  Time created_at;
  Time place_at;     // what its place counts from: queued_at of the first segment it kept its place from
  Time queued_at;    // of the current segment; kNever when it has been in no queue yet
  Time answered_at;  // of the current segment; meaningful from Connected on
  Time ended_at;     // meaningful in a final state
  AgentRef target;   // a transfer to one agent waits for this agent only
  AgentRef agent;    // handles it, or handled it last
  AssignmentRef assignment;       // the connection, or the oldest live offer: the first of a chain
  std::uint32_t assignments = 0;  // that still refer to it: the above and wrap-ups after transfers
  DeadlineRef deadline;           // max_wait while unanswered; its time while scheduled
  PlanRef plan;                   // what most contacts do not have
  // Derived while unanswered; the class also while scheduled.
  RequirementClass requirement_class;
  ContactRef queue_before;  // neighbours in Queue::oldest .. newest
  ContactRef queue_after;

  std::string requirement;  // its own, canonical
  std::vector<CooldownRef> cooldowns;
  // Customer data, sealed in a router (personal.h): not in the digest.
  std::string customer;
  std::string attributes;

  // Unanswered and not to be offered, nor in the match index: its queue is closed.
  bool held() const { return (wait_flags & kHeld) != 0; }

  bool is_callback() const { return (wait_flags & kIsCallback) != 0; }
};

// What a contact's waiting brings, and what it has brought in this segment. Only contacts have one that, or
// whose queue, ask for it; see waiting.h.
struct WaitPlan {
  ContactRef contact;
  std::vector<RelaxStep> relax;          // of its own requirement, canonical
  std::uint8_t own_steps = 0;            // of those, unlocked
  std::uint8_t queue_steps = 0;          // of the queue's relaxation, unlocked
  std::uint8_t queue_steps_by_rule = 0;  // at least so many, as a rule said so
  std::uint32_t declined = 0;            // offers declined or not answered
  std::vector<QueueRef> pools;           // whose agents may serve, too
  // It waits for these only, the best first, until then; see preference.h. Empty: for everybody.
  std::vector<AgentRef> preferred;
  Time preferred_until;
  Duration preferred_for{0};
  bool preferred_first = false;
  // Rules that have fired, also of queues it was moved from, until it is answered.
  struct Fired {
    QueueRef queue;
    std::uint32_t rules = 0;  // bit i: rule i
  };
  std::vector<Fired> fired;
  DeadlineRef deadline;  // of what comes next; while unanswered
};

enum class AssignmentPhase : std::uint8_t { Offered, Dialing, Connected, WrapUp };

// One contact's hold on one agent's capacity, from the offer to the end of the wrap-up.
struct Assignment {
  OfferId offer;
  ContactRef contact;
  AgentRef agent;
  QueueRef queue;
  ChannelRef channel;
  AssignmentPhase phase = AssignmentPhase::Offered;
  bool interrupted = false;  // see interruptions.h
  bool exclusive = false;    // its channel was so at the offer
  std::uint32_t units = 0;
  Time since;           // of the phase; moved on by the time that it was interrupted
  Time interrupted_at;  // meaningful while interrupted
  Time expires_at;      // of the phase
  // Offer timeout, dial_timeout, max_handling or wrap_up_timeout, by phase; none while interrupted.
  DeadlineRef deadline;
  AssignmentRef next_offer;  // of the same contact, made later than this one; see Contact::assignment
  // The agent's place among the idle, given back when the offer is rescinded through no choice of theirs.
  Time agent_idle_since;
  std::uint64_t agent_idle_sequence = 0;

  // Only such work gives way to other work.
  bool is_answered() const { return phase == AssignmentPhase::Connected || phase == AssignmentPhase::WrapUp; }
};

struct AgentCounters {
  std::uint64_t offers = 0;
  std::uint64_t accepted = 0;
  std::uint64_t declined = 0;
  std::uint64_t expired = 0;  // ring-no-answer
  std::uint64_t rescinded = 0;
  std::uint64_t handled = 0;
  std::uint64_t logged_in_us = 0;
  std::uint64_t ready_idle_us = 0;  // ready, connected and without work; ringing is neither idle nor work
  std::uint64_t busy_us = 0;        // with work (handling or wrap-up), wall clock
  std::uint64_t not_ready_us = 0;   // chosen not_ready and without work
};

struct AgentChannel {
  std::uint32_t units = 0;
  std::uint32_t max_contacts = 0;  // 0: does not serve the channel
  std::uint32_t contacts = 0;      // held now
};

struct Agent {
  std::string id;
  AgentProfile profile;  // as given
  std::string not_ready_reason;
  AgentState state = AgentState::LoggedOut;
  AgentActivity activity = AgentActivity::Idle;
  bool declared = false;   // listed in the configuration
  bool connected = false;  // somebody listens
  bool not_responding = false;
  bool changing = false;         // derived: an agents::Change is at work
  bool on_staff = false;         // derived: counted among those at work in the match index
  std::uint32_t held_units = 0;  // without what is interrupted
  Time state_since;
  Time activity_since;
  Time logged_in_at;
  std::vector<AgentChannel> channels;      // by ChannelRef
  std::vector<AssignmentRef> assignments;  // in order of the offers
  DeadlineRef return_deadline;             // not_responding -> ready
  DeadlineRef grace_deadline;              // disconnected -> logged out
  std::vector<CooldownRef> cooldowns;
  // Keys of the strategies.
  Time idle_since;
  std::uint64_t idle_sequence = 0;
  std::uint64_t last_offer_sequence = 0;
  std::uint64_t contacts_since_login = 0;
  std::uint64_t busy_since_login_us = 0;
  std::uint64_t logged_in_us_at_login = 0;  // counters.logged_in_us when they logged in
  std::uint64_t random_draw = 0;
  AgentCounters counters;
  Time accounted_at;  // the durations in `counters` are complete up to here
  // The latest offers that ended, so that a late answer can be told from a foreign one.
  static constexpr std::size_t kRecentOffers = 8;
  struct RecentOffer {
    OfferId offer;
    OfferState state = OfferState::Pending;
  };
  std::array<RecentOffer, kRecentOffers> recent_offers{};
  std::uint32_t next_recent_offer = 0;
  // Derived.
  ProfileClass profile_class;                   // none() while logged out
  MatchIndex::ChannelMask served_channels = 0;  // while logged in: those that the match index counts it for
  MatchIndex::ChannelMask available_channels = 0;  // those with capacity; the match index has the open ones
  MatchIndex::ChannelMask interrupting_channels = 0;  // of these, where something would have to give way

  bool serves(ChannelRef channel) const { return channels[channel.value].max_contacts > 0; }
};

struct Split {
  struct Target {
    QueueRef queue;
    std::int64_t percent = 0;
    std::int64_t credit = 0;     // hundredths of a contact that it is below its share
    std::uint64_t contacts = 0;  // that it got
  };
  std::string name;
  std::vector<Target> targets;  // in the order of the configuration
};

struct Gateway {
  std::string id;
  bool connected = false;
  bool gone = false;  // for longer than gateway_grace
  std::uint32_t live_contacts = 0;
  DeadlineRef grace_deadline;
};

// After a decline: this agent is not offered this contact again until the deadline.
struct Cooldown {
  ContactRef contact;
  AgentRef agent;
  DeadlineRef deadline;
};

// What was told of a calendar of the configuration; see opening.h.
struct Calendar {
  std::string name;
  bool known = false;  // told at all
  bool stale = true;   // the configuration changed since
  bool open = false;
  std::deque<Time> changes;  // still to come, ascending
  Time until;                // all before this are there
  DeadlineRef deadline;      // the next change
};

// What only callbacks have; see callbacks.h.
struct Callback {
  std::uint32_t attempts = 0;    // dials begun
  Time promise = kNever;         // called by
  DeadlineRef promise_deadline;  // until the first dial, or until it is broken
};

// The place of a customer who abandoned; see redials.h.
struct RememberedPlace {
  std::uint64_t customer = 0;  // a fingerprint
  QueueRef queue;
  Time place_at;
  Time left_at;
};

// See destinations.h.
struct Destination {
  std::string text;
  std::uint32_t contacts = 0;  // that name it
};

// An alarm: contacts of one requirement class wait, and nobody who is logged in can serve them.
struct Unservable {
  std::uint64_t alarm = 0;
  QueueRef queue;
  Servability kind = Servability::NobodyLoggedIn;
  std::string class_name;  // of the match index
  Time since;
};

// What a supervisor did; see supervision.h. Names, as what it was about may be forgotten.
struct SupervisorAct {
  std::uint64_t number = 0;
  Time at;
  SupervisorVerb verb{};
  std::string supervisor;
  std::string reason;
  std::string contact;
  std::string agent;
  std::string queue;
  std::string what;  // more than the verb says
};

struct Channel {
  ChannelConfig config;
  bool removed = false;
  // Derived; see interruptions.h.
  MatchIndex::ChannelMask interrupts = 0;  // channels that are interruptible by this one
  std::uint8_t depth = 0;                  // the longest chain of channels that interrupt it
};

struct State {
  TenantConfig config;
  std::uint64_t config_version = 0;
  Time now;

  std::vector<Queue> queues;        // by QueueRef, in order of first appearance
  std::vector<Split> splits;        // by SplitRef, as configured
  std::vector<Channel> channels;    // by ChannelRef
  StableVector<Agent> agents;       // by AgentRef
  std::vector<Gateway> gateways;    // by GatewayRef
  std::vector<Calendar> calendars;  // by CalendarRef, as in the configuration
  ModeSwitch tenant_mode;           // of all queues
  Slab<Contact, ContactRef> contacts;
  Slab<Assignment, AssignmentRef> assignments;
  Slab<Cooldown, CooldownRef> cooldowns;
  Slab<WaitPlan, PlanRef> plans;
  std::deque<ContactRef> ended;  // final contacts, oldest first, until they are forgotten
  Slab<Destination, DestinationRef> destinations;
  std::map<ContactRef, DestinationRef> deflected;   // ended contacts that were sent somewhere
  std::map<ContactRef, Time> released;              // unanswered ones that were held until then
  std::vector<Unservable> unservable;               // in the order of their beginning
  std::map<ContactRef, Callback> callbacks;         // contacts that are callbacks
  std::map<std::uint64_t, RememberedPlace> places;  // by the order of abandoning
  std::deque<SupervisorAct> acts;                   // the newest, by number without a gap
  RequestMemory requests;
  LastAgents last_agents;
  Rng rng;
  std::deque<Decision> decisions;  // by offer; for people who ask, so neither in the digest nor in snapshots

  std::uint64_t next_offer = 1;
  std::uint64_t next_contact_sequence = 1;
  std::uint64_t next_idle_sequence = 1;
  std::uint64_t next_offer_sequence = 1;
  std::uint64_t next_alarm = 1;
  std::uint64_t next_act = 1;
  std::uint64_t next_place = 1;  // key in `places`
  std::uint32_t live_contacts = 0;
  std::uint32_t scheduled = 0;  // contacts

  const PersonalReader* personal_reader = nullptr;  // see personal.h; not the engine's business

  bool channels_interfere = false;  // derived: some channel is exclusive or interruptible

  // Indexes.
  std::map<std::pair<std::uint64_t, QueueRef>, std::uint64_t> places_by_customer;
  Duration last_agents_within{0};  // the longest that a queue asks for; 0: none does
  NameTable queue_names;
  NameTable former_queue_names;  // by renamed_from
  NameTable agent_names;
  NameTable gateway_names;
  NameTable contact_ids;
  NameTable destination_names;
  DeadlineQueue deadlines;
  MatchIndex match;
  std::uint32_t draining_queues = 0;

  // none() when there is no such name.
  // By its name, or by the one it had before, so that gateways need not change in the same moment: the
  // configured one of this name, else the one that had it, else the one that is drained or was removed.
  QueueRef find_queue(std::string_view name) const;
  QueueRef find_configured_queue(std::string_view name) const;  // by the name that it has now
  QueueRef find_queue_by_name(std::string_view name) const;     // by its own name only, whatever became of it
  ChannelRef find_channel(std::string_view name) const;
  AgentRef find_agent(std::string_view id) const;
  GatewayRef find_gateway(std::string_view id) const;
  ContactRef find_contact(std::string_view id) const;
  CalendarRef find_calendar(std::string_view name) const;
  DestinationRef find_destination(std::string_view text) const;

  Queue& operator[](QueueRef ref) { return queues[ref.value]; }
  const Queue& operator[](QueueRef ref) const { return queues[ref.value]; }
  Channel& operator[](ChannelRef ref) { return channels[ref.value]; }
  const Channel& operator[](ChannelRef ref) const { return channels[ref.value]; }
  Agent& operator[](AgentRef ref) { return agents[ref.value]; }
  const Agent& operator[](AgentRef ref) const { return agents[ref.value]; }
  Gateway& operator[](GatewayRef ref) { return gateways[ref.value]; }
  const Gateway& operator[](GatewayRef ref) const { return gateways[ref.value]; }
  Contact& operator[](ContactRef ref) { return contacts[ref]; }
  const Contact& operator[](ContactRef ref) const { return contacts[ref]; }
  Assignment& operator[](AssignmentRef ref) { return assignments[ref]; }
  const Assignment& operator[](AssignmentRef ref) const { return assignments[ref]; }
  Calendar& operator[](CalendarRef ref) { return calendars[ref.value]; }
  const Calendar& operator[](CalendarRef ref) const { return calendars[ref.value]; }
  Destination& operator[](DestinationRef ref) { return destinations[ref]; }
  const Destination& operator[](DestinationRef ref) const { return destinations[ref]; }
  Cooldown& operator[](CooldownRef ref) { return cooldowns[ref]; }
  const Cooldown& operator[](CooldownRef ref) const { return cooldowns[ref]; }
  WaitPlan& operator[](PlanRef ref) { return plans[ref]; }
  const WaitPlan& operator[](PlanRef ref) const { return plans[ref]; }
};

}  // namespace cordboard
