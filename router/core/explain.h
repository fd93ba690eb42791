// Why does this contact wait, and why does this agent not get it? Pure questions over a state: they change
// nothing, and what they answer is what the engine does.
//
// The answers are typed; to_text (explain_text.cc) is the one place that puts them into words. Times are as
// in the state: what happens by itself happens at the time given, what a person has to do has none.
//
// Each costs a look at every agent, and at the contacts ahead. For people who ask, not for every contact.

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "router/core/state.h"

namespace cordboard::explain {

// Why an agent is not offered a contact; in the order in which they are told, the decisive one first.
enum class Obstacle : std::uint8_t {
  ContactEnded,
  ContactScheduled,  // in no queue, until; or until its gateway is back
  ContactAnswered,   // connected or in wrap-up; with `agent`
  AlreadyOffered,    // to this very agent
  OfferedToAnother,
  QueueClosed,  // it is held until the queue opens, until
  Dialing,      // `agent` accepted the callback, the customer is dialled, until
  LoggedOut,
  NotReady,
  Disconnected,
  NotResponding,      // until, unless by hand only
  WaitsForAnother,    // the contact waits for `agent` only
  WaitsForPreferred,  // it waits for preferred agents first, `agent` the best of them, until
  LacksSkill,         // `clause` of the requirement is not met
  LacksChannel,
  BusyAlone,       // with `holding`, of an exclusive channel
  NeedsToBeAlone,  // the contact's channel is exclusive, and the agent has `holding`
  NoCapacity,      // units or contacts of the channel are held by `holding`
  Cooldown,        // declined it, until
  StillHasIt,      // transferred it and wraps it up, until
  OthersPrecede,   // `count` contacts that the agent would be given first
};
inline constexpr std::size_t kObstacles = static_cast<std::size_t>(Obstacle::OthersPrecede) + 1;
std::string_view to_string(Obstacle obstacle);

struct Reason {
  Obstacle obstacle{};
  std::string clause;
  AgentRef agent;
  std::vector<AssignmentRef> holding;  // at most kShownHolding
  std::uint32_t count = 0;             // OthersPrecede; `holding`: how many in all
  Time until = kNever;                 // when it ends by itself; kNever: when somebody does something
};

inline constexpr std::size_t kShownHolding = 10;

// Every reason. OthersPrecede never stands alone for a waiting contact: an agent with capacity takes whoever
// is first, so that nobody eligible waits.
std::vector<Reason> why_not(const State& state, Time now, ContactRef contact, AgentRef agent);

// Where an agent is, seen by a contact that waits. The first that applies, in this order from the end.
enum class Situation : std::uint8_t {
  Idle,
  WrapUp,
  Handling,
  Offered,
  NotReady,
  NotResponding,
  Disconnected,
  LoggedOut,
};
inline constexpr std::size_t kSituations = static_cast<std::size_t>(Situation::LoggedOut) + 1;
std::string_view to_string(Situation situation);
Situation situation_of(const Agent& agent);

// One term of the requirement; all of them must hold.
struct Clause {
  std::string text;
  std::uint32_t fail = 0;       // agents who are logged in and do not meet it
  std::uint32_t fail_only = 0;  // of those, who meet everything else: they would be eligible without it
};

enum class NextStep : std::uint8_t {
  OfferExpires,    // to `agent`
  DialEnds,        // for `agent`: the attempt has failed
  WrapUpEnds,      // of `agent`, who is eligible
  AgentReturns,    // `agent`, who is eligible, after ring-no-answer
  CooldownEnds,    // of `agent`
  AgentLoggedOut,  // `agent`, whom it waits for, stays disconnected
  PreferenceOver,  // it waits for everybody
  RequirementWidens,
  RuleDue,     // of the queue's ladder
  QueueOpens,  // by its hours; it is held until then
  ComesIn,     // a scheduled contact, into the queue
  GivenUp,     // a scheduled contact whose gateway stays away
  Expires,     // the queue's max_wait
};
inline constexpr std::size_t kNextKinds = static_cast<std::size_t>(NextStep::Expires) + 1;
std::string_view to_string(NextStep step);

struct Next {
  NextStep step{};
  Time at;
  AgentRef agent;
};

struct Wait {
  ContactRef contact;
  std::string requirement;          // the effective one, canonical; empty: every agent
  AgentRef target;                  // it waits for this agent only
  std::vector<AgentRef> preferred;  // it waits for these only, the best first, until preferred_until
  Time preferred_until = kNever;
  Servability servability = Servability::Servable;
  // Eligible agents: skills and channel, and who is preferred, or the target.
  std::array<std::uint32_t, kSituations> eligible{};
  std::uint32_t logged_in = 0;  // agents in all
  // At most kShownClauses. All of them: in canonical order, the last is the channel; else those that remove
  // most.
  std::vector<Clause> clauses;
  std::uint32_t clause_count = 0;
  // Contacts that wait, precede it, and can be served by one of the eligible agents who are logged in.
  std::uint32_t ahead = 0;
  std::vector<ContactRef> first_ahead;  // at most kFirstAhead, in order
  std::vector<Next> next;               // at most kNextSteps, the earliest first
  std::uint32_t next_steps = 0;         // in all
};
inline constexpr std::size_t kShownClauses = 20;
inline constexpr std::size_t kFirstAhead = 5;
inline constexpr std::size_t kNextSteps = 10;

// REQUIRES: the contact is unanswered or scheduled.
Wait wait_of(const State& state, Time now, ContactRef contact);

// "5.000 s".
std::string seconds(Duration duration);

// For people; lines of text, the last one without an end. `now` gives the distances in time.
std::string to_text(const State& state, Time now, const Wait& wait);
std::string to_text(const State& state, Time now, ContactRef contact, AgentRef agent,
                    const std::vector<Reason>& reasons);

}  // namespace cordboard::explain
