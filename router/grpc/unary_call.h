// One unary call: a command and what it left, or a look at the engine.
//
// Finishes the call exactly once, also when the log fails and nobody answers any more.

#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "router/codec/api_events.h"
#include "router/codec/api_requests.h"
#include "router/grpc/caller.h"
#include "router/grpc/rpc_status.h"
#include "router/grpc/tenant_edge.h"

namespace cordboard {

// Ends the call when the last one who refers to it is gone; until somebody says otherwise as unavailable.
class UnaryCall {
 public:
  explicit UnaryCall(grpc::ServerUnaryReactor* reactor)
      : reactor_(reactor), status_(to_status(to_refusal(Admission::Unavailable))) {}
  ~UnaryCall() { reactor_->Finish(status_); }
  UnaryCall(const UnaryCall&) = delete;
  UnaryCall& operator=(const UnaryCall&) = delete;

  void set(grpc::Status status) { status_ = std::move(status); }

 private:
  grpc::ServerUnaryReactor* const reactor_;
  grpc::Status status_;
};

// Ends a call at once.
inline grpc::ServerUnaryReactor* finish(grpc::CallbackServerContext& context, const grpc::Status& status) {
  grpc::ServerUnaryReactor* const reactor = context.DefaultReactor();
  reactor->Finish(status);
  return reactor;
}

// Looks at the engine. `look(engine, revision, response)` fills the response, on the loop's thread, and
// answers with a status, which the client gets when everything up to `revision` is durable.
template <class Response, class Look>
grpc::ServerUnaryReactor* look_up(const Caller& caller, RequestClass what,
                                  grpc::CallbackServerContext& context, Response* response, Look look) {
  if (const Refused refused = caller.intake(what)) {
    return finish(context, refuse(context, *refused));
  }
  grpc::ServerUnaryReactor* const reactor = context.DefaultReactor();
  auto call = std::make_shared<UnaryCall>(reactor);
  const Admission admission =
      caller.tenant->loop.query([call, response, look = std::move(look)](
                                    const Engine& engine, std::uint64_t revision) -> RouterLoop::Release {
        grpc::Status looked = look(engine, revision, response);
        // Said when what it saw is durable; until then the call is unavailable.
        return [call, looked = std::move(looked)] { call->set(looked); };
      });
  if (admission != Admission::Admitted) call->set(refuse(context, admission));
  return reactor;
}

// Submits one command, and then reads what the response shows. `fill_row(state, revision, response)` runs on
// the loop's thread and must bear that the row does not exist.
// `on_accepted(answer)` runs there too, when the command was accepted.
struct NothingMore {
  void operator()(const Answer&) const {}
};
template <class RequestMessage, class Response, class FillRow, class OnAccepted = NothingMore>
grpc::ServerUnaryReactor* command(const Caller& caller, grpc::CallbackServerContext& context,
                                  const RequestMessage& message, Response* response, AgentSession session,
                                  FillRow fill_row, OnAccepted on_accepted = {}) {
  Request request;
  if (const Refused refused = to_command(message, request.body)) return finish(context, to_status(*refused));
  if (const Refused refused = caller.intake(class_of(request.body))) {
    return finish(context, refuse(context, *refused));
  }
  TenantEdge& tenant = *caller.tenant;
  grpc::ServerUnaryReactor* const reactor = context.DefaultReactor();
  auto call = std::make_shared<UnaryCall>(reactor);
  request.request_id = message.request_id();
  request.session = session;
  if constexpr (requires { message.supervisor(); }) request.roles = caller.roles();
  request.reply = [call, response, on_accepted = std::move(on_accepted)](const Answer& answer) {
    if (answer.outcome.rejection) return call->set(to_status(*answer.outcome.rejection));
    fill_receipt(answer.revision, answer.at, answer.outcome.repeated, response->mutable_receipt());
    call->set(grpc::Status::OK);
    on_accepted(answer);
  };
  const Admission admission = tenant.loop.submit(std::move(request));
  if (admission != Admission::Admitted) {
    call->set(refuse(context, admission));
    return reactor;
  }
  // When this is not taken, the router stops, and when it is dropped, the log failed: there is no row then.
  (void)tenant.loop.query_always(
      [call, response, fill_row = std::move(fill_row)](const Engine& engine, std::uint64_t revision) {
        auto seen = std::make_unique<Response>();  // maybe of later commands, which are not durable yet
        fill_row(engine.state(), revision, seen.get());
        return [call, response, seen = std::move(seen)] { response->MergeFrom(*seen); };
      });
  return reactor;
}

}  // namespace cordboard
