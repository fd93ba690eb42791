// Why the engine refused a command. A refused command changed nothing.
//
// One table (router/codec/reject_table) gives each reason its gRPC code; docs/API.md prints that table.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cordboard {

enum class RejectReason : std::uint8_t {
  // Something named in the request does not exist.
  UnknownContact,
  UnknownAgent,
  UnknownQueue,
  UnknownChannel,
  UnknownOffer,  // never existed, or was offered to another agent
  // The request is malformed.
  InvalidId,           // empty, too long, or with characters outside the allowed set
  InvalidRequirement,  // detail: position and what was expected
  InvalidProfile,      // skill level or channel cost out of range, a repeated name, or too many skills
  InvalidPriority,     // outside -1000..1000
  AttributesTooLarge,
  // Right in itself, not allowed now.
  ContactExists,    // the same id was submitted with another payload
  RequestIdReused,  // the request id was used for another request
  ContactFinished,  // the contact has ended already
  ContactNotConnected,
  ContactConnected,  // cancel and update are for waiting contacts; end it instead
  ContactNotInWrapUp,
  OfferFinished,   // accepted, declined, expired or rescinded already
  NotYourContact,  // the agent does not handle this contact
  AgentNotLoggedIn,
  AgentNotDeclared,   // undeclared_agents is off and the configuration does not list the agent
  AgentLacksChannel,  // the agent to transfer to takes no contacts of this channel
  QueueInUse,         // the new configuration removes a queue that has contacts
  ChannelInUse,       // the new configuration removes a channel that has contacts
  QueueDraining,      // the queue was removed from the configuration and serves only what it has
  VersionConflict,    // another configuration than ApplyConfig::if_version is in force
  UnknownCalendar,
  InvalidHours,  // a calendar or a rule for closed queues is malformed
  QueueClosed,
  // A bound is reached.
  QueueFull,        // max_waiting
  TooManyContacts,  // limits.live_contacts
  TooManyAgents,
  TooManyGateways,
  TooManyRequirements,  // limits.requirement_classes
  TooManyProfiles,      // limits.profile_classes
  DiskNearlyFull,       // by the loop, of new contacts: the log's reserve is reached (server.disk_reserve)
  // Work that starts later.
  InvalidTime,          // in the past, too far ahead, or a promise without a callback
  ContactNotScheduled,  // only a scheduled contact has a time that can be changed
  NoCustomerOnLine,     // a scheduled contact or a callback: nobody can hang up; cancel it
  NotDialing,           // the gateway's answer to a dial that is over
  TooManyScheduled,     // limits.scheduled_contacts
  // Acts of supervisors.
  ContactNotWaiting,    // scheduled or dialing: it neither waits nor rings
  AgentNotEligible,     // the agent to assign to does not meet the requirement
  AgentBusy,            // the agent who takes over has no capacity for it now
  GatewayNotConnected,  // the gateway that should hear of it is not there
};
inline constexpr std::size_t kRejectReasonCount =
    static_cast<std::size_t>(RejectReason::GatewayNotConnected) + 1;

// snake_case, stable: used in metrics, logs and error details.
std::string_view to_string(RejectReason reason);

struct Rejection {
  RejectReason reason;
  std::string detail;  // for people: what, where, what to do; never caller data
};

}  // namespace cordboard
