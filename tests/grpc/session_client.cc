#include "tests/grpc/session_client.h"

namespace cordboard::testing {

GatewayClient open_gateway(ServerUnderTest& server, const std::string& gateway, std::uint64_t resume_revision,
                           const std::string& tenant) {
  auto with = context(tenant);
  auto stream = server.gateway().Session(with.get());
  GatewayClient client(std::move(with), std::move(stream));
  v1::GatewaySessionRequest hello;
  hello.mutable_hello()->set_gateway(gateway);
  hello.mutable_hello()->set_resume_revision(resume_revision);
  client.send(hello);  // fails when the session is refused at once
  return client;
}

AgentClient open_agents(ServerUnderTest& server, const std::string& tenant) {
  auto with = context(tenant);
  auto stream = server.agent().Session(with.get());
  return AgentClient(std::move(with), std::move(stream));
}

v1::GatewayRequest submit(const std::string& contact, const std::string& queue) {
  v1::GatewayRequest request;
  request.mutable_submit()->set_contact_id(contact);
  request.mutable_submit()->set_queue(queue);
  return request;
}

v1::GatewayRequest end_contact(const std::string& contact) {
  v1::GatewayRequest request;
  request.mutable_end()->set_contact_id(contact);
  return request;
}

v1::AgentRequest login(const std::string& agent, bool ready) {
  v1::AgentRequest request;
  request.mutable_login()->set_agent_id(agent);
  request.mutable_login()->set_ready(ready);
  return request;
}

v1::AgentRequest accept(const std::string& agent, std::uint64_t offer) {
  v1::AgentRequest request;
  request.mutable_accept()->set_agent_id(agent);
  request.mutable_accept()->set_offer_id(offer);
  return request;
}

v1::AgentRequest end_call(const std::string& agent, const std::string& contact) {
  v1::AgentRequest request;
  request.mutable_end()->set_agent_id(agent);
  request.mutable_end()->set_contact_id(contact);
  return request;
}

v1::AgentRequest finish_wrap_up(const std::string& agent, const std::string& contact) {
  v1::AgentRequest request;
  request.mutable_finish_wrap_up()->set_agent_id(agent);
  request.mutable_finish_wrap_up()->set_contact_id(contact);
  return request;
}

v1::Offer next_offer(AgentClient& client, const std::string& agent) {
  return client
      .notice([&](const v1::AgentNotice& n) { return n.agent_id() == agent && n.has_offer_created(); })
      .offer_created();
}

v1::Event next_event(GatewayClient& client, v1::Event::KindCase kind) {
  return client.notice([&](const v1::GatewayNotice& n) { return n.event().kind_case() == kind; }).event();
}

}  // namespace cordboard::testing
