// GatewayService: see proto/cordboard/v1/gateway_service.proto.

#pragma once

#include "cordboard/v1/gateway_service.grpc.pb.h"
#include "router/grpc/gate.h"

namespace cordboard {

class GatewayServiceEdge final
    : public v1::GatewayService::WithRawCallbackMethod_Session<
          v1::GatewayService::WithCallbackMethod_SubmitContact<
              v1::GatewayService::WithCallbackMethod_UpdateContact<
                  v1::GatewayService::WithCallbackMethod_CancelContact<
                      v1::GatewayService::WithCallbackMethod_EndContact<
                          v1::GatewayService::WithCallbackMethod_TransferContact<
                              v1::GatewayService::WithCallbackMethod_GetContact<
                                  v1::GatewayService::WithCallbackMethod_RequestCallback<
                                      v1::GatewayService::WithCallbackMethod_ConnectCallback<
                                          v1::GatewayService::WithCallbackMethod_FailCallback<
                                              v1::GatewayService::Service>>>>>>>>>> {
 public:
  explicit GatewayServiceEdge(const Gate& gate) : gate_(gate) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Session(Context* context) override;
  Reactor* SubmitContact(Context* context, const v1::SubmitContactRequest* request,
                         v1::SubmitContactResponse* response) override;
  Reactor* UpdateContact(Context* context, const v1::UpdateContactRequest* request,
                         v1::UpdateContactResponse* response) override;
  Reactor* CancelContact(Context* context, const v1::CancelContactRequest* request,
                         v1::CancelContactResponse* response) override;
  Reactor* EndContact(Context* context, const v1::EndContactRequest* request,
                      v1::EndContactResponse* response) override;
  Reactor* TransferContact(Context* context, const v1::TransferContactRequest* request,
                           v1::TransferContactResponse* response) override;
  Reactor* RequestCallback(Context* context, const v1::RequestCallbackRequest* request,
                           v1::RequestCallbackResponse* response) override;
  Reactor* ConnectCallback(Context* context, const v1::ConnectCallbackRequest* request,
                           v1::ConnectCallbackResponse* response) override;
  Reactor* FailCallback(Context* context, const v1::FailCallbackRequest* request,
                        v1::FailCallbackResponse* response) override;
  Reactor* GetContact(Context* context, const v1::GetContactRequest* request,
                      v1::GetContactResponse* response) override;

 private:
  template <class Request, class Response>
  Reactor* change(Context& context, const Request& request, Response* response);

  const Gate& gate_;
};

}  // namespace cordboard
