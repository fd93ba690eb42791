#include "router/grpc/supervisor_service.h"

#include <atomic>
#include <boost/asio/post.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "router/codec/api_act.h"
#include "router/codec/api_agent.h"
#include "router/codec/api_contact.h"
#include "router/codec/api_queue.h"
#include "router/core/state.h"
#include "router/grpc/session_stream.h"
#include "router/grpc/supervisor_explain.h"
#include "router/grpc/supervisor_history.h"
#include "router/grpc/supervisor_lists.h"
#include "router/grpc/supervisor_status.h"
#include "router/grpc/unary_call.h"
#include "router/grpc/watch_stream.h"
#include "router/kpi/late_waiting.h"

namespace cordboard {
namespace {

// One of the questions of history that a tenant may have open.
class HistoryPlace {
 public:
  explicit HistoryPlace(std::atomic<std::uint32_t>& open) {
    if (open.fetch_add(1) < kMaxOpenHistories) {
      taken_.reset(&open);
    } else {
      open.fetch_sub(1);
    }
  }
  bool there_is() const { return taken_ != nullptr; }
  static Refusal refusal() {
    return {v1::RejectionDetail::OVERLOADED,
            std::to_string(kMaxOpenHistories) + " questions of history are open; try again in " +
                std::to_string(kRetryDelayMs) + " ms",
            std::chrono::milliseconds(kRetryDelayMs)};
  }

 private:
  struct GiveBack {
    void operator()(std::atomic<std::uint32_t>* open) const { open->fetch_sub(1); }
  };
  std::unique_ptr<std::atomic<std::uint32_t>, GiveBack> taken_;
};

struct AskedHistory {
  AskedHistory(grpc::ServerUnaryReactor* reactor, HistoryPlace&& of) : call(reactor), place(std::move(of)) {}

  UnaryCall call;  // first: the place is free when the client has the answer
  HistoryPlace place;
  QueueHistory history;
};

}  // namespace

grpc::ServerWriteReactor<grpc::ByteBuffer>* SupervisorServiceEdge::Watch(Context* context,
                                                                         const grpc::ByteBuffer* bytes) {
  using RefusedWatch = RefusedCall<grpc::ServerWriteReactor<grpc::ByteBuffer>>;
  const Caller caller = gate_.admit<v1::WatchRequest>(*context);
  if (caller.refused) return new RefusedWatch(to_status(*caller.refused));
  v1::WatchRequest request;
  grpc::ByteBuffer copy = *bytes;
  if (!parse(copy, request)) {
    return new RefusedWatch(to_status(malformed("the message is not a WatchRequest")));
  }
  if (const Refused refused = check_customer_data(caller, request.include_customer_data())) {
    return new RefusedWatch(to_status(*refused));
  }
  return WatchStream::hand_to_grpc(std::make_shared<WatchStream>(caller, *context, std::move(request)));
}

template <class Request, class Response, class Look>
grpc::ServerUnaryReactor* SupervisorServiceEdge::ask(Context& context, const Request* request,
                                                     Response* response, Look look) {
  const Caller caller = gate_.admit<Request>(context);
  if (caller.refused) return finish(context, to_status(*caller.refused));
  if constexpr (requires { request->include_customer_data(); }) {
    if (const Refused refused = check_customer_data(caller, request->include_customer_data())) {
      return finish(context, to_status(*refused));
    }
  }
  return look_up(caller, RequestClass::Look, context, response,
                 [&tenant = *caller.tenant, request, look](const Engine& engine, std::uint64_t revision,
                                                           Response* into) {
                   return look(tenant, engine, revision, *request, into);
                 });
}

// ---- Lists ----

grpc::ServerUnaryReactor* SupervisorServiceEdge::ListQueues(Context* context,
                                                            const v1::ListQueuesRequest* request,
                                                            v1::ListQueuesResponse* response) {
  return ask(*context, request, response,
             [](TenantEdge& tenant, const Engine& engine, std::uint64_t revision,
                const v1::ListQueuesRequest& asked, v1::ListQueuesResponse* into) {
               into->set_revision(revision);
               return list_queues(engine.state(), row_time(tenant, engine.state()), asked, into);
             });
}

grpc::ServerUnaryReactor* SupervisorServiceEdge::ListAgents(Context* context,
                                                            const v1::ListAgentsRequest* request,
                                                            v1::ListAgentsResponse* response) {
  return ask(*context, request, response,
             [](TenantEdge&, const Engine& engine, std::uint64_t revision, const v1::ListAgentsRequest& asked,
                v1::ListAgentsResponse* into) {
               into->set_revision(revision);
               return list_agents(engine.state(), asked, into);
             });
}

grpc::ServerUnaryReactor* SupervisorServiceEdge::ListContacts(Context* context,
                                                              const v1::ListContactsRequest* request,
                                                              v1::ListContactsResponse* response) {
  return ask(*context, request, response,
             [](TenantEdge& tenant, const Engine& engine, std::uint64_t revision,
                const v1::ListContactsRequest& asked, v1::ListContactsResponse* into) {
               into->set_revision(revision);
               return list_contacts(engine.state(), row_time(tenant, engine.state()), asked, into);
             });
}

// ---- One ----

grpc::ServerUnaryReactor* SupervisorServiceEdge::GetQueue(Context* context,
                                                          const v1::GetQueueRequest* request,
                                                          v1::GetQueueResponse* response) {
  return ask(*context, request, response,
             [](TenantEdge& tenant, const Engine& engine, std::uint64_t revision,
                const v1::GetQueueRequest& asked, v1::GetQueueResponse* into) {
               const State& state = engine.state();
               const QueueRef queue = state.find_queue(asked.queue());
               if (!queue || state[queue].removed) {
                 return to_status(Rejection{RejectReason::UnknownQueue, "no such queue"});
               }
               const Time now = row_time(tenant, state);
               fill_queue(state, queue, now, count_late(state, queue, now), into->mutable_queue());
               fill_forecast(state, queue, now, into->mutable_queue());
               into->set_revision(revision);
               return grpc::Status::OK;
             });
}

// In three steps: the state says which intervals there are and what happens just now, the store has the rest,
// and a thread that nobody waits for writes the answer.
grpc::ServerUnaryReactor* SupervisorServiceEdge::GetQueueHistory(Context* context,
                                                                 const v1::GetQueueHistoryRequest* request,
                                                                 v1::GetQueueHistoryResponse* response) {
  const Caller caller = gate_.admit<v1::GetQueueHistoryRequest>(*context);
  if (caller.refused) return finish(*context, to_status(*caller.refused));
  if (const Refused wrong = check_history(*request)) return finish(*context, to_status(*wrong));
  if (const Refused refused = caller.intake(RequestClass::Look))
    return finish(*context, refuse(*context, *refused));
  TenantEdge& tenant = *caller.tenant;
  HistoryPlace place(tenant.counters.open_histories);
  if (!place.there_is()) return finish(*context, refuse(*context, HistoryPlace::refusal()));
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  auto asked = std::make_shared<AskedHistory>(reactor, std::move(place));
  const Admission admission = tenant.loop.query(
      [this, asked, request, response, &tenant](const Engine& engine, std::uint64_t revision) -> Release {
        response->set_revision(revision);
        const State& state = engine.state();
        grpc::Status looked = look_at_history(state, row_time(tenant, state), *request, asked->history);
        if (!looked.ok()) return [asked, looked = std::move(looked)] { asked->call.set(looked); };
        return [this, asked, response, &tenant] {
          tenant.loop.ask_history({asked->history.queue, asked->history.stored_instants(),
                                   [this, asked, response](Result<HistoryAnswer> rows) {
                                     boost::asio::post(answers_, [asked, response, rows = std::move(rows)] {
                                       asked->call.set(fill_history(asked->history, rows, response));
                                     });
                                   }});
        };
      });
  if (admission != Admission::Admitted) asked->call.set(refuse(*context, admission));
  return reactor;
}

grpc::ServerUnaryReactor* SupervisorServiceEdge::GetAgent(Context* context,
                                                          const v1::GetAgentRequest* request,
                                                          v1::GetAgentResponse* response) {
  return ask(*context, request, response,
             [](TenantEdge&, const Engine& engine, std::uint64_t revision, const v1::GetAgentRequest& asked,
                v1::GetAgentResponse* into) {
               const AgentRef agent = engine.state().find_agent(asked.agent_id());
               if (!agent) return to_status(Rejection{RejectReason::UnknownAgent, "no such agent"});
               fill_agent(engine.state(), agent, into->mutable_agent());
               into->set_revision(revision);
               return grpc::Status::OK;
             });
}

// ---- Actions ----

grpc::ServerUnaryReactor* SupervisorServiceEdge::SetQueueMode(Context* context,
                                                              const v1::SetQueueModeRequest* request,
                                                              v1::SetQueueModeResponse* response) {
  const Caller caller = gate_.admit<v1::SetQueueModeRequest>(*context);
  if (caller.refused) return finish(*context, to_status(*caller.refused));
  auto named = *request;
  if (const Refused refused = name_supervisor(caller, *named.mutable_supervisor()))
    return finish(*context, to_status(*refused));
  const auto fill_row = [&tenant = *caller.tenant, name = request->queue()](const State& state, std::uint64_t,
                                                                            v1::SetQueueModeResponse* into) {
    const QueueRef queue = name.empty() ? QueueRef::none() : state.find_queue(name);
    if (!queue || state[queue].removed) return;
    const Time now = row_time(tenant, state);
    fill_queue(state, queue, now, count_late(state, queue, now), into->mutable_queue());
  };
  return command(caller, *context, named, response, 0, fill_row);
}

grpc::ServerUnaryReactor* SupervisorServiceEdge::Act(Context* context, const v1::ActRequest* request,
                                                     v1::ActResponse* response) {
  const Caller caller = gate_.admit<v1::ActRequest>(*context);
  if (caller.refused) return finish(*context, to_status(*caller.refused));
  auto named = *request;
  if (const Refused refused = name_supervisor(caller, *named.mutable_supervisor()))
    return finish(*context, to_status(*refused));
  CommandBody body;
  if (const Refused refused = to_command(named, body)) return finish(*context, to_status(*refused));
  const auto& act = std::get<Supervise>(body);
  const auto fill_rows = [contact_id = act.contact, agent_id = act.agent](const State& state, std::uint64_t,
                                                                          v1::ActResponse* into) {
    const ContactRef contact = state.find_contact(contact_id);
    if (contact) fill_contact(state, contact, state.now, CustomerData::Without, into->mutable_contact());
    if (const AgentRef agent = state.find_agent(agent_id)) fill_agent(state, agent, into->mutable_agent());
  };
  return command(caller, *context, named, response, 0, fill_rows);
}

grpc::ServerUnaryReactor* SupervisorServiceEdge::ListActs(Context* context,
                                                          const v1::ListActsRequest* request,
                                                          v1::ListActsResponse* response) {
  return ask(*context, request, response,
             [](TenantEdge&, const Engine& engine, std::uint64_t revision, const v1::ListActsRequest& asked,
                v1::ListActsResponse* into) {
               into->set_revision(revision);
               fill_acts(engine.state(), asked, into);
               return grpc::Status::OK;
             });
}

grpc::ServerUnaryReactor* SupervisorServiceEdge::ForgetCustomer(Context* context,
                                                                const v1::ForgetCustomerRequest* request,
                                                                v1::ForgetCustomerResponse* response) {
  const Caller caller = gate_.admit<v1::ForgetCustomerRequest>(*context);
  if (caller.refused) return finish(*context, to_status(*caller.refused));
  auto named = *request;
  if (const Refused refused = name_supervisor(caller, *named.mutable_supervisor()))
    return finish(*context, to_status(*refused));
  const auto no_row = [](const State&, std::uint64_t, v1::ForgetCustomerResponse*) {};
  return command(caller, *context, named, response, 0, no_row);
}

// ---- How things are ----

grpc::ServerUnaryReactor* SupervisorServiceEdge::Explain(Context* context, const v1::ExplainRequest* request,
                                                         v1::ExplainResponse* response) {
  return ask(*context, request, response,
             [](TenantEdge& tenant, const Engine& engine, std::uint64_t revision,
                const v1::ExplainRequest& asked, v1::ExplainResponse* into) {
               into->set_revision(revision);
               return explain_request(engine.state(), row_time(tenant, engine.state()), asked, into);
             });
}

grpc::ServerUnaryReactor* SupervisorServiceEdge::GetStatus(Context* context,
                                                           const v1::GetStatusRequest* request,
                                                           v1::GetStatusResponse* response) {
  return ask(*context, request, response,
             [](TenantEdge& tenant, const Engine& engine, std::uint64_t revision, const v1::GetStatusRequest&,
                v1::GetStatusResponse* into) {
               into->set_revision(revision);
               fill_status(tenant, engine.state(), into);
               return grpc::Status::OK;
             });
}

grpc::ServerUnaryReactor* SupervisorServiceEdge::GetDigest(Context* context,
                                                           const v1::GetDigestRequest* request,
                                                           v1::GetDigestResponse* response) {
  return ask(*context, request, response,
             [](TenantEdge&, const Engine& engine, std::uint64_t revision, const v1::GetDigestRequest&,
                v1::GetDigestResponse* into) {
               fill_digest(engine, revision, into);
               return grpc::Status::OK;
             });
}

}  // namespace cordboard
