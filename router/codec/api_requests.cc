#include "router/codec/api_requests.h"

#include <algorithm>
#include <limits>

#include "router/codec/api_time.h"

namespace cordboard {
namespace {

using Detail = v1::RejectionDetail;

Refusal malformed(std::string detail) { return {Detail::MALFORMED_REQUEST, std::move(detail)}; }
Refusal unknown_kind() {
  return malformed("the request is empty, or of a kind that this router does not know");
}

// An empty agent means "the gateway" to some commands, so it must not come from an agent.
template <class Request>
Refused check_agent(const Request& request) {
  if (!request.agent_id().empty()) return std::nullopt;
  return Refusal{Detail::INVALID_ID, "agent_id is empty"};
}

template <class Request>
Refused to_transfer(const Request& request, CommandBody& body) {
  TransferContact command{
      .contact = request.contact_id(), .agent = request.agent_id(), .to_back = request.to_back()};
  switch (request.target_case()) {
    case Request::kToQueue:
      if (request.to_queue().empty()) return malformed("to_queue is empty");
      command.queue = request.to_queue();
      break;
    case Request::kToAgentId:
      if (request.to_agent_id().empty()) return malformed("to_agent_id is empty");
      command.to_agent = request.to_agent_id();
      break;
    case Request::TARGET_NOT_SET:
      return malformed("no target: set to_queue or to_agent_id");
  }
  body = std::move(command);
  return std::nullopt;
}

std::optional<DialFailure> to_failure(v1::FailCallbackRequest::Reason reason) {
  switch (reason) {
    case v1::FailCallbackRequest::REASON_UNSPECIFIED:
    case v1::FailCallbackRequest::NO_ANSWER:
      return DialFailure::NoAnswer;
    case v1::FailCallbackRequest::BUSY:
      return DialFailure::Busy;
    case v1::FailCallbackRequest::UNREACHABLE:
      return DialFailure::Unreachable;
    case v1::FailCallbackRequest::ANSWERING_MACHINE:
      return DialFailure::AnsweringMachine;
    default:
      return std::nullopt;
  }
}

AgentProfile to_profile(const v1::AgentProfile& from) {
  // Cut to what the engine's type holds; it refuses everything above 100.
  constexpr std::uint32_t kMost = std::numeric_limits<std::uint8_t>::max();
  AgentProfile to;
  to.skills.reserve(static_cast<std::size_t>(from.skills_size()));
  for (const v1::SkillLevel& skill : from.skills()) {
    to.skills.push_back({skill.skill(), static_cast<std::uint8_t>(std::min(skill.level(), kMost))});
  }
  to.channels.reserve(static_cast<std::size_t>(from.channels_size()));
  for (const v1::ChannelCapacity& channel : from.channels()) {
    to.channels.push_back({channel.channel(), channel.units(), channel.max_contacts()});
  }
  return to;
}

// What is longer than the engine takes, or negative, becomes something that it refuses.
Duration to_duration(const google::protobuf::Duration& from) {
  constexpr std::int64_t kMost = 1'000'000'000'000;  // seconds
  const std::chrono::seconds seconds{std::clamp<std::int64_t>(from.seconds(), -kMost, kMost)};
  return seconds + std::chrono::duration_cast<Duration>(std::chrono::nanoseconds{from.nanos()});
}

std::vector<RelaxStep> to_steps(const google::protobuf::RepeatedPtrField<v1::RelaxStep>& from) {
  std::vector<RelaxStep> to;
  to.reserve(static_cast<std::size_t>(from.size()));
  for (const v1::RelaxStep& step : from) to.push_back({to_duration(step.after()), step.requirement()});
  return to;
}

Refused to_session_submit(const v1::SubmitContactRequest& request, std::string_view gateway,
                          CommandBody& body) {
  if (!request.gateway().empty() && request.gateway() != gateway) {
    return malformed("submit.gateway is neither empty nor the gateway of this session");
  }
  to_command(request, body);
  std::get<SubmitContact>(body).gateway = gateway;
  return std::nullopt;
}

// Calls `function` with the request inside; false when there is none, or a heartbeat.
template <class Function>
bool with_request(const v1::GatewayRequest& request, Function&& function) {
  using Request = v1::GatewayRequest;
  switch (request.request_case()) {
    case Request::kSubmit:
      function(request.submit());
      return true;
    case Request::kUpdate:
      function(request.update());
      return true;
    case Request::kCancel:
      function(request.cancel());
      return true;
    case Request::kEnd:
      function(request.end());
      return true;
    case Request::kTransfer:
      function(request.transfer());
      return true;
    case Request::kRequestCallback:
      function(request.request_callback());
      return true;
    case Request::kConnectCallback:
      function(request.connect_callback());
      return true;
    case Request::kFailCallback:
      function(request.fail_callback());
      return true;
    case Request::kHeartbeat:
    case Request::REQUEST_NOT_SET:
      break;
  }
  return false;
}

template <class Function>
bool with_request(const v1::AgentRequest& request, Function&& function) {
  using Request = v1::AgentRequest;
  switch (request.request_case()) {
    case Request::kLogin:
      function(request.login());
      return true;
    case Request::kLogout:
      function(request.logout());
      return true;
    case Request::kSetReady:
      function(request.set_ready());
      return true;
    case Request::kSetNotReady:
      function(request.set_not_ready());
      return true;
    case Request::kAccept:
      function(request.accept());
      return true;
    case Request::kDecline:
      function(request.decline());
      return true;
    case Request::kEnd:
      function(request.end());
      return true;
    case Request::kFinishWrapUp:
      function(request.finish_wrap_up());
      return true;
    case Request::kTransfer:
      function(request.transfer());
      return true;
    case Request::kHeartbeat:
    case Request::REQUEST_NOT_SET:
      break;
  }
  return false;
}

}  // namespace

Refused to_command(const v1::SubmitContactRequest& request, CommandBody& body) {
  body = SubmitContact{
      .contact = request.contact_id(),
      .gateway = request.gateway(),
      .queue = request.queue(),
      .channel = request.channel(),
      .priority = request.priority(),
      .tier = request.tier(),
      .requirement = request.requirement(),
      .customer = request.customer(),
      .attributes = request.attributes(),
      .relax = to_steps(request.relax()),
      .not_before = to_time(request.has_not_before(), request.not_before()),
      .callback = request.callback(),
      .promise = to_time(request.has_promise(), request.promise()),
      .preferred_agents = {request.preferred_agent_ids().begin(), request.preferred_agent_ids().end()},
      .preferred_for = to_duration(request.preferred_for()),
      .preferred_first = request.preferred_first()};
  return std::nullopt;
}

Refused to_command(const v1::UpdateContactRequest& request, CommandBody& body) {
  UpdateContact command;
  command.contact = request.contact_id();
  if (request.has_priority()) command.priority = request.priority();
  if (request.has_tier()) command.tier = request.tier();
  if (request.has_requirement()) command.requirement = request.requirement();
  if (request.has_attributes()) command.attributes = request.attributes();
  if (request.has_relax()) command.relax = to_steps(request.relax().steps());
  command.not_before = to_time(request.has_not_before(), request.not_before());
  body = std::move(command);
  return std::nullopt;
}

Refused to_command(const v1::CancelContactRequest& request, CommandBody& body) {
  body = CancelContact{request.contact_id()};
  return std::nullopt;
}

Refused to_command(const v1::EndContactRequest& request, CommandBody& body) {
  body = EndContact{request.contact_id(), {}};
  return std::nullopt;
}

Refused to_command(const v1::TransferContactRequest& request, CommandBody& body) {
  return to_transfer(request, body);
}

Refused to_command(const v1::RequestCallbackRequest& request, CommandBody& body) {
  body = RequestCallback{request.contact_id(), to_time(request.has_not_before(), request.not_before()),
                         to_time(request.has_promise(), request.promise())};
  return std::nullopt;
}

Refused to_command(const v1::ConnectCallbackRequest& request, CommandBody& body) {
  body = ConnectCallback{request.contact_id(), request.attempt()};
  return std::nullopt;
}

Refused to_command(const v1::FailCallbackRequest& request, CommandBody& body) {
  const auto reason = to_failure(request.reason());
  if (!reason) return malformed("reason: NO_ANSWER, BUSY, UNREACHABLE or ANSWERING_MACHINE is required");
  body = FailCallback{request.contact_id(), request.attempt(), *reason};
  return std::nullopt;
}

Refused to_command(const v1::LoginRequest& request, CommandBody& body) {
  Login command;
  command.agent = request.agent_id();
  if (request.has_profile()) command.profile = to_profile(request.profile());
  command.ready = request.ready();
  body = std::move(command);
  return check_agent(request);
}

Refused to_command(const v1::LogoutRequest& request, CommandBody& body) {
  body = Logout{request.agent_id()};
  return check_agent(request);
}

Refused to_command(const v1::SetReadyRequest& request, CommandBody& body) {
  body = SetReady{request.agent_id()};
  return check_agent(request);
}

Refused to_command(const v1::SetNotReadyRequest& request, CommandBody& body) {
  body = SetNotReady{request.agent_id(), request.reason()};
  return check_agent(request);
}

Refused to_command(const v1::AcceptRequest& request, CommandBody& body) {
  body = AcceptOffer{request.agent_id(), OfferId{request.offer_id()}};
  return check_agent(request);
}

Refused to_command(const v1::DeclineRequest& request, CommandBody& body) {
  body = DeclineOffer{request.agent_id(), OfferId{request.offer_id()}};
  return check_agent(request);
}

Refused to_command(const v1::EndRequest& request, CommandBody& body) {
  body = EndContact{request.contact_id(), request.agent_id()};
  return check_agent(request);
}

Refused to_command(const v1::FinishWrapUpRequest& request, CommandBody& body) {
  body = FinishWrapUp{request.agent_id(), request.contact_id()};
  return check_agent(request);
}

Refused to_command(const v1::TransferRequest& request, CommandBody& body) {
  if (auto refused = check_agent(request)) return refused;
  return to_transfer(request, body);
}

Refused to_command(const v1::ForgetCustomerRequest& request, CommandBody& body) {
  body = ForgetCustomer{request.customer(), request.supervisor(), request.reason()};
  return std::nullopt;
}

Refused to_command(const v1::SetQueueModeRequest& request, CommandBody& body) {
  SetQueueMode command{.queue = request.queue(),
                       .all = request.all_queues(),
                       .mode = QueueMode::ByHours,
                       .reason = request.reason(),
                       .supervisor = request.supervisor()};
  if (command.queue.empty() && !command.all) return malformed("target: name a queue, or set all_queues");
  switch (request.mode()) {
    case v1::Queue::BY_HOURS:
      break;
    case v1::Queue::OPEN:
      command.mode = QueueMode::Open;
      break;
    case v1::Queue::CLOSED:
      command.mode = QueueMode::Closed;
      break;
    default:
      return malformed("mode: one of BY_HOURS, OPEN, CLOSED");
  }
  body = std::move(command);
  return std::nullopt;
}

Refused to_command(const v1::GatewayRequest& request, std::string_view session_gateway, CommandBody& body) {
  if (request.has_submit()) return to_session_submit(request.submit(), session_gateway, body);
  Refused refused;
  const bool known = with_request(request, [&](const auto& inner) { refused = to_command(inner, body); });
  return known ? refused : unknown_kind();
}

Refused to_command(const v1::AgentRequest& request, CommandBody& body) {
  Refused refused;
  const bool known = with_request(request, [&](const auto& inner) { refused = to_command(inner, body); });
  return known ? refused : unknown_kind();
}

std::string_view request_id_of(const v1::GatewayRequest& request) {
  std::string_view id;
  with_request(request, [&](const auto& inner) { id = inner.request_id(); });
  return id;
}

std::string_view request_id_of(const v1::AgentRequest& request) {
  std::string_view id;
  with_request(request, [&](const auto& inner) { id = inner.request_id(); });
  return id;
}

std::string_view agent_id_of(const v1::AgentRequest& request) {
  std::string_view id;
  with_request(request, [&](const auto& inner) { id = inner.agent_id(); });
  return id;
}

}  // namespace cordboard
