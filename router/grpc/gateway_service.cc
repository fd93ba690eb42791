#include "router/grpc/gateway_service.h"

#include "router/codec/api_contact.h"
#include "router/codec/api_enums.h"
#include "router/codec/api_queue.h"
#include "router/codec/api_time.h"
#include "router/core/servability.h"
#include "router/core/state.h"
#include "router/grpc/gateway_session.h"
#include "router/grpc/unary_call.h"

namespace cordboard {

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* GatewayServiceEdge::Session(Context* context) {
  const Caller caller = gate_.admit<v1::GatewaySessionRequest>(*context);
  if (caller.refused) return new RefusedCall<BidiReactor>(to_status(*caller.refused));
  return GatewaySession::hand_to_grpc(std::make_shared<GatewaySession>(caller, *context));
}

template <class Request, class Response>
grpc::ServerUnaryReactor* GatewayServiceEdge::change(Context& context, const Request& request,
                                                     Response* response) {
  const Caller caller = gate_.admit<Request>(context);
  if (caller.refused) return finish(context, to_status(*caller.refused));
  const auto fill_row = [id = request.contact_id()](const State& state, std::uint64_t, Response* into) {
    const ContactRef contact = state.find_contact(id);
    if (!contact) return;
    fill_contact(state, contact, state.now, CustomerData::Without, into->mutable_contact());
    if constexpr (std::is_same_v<Response, v1::SubmitContactResponse>) {
      const bool waits = state[contact].state == ContactState::Waiting;
      if (waits) into->set_servability(to_api(servability::of(state, state[contact])));
    }
  };
  return command(caller, context, request, response, 0, fill_row);
}

grpc::ServerUnaryReactor* GatewayServiceEdge::SubmitContact(Context* context,
                                                            const v1::SubmitContactRequest* request,
                                                            v1::SubmitContactResponse* response) {
  return change(*context, *request, response);
}
grpc::ServerUnaryReactor* GatewayServiceEdge::UpdateContact(Context* context,
                                                            const v1::UpdateContactRequest* request,
                                                            v1::UpdateContactResponse* response) {
  return change(*context, *request, response);
}
grpc::ServerUnaryReactor* GatewayServiceEdge::CancelContact(Context* context,
                                                            const v1::CancelContactRequest* request,
                                                            v1::CancelContactResponse* response) {
  return change(*context, *request, response);
}
grpc::ServerUnaryReactor* GatewayServiceEdge::EndContact(Context* context,
                                                         const v1::EndContactRequest* request,
                                                         v1::EndContactResponse* response) {
  return change(*context, *request, response);
}
grpc::ServerUnaryReactor* GatewayServiceEdge::TransferContact(Context* context,
                                                              const v1::TransferContactRequest* request,
                                                              v1::TransferContactResponse* response) {
  return change(*context, *request, response);
}
grpc::ServerUnaryReactor* GatewayServiceEdge::RequestCallback(Context* context,
                                                              const v1::RequestCallbackRequest* request,
                                                              v1::RequestCallbackResponse* response) {
  return change(*context, *request, response);
}
grpc::ServerUnaryReactor* GatewayServiceEdge::ConnectCallback(Context* context,
                                                              const v1::ConnectCallbackRequest* request,
                                                              v1::ConnectCallbackResponse* response) {
  return change(*context, *request, response);
}
grpc::ServerUnaryReactor* GatewayServiceEdge::FailCallback(Context* context,
                                                           const v1::FailCallbackRequest* request,
                                                           v1::FailCallbackResponse* response) {
  return change(*context, *request, response);
}

grpc::ServerUnaryReactor* GatewayServiceEdge::GetContact(Context* context,
                                                         const v1::GetContactRequest* request,
                                                         v1::GetContactResponse* response) {
  const Caller caller = gate_.admit<v1::GetContactRequest>(*context);
  if (caller.refused) return finish(*context, to_status(*caller.refused));
  const CustomerData data = request->include_customer_data() ? CustomerData::With : CustomerData::Without;
  return look_up(caller, RequestClass::Look, *context, response,
                 [id = request->contact_id(), data, &clock = caller.tenant->clock](
                     const Engine& engine, std::uint64_t revision, v1::GetContactResponse* into) {
                   const State& state = engine.state();
                   const ContactRef contact = state.find_contact(id);
                   if (!contact) return to_status(Rejection{RejectReason::UnknownContact, "no such contact"});
                   const Time now = std::max(clock.now(), state.now);
                   fill_contact(state, contact, now, data, into->mutable_contact());
                   into->set_revision(revision);
                   fill_time(now, into->mutable_at());
                   if (is_unanswered(state[contact].state)) {
                     into->set_position(position_of(state, contact, now));
                     fill_expected_wait(expected_wait(state, contact, now), into->mutable_expected_wait());
                   }
                   return grpc::Status::OK;
                 });
}

}  // namespace cordboard
