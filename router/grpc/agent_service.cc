#include "router/grpc/agent_service.h"

#include "router/codec/api_agent.h"
#include "router/codec/api_time.h"
#include "router/core/state.h"
#include "router/grpc/agent_session.h"
#include "router/grpc/listen_stream.h"
#include "router/grpc/session_stream.h"
#include "router/grpc/tenant_publisher.h"
#include "router/grpc/unary_call.h"

namespace cordboard {
// ---- Streams ----

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* AgentServiceEdge::Session(Context* context) {
  const Caller caller = gate_.admit<v1::AgentSessionRequest>(*context);
  if (caller.refused) return new RefusedCall<BidiReactor>(to_status(*caller.refused));
  return AgentSessionStream::hand_to_grpc(std::make_shared<AgentSessionStream>(caller, *context));
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* AgentServiceEdge::Listen(Context* context,
                                                                     const grpc::ByteBuffer* bytes) {
  const Caller caller = gate_.admit<v1::ListenRequest>(*context);
  if (caller.refused) return new RefusedCall<WriteReactor>(to_status(*caller.refused));
  v1::ListenRequest request;
  grpc::ByteBuffer copy = *bytes;
  if (!parse(copy, request)) {
    return new RefusedCall<WriteReactor>(to_status(malformed("the message is not a ListenRequest")));
  }
  if (!caller.speaks_for(request.agent_id()))
    return new RefusedCall<WriteReactor>(to_status(unknown_agent()));
  return ListenStream::hand_to_grpc(std::make_shared<ListenStream>(caller, *context, request.agent_id()));
}

// ---- Verbs ----

template <class Request, class Response>
grpc::ServerUnaryReactor* AgentServiceEdge::verb(Context& context, const Request& request,
                                                 Response* response) {
  const Caller caller = gate_.admit<Request>(context);
  if (caller.refused) return finish(context, to_status(*caller.refused));
  if (!caller.speaks_for(request.agent_id())) return finish(context, to_status(unknown_agent()));
  caller.tenant->loop.agent_heard(request.agent_id());
  const auto fill_row = [id = request.agent_id()](const State& state, std::uint64_t, Response* into) {
    if (const AgentRef agent = state.find_agent(id)) fill_agent(state, agent, into->mutable_agent());
  };
  return command(caller, context, request, response, 0, fill_row);
}

grpc::ServerUnaryReactor* AgentServiceEdge::Login(Context* context, const v1::LoginRequest* request,
                                                  v1::LoginResponse* response) {
  const Caller caller = gate_.admit<v1::LoginRequest>(*context);
  if (caller.refused) return finish(*context, to_status(*caller.refused));
  if (!caller.speaks_for(request->agent_id())) return finish(*context, to_status(unknown_agent()));
  TenantEdge* const tenant = caller.tenant;
  fill_duration(tenant->options.heartbeat_interval(), response->mutable_heartbeat_interval());
  fill_duration(tenant->options.heartbeat_timeout, response->mutable_heartbeat_timeout());
  const auto fill_row = [id = request->agent_id()](const State& state, std::uint64_t,
                                                   v1::LoginResponse* into) {
    if (const AgentRef agent = state.find_agent(id)) fill_agent(state, agent, into->mutable_agent());
  };
  const AgentSession session = next_agent_session();
  const auto leave_session = [id = request->agent_id(), tenant, session](const Answer& answer) {
    (void)tenant->loop.query_always([=, since = answer.revision, repeated = answer.outcome.repeated](
                                        const Engine& engine, std::uint64_t revision) {
      const State& state = engine.state();
      if (const AgentRef agent = state.find_agent(id)) {
        const AgentFeed::Claim login{agent, AgentFeed::Place::Session, since, session, repeated};
        tenant->publisher.agents().detach_session(login, revision, state);
      }
      return [tenant] { tenant->publisher.agents().release(tenant->publisher.released()); };
    });
  };
  return command(caller, *context, *request, response, session, fill_row, leave_session);
}

grpc::ServerUnaryReactor* AgentServiceEdge::Logout(Context* context, const v1::LogoutRequest* request,
                                                   v1::LogoutResponse* response) {
  return verb(*context, *request, response);
}
grpc::ServerUnaryReactor* AgentServiceEdge::SetReady(Context* context, const v1::SetReadyRequest* request,
                                                     v1::SetReadyResponse* response) {
  return verb(*context, *request, response);
}
grpc::ServerUnaryReactor* AgentServiceEdge::SetNotReady(Context* context,
                                                        const v1::SetNotReadyRequest* request,
                                                        v1::SetNotReadyResponse* response) {
  return verb(*context, *request, response);
}
grpc::ServerUnaryReactor* AgentServiceEdge::Accept(Context* context, const v1::AcceptRequest* request,
                                                   v1::AcceptResponse* response) {
  return verb(*context, *request, response);
}
grpc::ServerUnaryReactor* AgentServiceEdge::Decline(Context* context, const v1::DeclineRequest* request,
                                                    v1::DeclineResponse* response) {
  return verb(*context, *request, response);
}
grpc::ServerUnaryReactor* AgentServiceEdge::End(Context* context, const v1::EndRequest* request,
                                                v1::EndResponse* response) {
  return verb(*context, *request, response);
}
grpc::ServerUnaryReactor* AgentServiceEdge::FinishWrapUp(Context* context,
                                                         const v1::FinishWrapUpRequest* request,
                                                         v1::FinishWrapUpResponse* response) {
  return verb(*context, *request, response);
}
grpc::ServerUnaryReactor* AgentServiceEdge::Transfer(Context* context, const v1::TransferRequest* request,
                                                     v1::TransferResponse* response) {
  return verb(*context, *request, response);
}

grpc::ServerUnaryReactor* AgentServiceEdge::Heartbeat(Context* context, const v1::HeartbeatRequest* request,
                                                      v1::HeartbeatResponse* response) {
  const Caller caller = gate_.admit<v1::HeartbeatRequest>(*context);
  if (caller.refused) return finish(*context, to_status(*caller.refused));
  if (request->agent_ids().empty()) {
    return finish(*context, to_status(malformed("agent_ids: name an agent")));
  }
  if (const Refused refused = check_size(*request)) return finish(*context, to_status(*refused));
  for (const std::string& agent : request->agent_ids()) {
    if (!caller.speaks_for(agent)) return finish(*context, to_status(unknown_agent()));
  }
  for (const std::string& agent : request->agent_ids()) caller.tenant->loop.agent_heard(agent);
  return look_up(caller, RequestClass::Progress, *context, response,
                 [request](const Engine& engine, std::uint64_t, v1::HeartbeatResponse* into) {
                   const State& state = engine.state();
                   for (const std::string& id : request->agent_ids()) {
                     if (!can_listen(state, state.find_agent(id))) into->add_not_connected_agent_ids(id);
                   }
                   return grpc::Status::OK;
                 });
}

}  // namespace cordboard
