// AgentService: see proto/cordboard/v1/agent_service.proto.

#pragma once

#include "cordboard/v1/agent_service.grpc.pb.h"
#include "router/grpc/gate.h"
#include "router/loop/request.h"

namespace cordboard {

class AgentServiceEdge final
    : public v1::AgentService::WithRawCallbackMethod_Session<v1::AgentService::WithRawCallbackMethod_Listen<
          v1::AgentService::WithCallbackMethod_Login<v1::AgentService::WithCallbackMethod_Logout<
              v1::AgentService::WithCallbackMethod_SetReady<v1::AgentService::WithCallbackMethod_SetNotReady<
                  v1::AgentService::WithCallbackMethod_Accept<
                      v1::AgentService::WithCallbackMethod_Decline<v1::AgentService::WithCallbackMethod_End<
                          v1::AgentService::WithCallbackMethod_FinishWrapUp<
                              v1::AgentService::WithCallbackMethod_Transfer<
                                  v1::AgentService::WithCallbackMethod_Heartbeat<
                                      v1::AgentService::Service>>>>>>>>>>>> {
 public:
  explicit AgentServiceEdge(const Gate& gate) : gate_(gate) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Session(Context* context) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* Listen(Context* context,
                                                     const grpc::ByteBuffer* bytes) override;
  Reactor* Login(Context* context, const v1::LoginRequest* request, v1::LoginResponse* response) override;
  Reactor* Logout(Context* context, const v1::LogoutRequest* request, v1::LogoutResponse* response) override;
  Reactor* SetReady(Context* context, const v1::SetReadyRequest* request,
                    v1::SetReadyResponse* response) override;
  Reactor* SetNotReady(Context* context, const v1::SetNotReadyRequest* request,
                       v1::SetNotReadyResponse* response) override;
  Reactor* Accept(Context* context, const v1::AcceptRequest* request, v1::AcceptResponse* response) override;
  Reactor* Decline(Context* context, const v1::DeclineRequest* request,
                   v1::DeclineResponse* response) override;
  Reactor* End(Context* context, const v1::EndRequest* request, v1::EndResponse* response) override;
  Reactor* FinishWrapUp(Context* context, const v1::FinishWrapUpRequest* request,
                        v1::FinishWrapUpResponse* response) override;
  Reactor* Transfer(Context* context, const v1::TransferRequest* request,
                    v1::TransferResponse* response) override;
  Reactor* Heartbeat(Context* context, const v1::HeartbeatRequest* request,
                     v1::HeartbeatResponse* response) override;

 private:
  // A verb of an agent; the agent is alive.
  template <class Request, class Response>
  Reactor* verb(Context& context, const Request& request, Response* response);

  const Gate& gate_;
};

}  // namespace cordboard
