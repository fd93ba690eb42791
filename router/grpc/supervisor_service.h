// SupervisorService: see proto/cordboard/v1/supervisor_service.proto.

#pragma once

#include <boost/asio/thread_pool.hpp>

#include "cordboard/v1/supervisor_service.grpc.pb.h"
#include "router/grpc/gate.h"

namespace cordboard {

class SupervisorServiceEdge final
    : public v1::SupervisorService::WithRawCallbackMethod_Watch<
          v1::SupervisorService::WithCallbackMethod_ListQueues<
              v1::SupervisorService::WithCallbackMethod_ListAgents<
                  v1::SupervisorService::WithCallbackMethod_ListContacts<
                      v1::SupervisorService::WithCallbackMethod_GetQueue<
                          v1::SupervisorService::WithCallbackMethod_GetAgent<
                              v1::SupervisorService::WithCallbackMethod_SetQueueMode<
                                  v1::SupervisorService::WithCallbackMethod_GetStatus<
                                      v1::SupervisorService::WithCallbackMethod_GetDigest<
                                          v1::SupervisorService::WithCallbackMethod_ForgetCustomer<
                                              v1::SupervisorService::WithCallbackMethod_Act<
                                                  v1::SupervisorService::WithCallbackMethod_ListActs<
                                                      v1::SupervisorService::WithCallbackMethod_Explain<
                                                          v1::SupervisorService::
                                                              WithCallbackMethod_GetQueueHistory<
                                                                  v1::SupervisorService::
                                                                      Service>>>>>>>>>>>>>> {
 public:
  explicit SupervisorServiceEdge(const Gate& gate) : gate_(gate) {}
  // REQUIRES: no call is in progress.
  ~SupervisorServiceEdge() override { answers_.join(); }

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  grpc::ServerWriteReactor<grpc::ByteBuffer>* Watch(Context* context, const grpc::ByteBuffer* bytes) override;
  Reactor* ListQueues(Context* context, const v1::ListQueuesRequest* request,
                      v1::ListQueuesResponse* response) override;
  Reactor* ListAgents(Context* context, const v1::ListAgentsRequest* request,
                      v1::ListAgentsResponse* response) override;
  Reactor* ListContacts(Context* context, const v1::ListContactsRequest* request,
                        v1::ListContactsResponse* response) override;
  Reactor* GetQueue(Context* context, const v1::GetQueueRequest* request,
                    v1::GetQueueResponse* response) override;
  Reactor* GetQueueHistory(Context* context, const v1::GetQueueHistoryRequest* request,
                           v1::GetQueueHistoryResponse* response) override;
  Reactor* GetAgent(Context* context, const v1::GetAgentRequest* request,
                    v1::GetAgentResponse* response) override;
  Reactor* Act(Context* context, const v1::ActRequest* request, v1::ActResponse* response) override;
  Reactor* ListActs(Context* context, const v1::ListActsRequest* request,
                    v1::ListActsResponse* response) override;
  Reactor* SetQueueMode(Context* context, const v1::SetQueueModeRequest* request,
                        v1::SetQueueModeResponse* response) override;
  Reactor* Explain(Context* context, const v1::ExplainRequest* request,
                   v1::ExplainResponse* response) override;
  Reactor* ForgetCustomer(Context* context, const v1::ForgetCustomerRequest* request,
                          v1::ForgetCustomerResponse* response) override;
  Reactor* GetStatus(Context* context, const v1::GetStatusRequest* request,
                     v1::GetStatusResponse* response) override;
  Reactor* GetDigest(Context* context, const v1::GetDigestRequest* request,
                     v1::GetDigestResponse* response) override;

 private:
  // `look(tenant, engine, revision, *request, response)` answers on the loop's thread.
  template <class Request, class Response, class Look>
  Reactor* ask(Context& context, const Request* request, Response* response, Look look);

  const Gate& gate_;
  boost::asio::thread_pool answers_{1};  // of history: they take milliseconds to write
};

}  // namespace cordboard
