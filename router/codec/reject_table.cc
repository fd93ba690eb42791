#include "router/codec/reject_table.h"

#include <algorithm>
#include <array>

#include "router/core/assert.h"

namespace cordboard {
namespace {

using Detail = v1::RejectionDetail;
using enum StatusCode;
using Core = RejectReason;

constexpr auto kEdge = std::nullopt;

// Late and repeated messages are normal, so what is not allowed *now* is FAILED_PRECONDITION, also when the
// contact went to another agent meanwhile: PERMISSION_DENIED would raise alarms about access rights. What can
// never succeed unchanged is INVALID_ARGUMENT; what may succeed later is RESOURCE_EXHAUSTED or UNAVAILABLE.
constexpr RejectRow kTable[] = {
    {Detail::UNKNOWN_CONTACT, Core::UnknownContact, NotFound, "No such contact, or it ended too long ago."},
    {Detail::UNKNOWN_AGENT, Core::UnknownAgent, NotFound,
     "No such agent: neither configured nor ever logged in."},
    {Detail::UNKNOWN_QUEUE, Core::UnknownQueue, NotFound, "No such queue in the configuration."},
    {Detail::UNKNOWN_CHANNEL, Core::UnknownChannel, NotFound, "No such channel in the configuration."},
    {Detail::UNKNOWN_CALENDAR, Core::UnknownCalendar, NotFound, "No such calendar in the configuration."},
    {Detail::UNKNOWN_OFFER, Core::UnknownOffer, NotFound, "No such offer, or it was made to another agent."},
    {Detail::INVALID_ID, Core::InvalidId, InvalidArgument,
     "A name is empty, too long or has characters that are not allowed; or another short text is too long."},
    {Detail::INVALID_REQUIREMENT, Core::InvalidRequirement, InvalidArgument,
     "A requirement does not parse; the detail says where."},
    {Detail::INVALID_PROFILE, Core::InvalidProfile, InvalidArgument,
     "A skill, level or channel of an agent's profile is not allowed."},
    {Detail::INVALID_PRIORITY, Core::InvalidPriority, InvalidArgument,
     "A priority or tier is outside -1000..1000."},
    {Detail::ATTRIBUTES_TOO_LARGE, Core::AttributesTooLarge, InvalidArgument,
     "The attributes are larger than limits.attributes_bytes."},
    {Detail::INVALID_HOURS, Core::InvalidHours, InvalidArgument,
     "A calendar or a rule for closed queues is malformed."},
    {Detail::INVALID_TIME, Core::InvalidTime, InvalidArgument,
     "A time is in the past or too far ahead, or a promise is made without a callback."},
    {Detail::CONTACT_EXISTS, Core::ContactExists, AlreadyExists,
     "The contact id was submitted before with another payload."},
    {Detail::REQUEST_ID_REUSED, Core::RequestIdReused, AlreadyExists,
     "The request id was used before for another request."},
    {Detail::CONTACT_FINISHED, Core::ContactFinished, FailedPrecondition, "The contact has ended already."},
    {Detail::CONTACT_NOT_CONNECTED, Core::ContactNotConnected, FailedPrecondition,
     "The contact is not connected (any more)."},
    {Detail::CONTACT_CONNECTED, Core::ContactConnected, FailedPrecondition,
     "Only for contacts that nobody has answered; end it instead."},
    {Detail::CONTACT_NOT_IN_WRAP_UP, Core::ContactNotInWrapUp, FailedPrecondition,
     "The agent is not in wrap-up for the contact (any more)."},
    {Detail::OFFER_FINISHED, Core::OfferFinished, FailedPrecondition,
     "The offer was accepted, declined, expired or rescinded already."},
    {Detail::NOT_YOUR_CONTACT, Core::NotYourContact, FailedPrecondition,
     "The agent does not handle the contact (any more)."},
    {Detail::AGENT_NOT_LOGGED_IN, Core::AgentNotLoggedIn, FailedPrecondition,
     "The agent has to log in first."},
    {Detail::AGENT_NOT_DECLARED, Core::AgentNotDeclared, PermissionDenied,
     "The configuration does not list the agent, and undeclared_agents is off."},
    {Detail::AGENT_LACKS_CHANNEL, Core::AgentLacksChannel, FailedPrecondition,
     "The agent to transfer to takes no contacts of this channel."},
    {Detail::QUEUE_IN_USE, Core::QueueInUse, FailedPrecondition,
     "The new configuration removes a queue that has contacts."},
    {Detail::CHANNEL_IN_USE, Core::ChannelInUse, FailedPrecondition,
     "The new configuration removes a channel that has contacts."},
    {Detail::QUEUE_DRAINING, Core::QueueDraining, FailedPrecondition,
     "The queue was removed from the configuration and serves only the contacts it has."},
    {Detail::VERSION_CONFLICT, Core::VersionConflict, FailedPrecondition,
     "Another configuration than the request's if_version is in force."},
    {Detail::QUEUE_CLOSED, Core::QueueClosed, FailedPrecondition,
     "The queue is closed, and its contacts are refused meanwhile."},
    {Detail::CONTACT_NOT_SCHEDULED, Core::ContactNotScheduled, FailedPrecondition,
     "Only a scheduled contact has a time that can be changed."},
    {Detail::NO_CUSTOMER_ON_LINE, Core::NoCustomerOnLine, FailedPrecondition,
     "The contact is scheduled or a callback: nobody can hang up; cancel it."},
    {Detail::NOT_DIALING, Core::NotDialing, FailedPrecondition,
     "The dial that the gateway reports on is over."},
    {Detail::CONTACT_NOT_WAITING, Core::ContactNotWaiting, FailedPrecondition,
     "The contact is scheduled or being dialled: it neither waits nor rings."},
    {Detail::AGENT_NOT_ELIGIBLE, Core::AgentNotEligible, FailedPrecondition,
     "The agent to assign to does not meet the contact's requirement."},
    {Detail::AGENT_BUSY, Core::AgentBusy, FailedPrecondition,
     "The agent who takes over is not ready or has no capacity for the contact now."},
    {Detail::GATEWAY_NOT_CONNECTED, Core::GatewayNotConnected, FailedPrecondition,
     "The contact's gateway, which should hear of it, is not connected."},
    {Detail::QUEUE_FULL, Core::QueueFull, ResourceExhausted, "The queue has max_waiting contacts waiting."},
    {Detail::TOO_MANY_CONTACTS, Core::TooManyContacts, ResourceExhausted, "limits.live_contacts is reached."},
    {Detail::TOO_MANY_AGENTS, Core::TooManyAgents, ResourceExhausted, "limits.agents is reached."},
    {Detail::TOO_MANY_GATEWAYS, Core::TooManyGateways, ResourceExhausted, "limits.gateways is reached."},
    {Detail::TOO_MANY_REQUIREMENTS, Core::TooManyRequirements, ResourceExhausted,
     "limits.requirement_classes is reached."},
    {Detail::TOO_MANY_PROFILES, Core::TooManyProfiles, ResourceExhausted,
     "limits.profile_classes is reached."},
    {Detail::DISK_NEARLY_FULL, Core::DiskNearlyFull, ResourceExhausted,
     "The router's disk has only its reserve left: no new contacts until there is space."},
    {Detail::TOO_MANY_SCHEDULED, Core::TooManyScheduled, ResourceExhausted,
     "limits.scheduled_contacts is reached."},
    {Detail::MALFORMED_REQUEST, kEdge, InvalidArgument,
     "A required part is missing or contradicts another; the detail names it."},
    {Detail::UNKNOWN_TENANT, kEdge, NotFound, "The router does not serve the tenant named in the metadata."},
    {Detail::INVALID_PAGE_TOKEN, kEdge, InvalidArgument, "The page token is not one that this router gave."},
    {Detail::OVERLOADED, kEdge, ResourceExhausted,
     "More is asked than the router can do; try again after the retry delay."},
    {Detail::SHUTTING_DOWN, kEdge, Unavailable, "The router is stopping; reconnect and try again."},
    {Detail::TOO_MANY_STREAMS, kEdge, ResourceExhausted,
     "The bound on open streams, or on distinct filters of watches, is reached."},
    {Detail::INVALID_CONFIGURATION, kEdge, InvalidArgument,
     "The configuration has errors; the detail has the first one."},
    {Detail::UNKNOWN_VERSION, kEdge, NotFound, "No such version of the configuration is kept."},
    {Detail::NOT_AUTHENTICATED, kEdge, Unauthenticated,
     "The caller has not proved who they are; the detail says what is missing or wrong."},
    {Detail::NOT_ALLOWED, kEdge, PermissionDenied, "The caller's roles do not allow it."},
    {Detail::RATE_LIMITED, kEdge, ResourceExhausted,
     "The client or its tenant asks for more in a second than server.rates allows."},
};

constexpr bool covers_every_core_reason() {
  std::array<int, kRejectReasonCount> rows{};
  for (const RejectRow& row : kTable) {
    if (row.core) ++rows[static_cast<std::size_t>(*row.core)];
  }
  return std::all_of(rows.begin(), rows.end(), [](int count) { return count == 1; });
}
static_assert(covers_every_core_reason());

// Rows by RejectReason.
constexpr auto kCoreRows = [] {
  std::array<const RejectRow*, kRejectReasonCount> rows{};
  for (const RejectRow& row : kTable) {
    if (row.core) rows[static_cast<std::size_t>(*row.core)] = &row;
  }
  return rows;
}();

}  // namespace

std::string_view to_string(StatusCode code) {
  switch (code) {
    case InvalidArgument:
      return "INVALID_ARGUMENT";
    case NotFound:
      return "NOT_FOUND";
    case AlreadyExists:
      return "ALREADY_EXISTS";
    case PermissionDenied:
      return "PERMISSION_DENIED";
    case ResourceExhausted:
      return "RESOURCE_EXHAUSTED";
    case FailedPrecondition:
      return "FAILED_PRECONDITION";
    case Unavailable:
      return "UNAVAILABLE";
    case Unauthenticated:
      return "UNAUTHENTICATED";
  }
  return "UNKNOWN";
}

std::span<const RejectRow> reject_table() { return kTable; }

const RejectRow& reject_row(RejectReason reason) { return *kCoreRows[static_cast<std::size_t>(reason)]; }

const RejectRow& reject_row(v1::RejectionDetail::Reason reason) {
  const auto row = std::find_if(std::begin(kTable), std::end(kTable),
                                [&](const RejectRow& candidate) { return candidate.reason == reason; });
  CB_ASSERT(row != std::end(kTable), "reason %d has no row", static_cast<int>(reason));
  return *row;
}

}  // namespace cordboard
