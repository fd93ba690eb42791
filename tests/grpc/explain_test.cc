// What supervisors ask about one contact or offer, over the wire.

#include <gmock/gmock.h>

#include "tests/grpc/session_client.h"

namespace cordboard::testing {
namespace {

using ::testing::HasSubstr;
using Supervisor = v1::SupervisorService::Stub;

grpc::Status ask(ServerUnderTest& server, const std::string& contact, const std::string& agent,
                 std::uint64_t offer, v1::ExplainResponse* response) {
  v1::ExplainRequest request;
  request.set_contact_id(contact);
  request.set_agent_id(agent);
  request.set_offer_id(offer);
  return call(&Supervisor::Explain, server.supervisor(), request, response);
}
v1::ExplainResponse explained(ServerUnderTest& server, const std::string& contact,
                              const std::string& agent = "", std::uint64_t offer = 0) {
  v1::ExplainResponse response;
  const grpc::Status status = ask(server, contact, agent, offer, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response;
}
v1::RejectionDetail::Reason refusal(ServerUnderTest& server, const std::string& contact,
                                    const std::string& agent = "", std::uint64_t offer = 0) {
  v1::ExplainResponse response;
  return rejection(ask(server, contact, agent, offer, &response)).reason();
}

TEST(Explain, TellsWhyAContactWaitsTypedAndInWords) {
  ServerUnderTest server;
  GatewayClient gateway = open_gateway(server, "pbx");
  AgentClient desk = open_agents(server);
  desk.ask(login("ana", false));
  gateway.ask(submit("c1"));
  gateway.ask(submit("c2"));

  const v1::ExplainResponse response = explained(server, "c2");
  EXPECT_EQ(response.revision(), server.revision());
  const v1::WaitExplanation& wait = response.wait();
  EXPECT_EQ(wait.requirement(), "english >= 1");
  EXPECT_EQ(wait.eligible().not_ready(), 1u);
  EXPECT_EQ(wait.eligible().logged_out(), 1u);  // ben
  EXPECT_EQ(wait.logged_in(), 1u);
  EXPECT_EQ(wait.ahead(), 1u);
  EXPECT_THAT(wait.first_ahead(), ::testing::ElementsAre("c1"));
  ASSERT_EQ(wait.next_size(), 1);
  EXPECT_EQ(wait.next(0).step(), v1::WaitExplanation::EXPIRES);
  EXPECT_GT(wait.next(0).at().seconds(), response.at().seconds());
  EXPECT_THAT(response.text(), HasSubstr("contact c2 waiting in queue sales"));
}

TEST(Explain, TellsEveryReasonWhyAnAgentIsNotOfferedAContact) {
  ServerUnderTest server;
  GatewayClient gateway = open_gateway(server, "pbx");
  AgentClient desk = open_agents(server);
  desk.ask(login("ana", false));
  gateway.ask(submit("c1"));
  gateway.ask(submit("c2"));

  const v1::ExplainResponse response = explained(server, "c2", "ana");
  ASSERT_EQ(response.pair().reasons_size(), 2);
  EXPECT_EQ(response.pair().reasons(0).obstacle(), v1::PairExplanation::NOT_READY);
  EXPECT_EQ(response.pair().reasons(1).obstacle(), v1::PairExplanation::OTHERS_PRECEDE);
  EXPECT_EQ(response.pair().reasons(1).count(), 1u);
  EXPECT_THAT(response.text(), HasSubstr("the agent is not ready"));
}

TEST(Explain, TellsWhoWasConsideredForAnOfferWhenTheConfigurationAsksForIt) {
  const std::string noting = std::string(kTestConfig) + "limits: {explained_offers: 10}\n";
  ServerUnderTest server({.tenants = {{"default", noting}}});
  GatewayClient gateway = open_gateway(server, "pbx");
  AgentClient desk = open_agents(server);
  desk.ask(login("ben"));
  desk.ask(login("ana"));
  gateway.ask(submit("c1"));
  const std::uint64_t offer = next_offer(desk, "ben").offer_id();

  const v1::OfferExplanation told = explained(server, "", "", offer).offer();
  EXPECT_EQ(told.offer_id(), offer);
  EXPECT_EQ(told.contact_id(), "c1");
  EXPECT_EQ(told.agent_id(), "ben");
  EXPECT_EQ(told.queue(), "sales");
  EXPECT_EQ(told.strategy(), v1::QueueSettings::LONGEST_IDLE);
  EXPECT_EQ(told.agents_free(), 2u);
  ASSERT_EQ(told.agents_size(), 2);
  EXPECT_EQ(told.agents(1).agent_id(), "ana");
  EXPECT_LT(told.agents(0).idle_sequence(), told.agents(1).idle_sequence());
  ASSERT_EQ(told.contacts_size(), 1);
  EXPECT_EQ(told.contacts(0).contact_id(), "c1");
}

TEST(Explain, SaysWhyThereIsNothingToExplain) {
  ServerUnderTest server;
  GatewayClient gateway = open_gateway(server, "pbx");
  AgentClient desk = open_agents(server);
  desk.ask(login("ana"));
  gateway.ask(submit("c1"));
  const std::uint64_t offer = next_offer(desk, "ana").offer_id();
  const std::uint64_t digest = server.digest();

  EXPECT_EQ(refusal(server, "c9"), v1::RejectionDetail::UNKNOWN_CONTACT);
  EXPECT_EQ(refusal(server, "c1", "nobody"), v1::RejectionDetail::UNKNOWN_AGENT);
  EXPECT_EQ(refusal(server, "", "", offer), v1::RejectionDetail::UNKNOWN_OFFER);  // nobody asked to note it
  EXPECT_EQ(refusal(server, ""), v1::RejectionDetail::MALFORMED_REQUEST);
  EXPECT_EQ(refusal(server, "", "ana"), v1::RejectionDetail::MALFORMED_REQUEST);
  EXPECT_EQ(refusal(server, "c1", "", offer), v1::RejectionDetail::MALFORMED_REQUEST);
  EXPECT_EQ(server.digest(), digest);

  desk.ask(accept("ana", offer));
  EXPECT_EQ(refusal(server, "c1"), v1::RejectionDetail::CONTACT_CONNECTED);
  EXPECT_EQ(explained(server, "c1", "ana").pair().reasons(0).obstacle(),
            v1::PairExplanation::CONTACT_ANSWERED);
  gateway.ask(end_contact("c1"));
  desk.ask(finish_wrap_up("ana", "c1"));
  EXPECT_EQ(refusal(server, "c1"), v1::RejectionDetail::CONTACT_FINISHED);
}

}  // namespace
}  // namespace cordboard::testing
