#include "router/grpc/supervisor_explain.h"

#include <string>
#include <utility>

#include "router/codec/api_explain.h"
#include "router/codec/api_time.h"
#include "router/core/explain_offer.h"
#include "router/grpc/rpc_status.h"

namespace cordboard {
namespace {

grpc::Status refuse(RejectReason reason, std::string detail) {
  return to_status(Rejection{reason, std::move(detail)});
}

grpc::Status explain_offer(const State& state, OfferId offer, v1::ExplainResponse* response) {
  const Decision* const decision = explain::find_decision(state, offer);
  if (decision == nullptr) {
    return refuse(RejectReason::UnknownOffer, "not noted: limits.explained_offers is " +
                                                  std::to_string(state.config.limits.explained_offers) +
                                                  ", and a restart forgets what was noted");
  }
  fill_offer(state, *decision, response);
  return grpc::Status::OK;
}

grpc::Status explain_wait(const State& state, Time now, ContactRef contact, v1::ExplainResponse* response) {
  const ContactState is = state[contact].state;
  if (!is_unanswered(is) && is != ContactState::Scheduled) {
    const auto reason = is_final(is) ? RejectReason::ContactFinished : RejectReason::ContactConnected;
    return refuse(reason, "the contact is " + std::string(to_string(is)) + "; it does not wait");
  }
  fill_wait(state, now, contact, response);
  return grpc::Status::OK;
}

}  // namespace

grpc::Status explain_request(const State& state, Time now, const v1::ExplainRequest& asked,
                             v1::ExplainResponse* response) {
  fill_time(now, response->mutable_at());
  const bool names_contact = !asked.contact_id().empty();
  if ((asked.offer_id() != 0) == names_contact || (!names_contact && !asked.agent_id().empty())) {
    return to_status(malformed("name a contact, a contact and an agent, or an offer"));
  }
  if (asked.offer_id() != 0) return explain_offer(state, OfferId{asked.offer_id()}, response);
  const ContactRef contact = state.find_contact(asked.contact_id());
  if (!contact) return refuse(RejectReason::UnknownContact, "no such contact");
  if (asked.agent_id().empty()) return explain_wait(state, now, contact, response);
  const AgentRef agent = state.find_agent(asked.agent_id());
  if (!agent) return refuse(RejectReason::UnknownAgent, "no such agent");
  fill_pair(state, now, contact, agent, response);
  return grpc::Status::OK;
}

}  // namespace cordboard
