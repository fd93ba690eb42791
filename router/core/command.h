// Everything that can change an Engine. A command is logged, and replaying the log repeats its effect.
//
// A command names things as clients do (strings), so that a log can be read without the state it was
// applied to. `at` never goes back, and nothing may be due before it: whoever feeds the engine sends
// AdvanceTime first (see Engine::apply).

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "router/core/config.h"
#include "router/core/states.h"
#include "router/core/types.h"

namespace cordboard {

inline constexpr std::size_t kMaxReasonLength = 128;  // why somebody does something
inline constexpr std::size_t kMaxCustomerLength = 128;

// Of attributes that are sealed (router/privacy): what the engine may know of the text inside.
struct SealedText {
  std::uint64_t hash = 0;   // under a key; stands for the text where payloads are compared
  std::uint32_t bytes = 0;  // of the text; what limits.attributes_bytes is about
};

// ---- Contacts; from gateways unless said otherwise ----

// A customer asks for service. The same `contact` with the same payload is answered as the first time.
struct SubmitContact {
  std::string contact;  // chosen by the client, 1..128 printable ASCII characters without spaces
  std::string gateway;  // who submits and gets the contact's events; may be empty
  std::string queue;
  std::string channel;        // empty = the queue's
  std::int32_t priority = 0;  // -1000..1000, added to the queue's
  std::int32_t tier = 0;      // -1000..1000; a higher tier always goes first
  std::string requirement;    // further to the queue's; may be empty
  std::string customer;       // opaque, at most kMaxCustomerLength bytes; may be empty
  std::string attributes;     // opaque, at most limits.attributes_bytes; handed to the agent
  // Widens the contact's own requirement while it waits; as for a queue.
  std::vector<RelaxStep> relax;
  std::optional<Time> not_before;  // scheduled until then; its place counts from then. At most 366 days ahead
  bool callback = false;           // nobody is on the line: the gateway dials when an agent has accepted
  std::optional<Time> promise;     // of a callback: called by; absent = the queue's
  // Agents by id, the best first: in its first queue the contact waits for them for up to `preferred_for`,
  // also while they are busy, then for everybody. Who is logged out or may not serve it does not count.
  std::vector<std::string> preferred_agents;
  Duration preferred_for{0};
  bool preferred_first = false;           // ahead of all others of its tier, for these agents, while it lasts
  std::optional<SealedText> sealed = {};  // `attributes` are sealed, and hold the customer's id too
};

// Changes a contact that is scheduled, waiting or offered. It keeps its place; what is absent stays as it is.
struct UpdateContact {
  std::string contact;
  std::optional<std::int32_t> priority;
  std::optional<std::int32_t> tier;
  std::optional<std::string> requirement;
  std::optional<std::string> attributes;
  std::optional<std::vector<RelaxStep>> relax;  // replaces all steps
  std::optional<Time> not_before;               // of a scheduled contact; a time that has passed means now
  std::optional<SealedText> sealed = {};        // as in SubmitContact
};

// Withdraws a contact that nobody has answered: it ends as cancelled.
struct CancelContact {
  std::string contact;
};

// The customer or the agent hung up. Waiting or offered: ends as abandoned. Connected: wrap-up begins.
// Refused for scheduled contacts and callbacks, whose customer is not on the line. An agent whose callback
// is being dialled gives that attempt up.
struct EndContact {
  std::string contact;
  std::string agent;  // the agent who ends it, or empty: the gateway saw the customer leave
};

// Sends a connected contact on: to a queue, or to one agent. Exactly one of `queue` and `to_agent` is set.
// The contact keeps its place (the time it has waited since it was created counts) unless `to_back`.
struct TransferContact {
  std::string contact;
  std::string agent;  // the agent who hands it over
  std::string queue;
  std::string
      to_agent;  // waits for this agent; goes back to the queue if they decline, do not answer or leave
  bool to_back = false;
};

// The customer of a waiting or offered contact hangs up and will be called when it is their turn. The contact
// keeps its place; a pending offer is rescinded, because that agent expects somebody on the line.
struct RequestCallback {
  std::string contact;
  std::optional<Time> not_before;  // out of the queue until then; absent = called in turn
  std::optional<Time> promise;     // called by; absent = the queue's
};
// What became of a dial (CallbackDialing). `attempt` is the one of that event, so that a late answer is not
// taken for the next attempt's; 0 = the current one.
struct ConnectCallback {
  std::string contact;
  std::uint32_t attempt = 0;
};
enum class DialFailure : std::uint8_t { NoAnswer, Busy, Unreachable, AnsweringMachine };
struct FailCallback {
  std::string contact;
  std::uint32_t attempt = 0;
  DialFailure reason = DialFailure::NoAnswer;
};

// ---- Agents ----

// Logs an agent in, connected. Repeated: reconnects, keeps the contacts in hand, and replaces the profile.
struct Login {
  std::string agent;
  std::optional<AgentProfile> profile;  // absent: the configured one, or the last one
  bool ready = false;                   // else not_ready with reason "login"
};
// Takes effect at once for new offers; contacts in hand are finished first (state logged_out, activity
// handling).
struct Logout {
  std::string agent;
};
struct SetReady {
  std::string agent;
};
struct SetNotReady {
  std::string agent;
  std::string reason;  // free text, at most kMaxReasonLength bytes
};
struct AcceptOffer {
  std::string agent;
  OfferId offer;
};
struct DeclineOffer {
  std::string agent;
  OfferId offer;
};
struct FinishWrapUp {
  std::string agent;
  std::string contact;
};

// ---- Operators ----

// Makes an agent free again whatever happened: rescinds offers, ends wrap-ups, forgets ring-no-answer. A
// ready agent becomes not_ready with reason "released", so that the next offer comes when somebody is there
// to take it. Connected contacts stay connected unless `end_contacts`.
struct ReleaseAgent {
  std::string agent;
  bool end_contacts = false;
};

// A supervisor acts on a contact or an agent, and answers for it: who and why are logged, remembered and told
// (supervision.h). What the verb does not use is empty.
struct Supervise {
  SupervisorVerb verb{};
  std::string supervisor;  // a client id
  std::string reason;      // free text, at most kMaxReasonLength bytes; may be empty
  // Move, Reprioritise, Assign, TakeBack, Cancel: a contact that nobody has answered. EndWrapUp: the contact
  // that `agent` works on. Monitor, Whisper, Barge, TakeOver: a connected one, whose gateway is connected.
  std::string contact;
  // Assign: to whom. SetReady, SetNotReady, LogOut, Release, EndWrapUp: who. TakeOver: the supervisor as an
  // agent, who needs capacity for it now. Monitor, Whisper, Barge: the same; may be empty.
  std::string agent;
  std::string queue;                     // Move: where to
  std::optional<std::int32_t> priority;  // Reprioritise: one of the two, or both
  std::optional<std::int32_t> tier;
  // Assign: also to an agent who does not meet the requirement. Release: also ends connected contacts.
  bool force = false;
};

// Removes what the router remembers of a customer beyond their contacts: who served them last, and the places
// kept for a redial.
struct ForgetCustomer {
  std::string customer;    // as in the submits, 1..kMaxCustomerLength bytes
  std::string supervisor;  // as in Supervise, as is the reason
  std::string reason;
};

// By hours, or whatever they say: open or closed. Of the queue, or a switch of its own for all of them.
enum class QueueMode : std::uint8_t { ByHours, Open, Closed };
std::string_view to_string(QueueMode mode);

// Closed beats open beats hours (opening.h). Lasts until it is set anew, also over a restart.
struct SetQueueMode {
  std::string queue;  // empty with `all`
  bool all = false;
  QueueMode mode = QueueMode::ByHours;
  std::string reason;  // as in Supervise, as is the supervisor
  std::string supervisor;
};

// ---- The router itself ----

// When calendars open and close, computed outside the engine. Replaces what was told before.
struct OpeningTimes {
  std::string calendar;
  bool open = false;          // at the time of the command
  std::vector<Time> changes;  // the instants at which that turns, ascending, after the time of the command
  Time until;                 // all changes before this are there
};
struct SetOpeningTimes {
  std::vector<OpeningTimes> calendars;
};

// Heartbeats stopped or the stream closed: no more offers; logged out after disconnect_grace.
struct AgentDisconnected {
  std::string agent;
};
struct GatewayConnected {
  std::string gateway;
};
// Its contacts end after gateway_grace unless it comes back: waiting ones cancelled, connected ones
// completed. Scheduled ones and callbacks stay, and are held until it is back.
struct GatewayDisconnected {
  std::string gateway;
};
// First command after every start: nobody is connected, every offer is rescinded, contacts keep their places.
struct RouterRestarted {};
// Fires every deadline that is due at or before `at`, in (deadline, sequence) order.
struct AdvanceTime {};
// Replaces the configuration. Queues and agents are matched by name, renamed queues by `renamed_from`; all or
// nothing.
struct ApplyConfig {
  std::uint64_t version = 0;
  TenantConfig config;
  std::uint64_t if_version = 0;  // refused unless this one is in force; 0 = whichever is
  std::string supervisor;        // as in Supervise, as is the reason; empty: the router's file says so
  std::string reason;
};

using CommandBody =
    std::variant<SubmitContact, UpdateContact, CancelContact, EndContact, TransferContact, Login, Logout,
                 SetReady, SetNotReady, AcceptOffer, DeclineOffer, FinishWrapUp, ReleaseAgent,
                 AgentDisconnected, GatewayConnected, GatewayDisconnected, RouterRestarted, AdvanceTime,
                 ApplyConfig, SetQueueMode, SetOpeningTimes, RequestCallback, ConnectCallback, FailCallback,
                 Supervise, ForgetCustomer>;

struct Command {
  Time at;
  // Chosen by the client, at most 64 bytes. A repeated id is answered as the first time and changes nothing,
  // as long as it is remembered (limits.request_ids). Empty: not remembered. One exception: the login of an
  // agent who was disconnected since is applied anew, as whoever repeats it is there.
  std::string request_id;
  CommandBody body;
};

// snake_case name of the command, for logs and metric labels.
std::string_view name_of(const CommandBody& body);

}  // namespace cordboard
