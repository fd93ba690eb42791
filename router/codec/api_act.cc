#include "router/codec/api_act.h"

#include <string>
#include <utility>

#include "router/codec/api_enums.h"
#include "router/codec/api_requests.h"
#include "router/codec/api_time.h"

namespace cordboard {
namespace {

Refusal malformed(std::string detail) { return {v1::RejectionDetail::MALFORMED_REQUEST, std::move(detail)}; }

Refused to_agent_state(const v1::ActRequest::SetAgentState& request, Supervise& command) {
  command.agent = request.agent_id();
  switch (request.state()) {
    case v1::Agent::READY:
      command.verb = SupervisorVerb::SetReady;
      return std::nullopt;
    case v1::Agent::NOT_READY:
      command.verb = SupervisorVerb::SetNotReady;
      return std::nullopt;
    case v1::Agent::LOGGED_OUT:
      command.verb = SupervisorVerb::LogOut;
      return std::nullopt;
    default:
      return malformed("state: READY, NOT_READY or LOGGED_OUT is required");
  }
}

Refused to_listen(const v1::ActRequest::Listen& request, Supervise& command) {
  command.contact = request.contact_id();
  command.agent = request.agent_id();
  switch (request.mode()) {
    case v1::ActRequest::Listen::MONITOR:
      command.verb = SupervisorVerb::Monitor;
      return std::nullopt;
    case v1::ActRequest::Listen::WHISPER:
      command.verb = SupervisorVerb::Whisper;
      return std::nullopt;
    case v1::ActRequest::Listen::BARGE:
      command.verb = SupervisorVerb::Barge;
      return std::nullopt;
    default:
      return malformed("mode: MONITOR, WHISPER or BARGE is required");
  }
}

void to_act(SupervisorVerb verb, const std::string& contact, const std::string& agent, Supervise& command) {
  command.verb = verb;
  command.contact = contact;
  command.agent = agent;
}

Refused to_act(const v1::ActRequest& request, Supervise& command) {
  using Verb = SupervisorVerb;
  switch (request.act_case()) {
    case v1::ActRequest::kMove:
      to_act(Verb::Move, request.move().contact_id(), "", command);
      command.queue = request.move().queue();
      return std::nullopt;
    case v1::ActRequest::kReprioritise:
      to_act(Verb::Reprioritise, request.reprioritise().contact_id(), "", command);
      if (request.reprioritise().has_priority()) command.priority = request.reprioritise().priority();
      if (request.reprioritise().has_tier()) command.tier = request.reprioritise().tier();
      return std::nullopt;
    case v1::ActRequest::kAssign:
      to_act(Verb::Assign, request.assign().contact_id(), request.assign().agent_id(), command);
      command.force = request.assign().force();
      return std::nullopt;
    case v1::ActRequest::kTakeBack:
      to_act(Verb::TakeBack, request.take_back().contact_id(), "", command);
      return std::nullopt;
    case v1::ActRequest::kCancel:
      to_act(Verb::Cancel, request.cancel().contact_id(), "", command);
      return std::nullopt;
    case v1::ActRequest::kSetAgentState:
      return to_agent_state(request.set_agent_state(), command);
    case v1::ActRequest::kRelease:
      to_act(Verb::Release, "", request.release().agent_id(), command);
      command.force = request.release().end_contacts();
      return std::nullopt;
    case v1::ActRequest::kEndWrapUp:
      to_act(Verb::EndWrapUp, request.end_wrap_up().contact_id(), request.end_wrap_up().agent_id(), command);
      return std::nullopt;
    case v1::ActRequest::kListen:
      return to_listen(request.listen(), command);
    case v1::ActRequest::kTakeOver:
      to_act(Verb::TakeOver, request.take_over().contact_id(), request.take_over().agent_id(), command);
      return std::nullopt;
    case v1::ActRequest::ACT_NOT_SET:
      break;
  }
  return malformed("act is required");
}

bool is_asked_for(const v1::ListActsRequest& asked, const SupervisorAct& act) {
  return act.number > asked.after() && (asked.supervisor().empty() || asked.supervisor() == act.supervisor) &&
         (asked.contact_id().empty() || asked.contact_id() == act.contact) &&
         (asked.agent_id().empty() || asked.agent_id() == act.agent);
}

}  // namespace

Refused to_command(const v1::ActRequest& request, CommandBody& body) {
  Supervise command;
  command.supervisor = request.supervisor();
  command.reason = request.reason();
  if (auto refused = to_act(request, command)) return refused;
  body = std::move(command);
  return std::nullopt;
}

void fill_act(const SupervisorAct& act, v1::SupervisorAct* row) {
  row->set_number(act.number);
  fill_time(act.at, row->mutable_at());
  row->set_verb(to_api(act.verb));
  row->set_supervisor(act.supervisor);
  row->set_reason(act.reason);
  row->set_contact_id(act.contact);
  row->set_agent_id(act.agent);
  row->set_queue(act.queue);
  row->set_what(act.what);
}

void fill_acts(const State& state, const v1::ListActsRequest& asked, v1::ListActsResponse* out) {
  for (const SupervisorAct& act : state.acts) {
    if (!is_asked_for(asked, act)) continue;
    fill_act(act, out->add_acts());
  }
}

}  // namespace cordboard
