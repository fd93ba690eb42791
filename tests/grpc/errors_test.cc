// Bad input gets the documented typed error and changes nothing.

#include <functional>

#include "router/codec/reject_table.h"
#include "router/grpc/edge_options.h"
#include "tests/grpc/session_client.h"

namespace cordboard::testing {
namespace {

using Supervisor = v1::SupervisorService::Stub;
using Reason = v1::RejectionDetail;

class Errors : public ::testing::Test {
 protected:
  // Expects the same error from the unary call and, where there is one, from the session.
  void expect(grpc::Status status, grpc::StatusCode code, v1::RejectionDetail::Reason reason) {
    EXPECT_EQ(status.error_code(), code) << status.error_message();
    EXPECT_EQ(rejection(status).reason(), reason) << status.error_message();
    EXPECT_EQ(rejection(status).code(), code);
  }

  grpc::Status submit_unary(const v1::SubmitContactRequest& request) {
    v1::SubmitContactResponse response;
    return call(&v1::GatewayService::Stub::SubmitContact, server_.gateway(), request, &response);
  }

  // By both ways, with the digest the same before and after.
  void expect_submit(const v1::SubmitContactRequest& request, grpc::StatusCode code,
                     v1::RejectionDetail::Reason reason) {
    GatewayClient gateway = open_gateway(server_, "pbx");
    gateway.next();
    const std::uint64_t before = server_.digest();
    expect(submit_unary(request), code, reason);
    v1::GatewayRequest tagged;
    *tagged.mutable_submit() = request;
    const v1::GatewayReply reply = gateway.ask(tagged);
    EXPECT_EQ(reply.rejection().reason(), reason) << reply.ShortDebugString();
    EXPECT_EQ(reply.rejection().code(), code);
    EXPECT_EQ(server_.digest(), before);
  }

  static v1::SubmitContactRequest contact(const std::string& id, const std::string& queue = "sales") {
    v1::SubmitContactRequest request;
    request.set_contact_id(id);
    request.set_queue(queue);
    return request;
  }

  ServerUnderTest server_;
};

TEST_F(Errors, UnknownQueueIsNotFound) {
  expect_submit(contact("c1", "nowhere"), grpc::NOT_FOUND, Reason::UNKNOWN_QUEUE);
}

TEST_F(Errors, MalformedRequirementIsInvalidAndSaysWhere) {
  v1::SubmitContactRequest request = contact("c1");
  request.set_requirement("english and (");
  expect_submit(request, grpc::INVALID_ARGUMENT, Reason::INVALID_REQUIREMENT);
  EXPECT_NE(submit_unary(request).error_message().find("position"), std::string::npos);
}

TEST_F(Errors, RepeatedIdWithAnotherPayloadAlreadyExists) {
  ASSERT_TRUE(submit_unary(contact("c1")).ok());
  v1::SubmitContactRequest other = contact("c1");
  other.set_priority(5);
  expect_submit(other, grpc::ALREADY_EXISTS, Reason::CONTACT_EXISTS);
}

TEST_F(Errors, ReusedRequestIdAlreadyExists) {
  v1::SubmitContactRequest first = contact("c1");
  first.set_request_id("r1");
  ASSERT_TRUE(submit_unary(first).ok());
  v1::SubmitContactRequest second = contact("c2");
  second.set_request_id("r1");
  expect_submit(second, grpc::ALREADY_EXISTS, Reason::REQUEST_ID_REUSED);
}

TEST_F(Errors, FullQueueIsExhausted) {
  ASSERT_TRUE(submit_unary(contact("c1", "tiny")).ok());
  expect_submit(contact("c2", "tiny"), grpc::RESOURCE_EXHAUSTED, Reason::QUEUE_FULL);
}

TEST_F(Errors, LateAndForeignAcceptsAreRefused) {
  AgentClient desk = open_agents(server_);
  desk.ask(login("ana"));
  desk.ask(login("ben", false));
  ASSERT_TRUE(submit_unary(contact("c1")).ok());
  const v1::Offer offer = next_offer(desk, "ana");
  // Ben takes what was offered to Ana.
  std::uint64_t before = server_.digest();
  const v1::AgentReply foreign = desk.ask(accept("ben", offer.offer_id()));
  EXPECT_EQ(foreign.rejection().reason(), Reason::UNKNOWN_OFFER);
  EXPECT_EQ(foreign.rejection().code(), grpc::NOT_FOUND);
  EXPECT_EQ(server_.digest(), before);
  // Ana is late.
  server_.clock().advance(11s);
  desk.notice([](const v1::AgentNotice& n) { return n.event().has_offer_ended(); });
  before = server_.digest();
  const v1::AgentReply late = desk.ask(accept("ana", offer.offer_id()));
  EXPECT_EQ(late.rejection().reason(), Reason::OFFER_FINISHED);
  EXPECT_EQ(late.rejection().code(), grpc::FAILED_PRECONDITION);
  EXPECT_EQ(server_.digest(), before);
}

TEST_F(Errors, OversizedMessageIsExhausted) {
  GatewayClient gateway = open_gateway(server_, "pbx");
  gateway.next();
  const std::uint64_t before = server_.digest();
  v1::SubmitContactRequest request = contact("c1");
  request.set_attributes(std::string(2u << 20, 'x'));
  EXPECT_EQ(submit_unary(request).error_code(), grpc::RESOURCE_EXHAUSTED);
  EXPECT_EQ(server_.digest(), before);
  v1::GatewaySessionRequest batch;
  *batch.add_requests()->mutable_submit() = request;
  gateway.send(batch);
  EXPECT_EQ(gateway.finish().error_code(), grpc::RESOURCE_EXHAUSTED);
  v1::GetContactRequest get;
  get.set_contact_id("c1");
  v1::GetContactResponse got;
  expect(call(&v1::GatewayService::Stub::GetContact, server_.gateway(), get, &got), grpc::NOT_FOUND,
         Reason::UNKNOWN_CONTACT);
}

TEST_F(Errors, ALongNameThatIsUnknownIsNotFound) {
  v1::LogoutRequest request;
  request.set_agent_id(std::string(4'000, 'x'));
  v1::LogoutResponse response;
  expect(call(&v1::AgentService::Stub::Logout, server_.agent(), request, &response), grpc::NOT_FOUND,
         Reason::UNKNOWN_AGENT);
}

TEST_F(Errors, PagesEndBeforeTheyAreTooLargeForAClient) {
  GatewayClient gateway = open_gateway(server_, "pbx");
  constexpr int kContacts = 600;
  for (int sent = 0; sent < kContacts; sent += 100) {
    v1::GatewaySessionRequest batch;
    for (int i = 0; i < 100; ++i) {
      v1::GatewayRequest& request = *batch.add_requests();
      request = submit("c" + std::to_string(sent + i), "chat");
      request.mutable_submit()->set_attributes(std::string(4'096, 'x'));
      request.set_tag(static_cast<std::uint64_t>(sent + i));
    }
    gateway.send(batch);
  }
  EXPECT_TRUE(gateway.reply(kContacts - 1).has_ok());
  v1::ListContactsRequest list;
  list.set_include_customer_data(true);
  int listed = 0;
  do {
    v1::ListContactsResponse page;
    ASSERT_TRUE(call(&v1::SupervisorService::Stub::ListContacts, server_.supervisor(), list, &page).ok());
    EXPECT_LT(page.ByteSizeLong(), 2u << 20);
    listed += page.contacts_size();
    list.set_page_token(page.next_page_token());
  } while (!list.page_token().empty());
  EXPECT_EQ(listed, kContacts);
}

TEST_F(Errors, TooManyRequestsInAMessageEndTheSession) {
  GatewayClient gateway = open_gateway(server_, "pbx");
  gateway.next();
  v1::GatewaySessionRequest batch;
  for (int i = 0; i < 1025; ++i) *batch.add_requests() = submit("c" + std::to_string(i));
  gateway.send(batch);
  expect(gateway.finish(), grpc::INVALID_ARGUMENT, Reason::MALFORMED_REQUEST);
}

TEST_F(Errors, ASessionNeedsAHello) {
  auto with = context();
  auto stream = server_.gateway().Session(with.get());
  GatewayClient gateway(std::move(with), std::move(stream));
  v1::GatewaySessionRequest batch;
  *batch.add_requests() = submit("c1");
  gateway.send(batch);
  expect(gateway.finish(), grpc::INVALID_ARGUMENT, Reason::MALFORMED_REQUEST);
}

TEST_F(Errors, AnUnknownTenantIsNotFound) {
  v1::SubmitContactResponse response;
  expect(
      call(&v1::GatewayService::Stub::SubmitContact, server_.gateway(), contact("c1"), &response, "nobody"),
      grpc::NOT_FOUND, Reason::UNKNOWN_TENANT);
  GatewayClient gateway = open_gateway(server_, "pbx", 0, "nobody");
  expect(gateway.finish(), grpc::NOT_FOUND, Reason::UNKNOWN_TENANT);
}

TEST_F(Errors, PageTokensAndFiltersAreChecked) {
  v1::ListAgentsRequest agents;
  agents.set_page_token("x1");
  v1::ListAgentsResponse listed;
  expect(call(&Supervisor::ListAgents, server_.supervisor(), agents, &listed), grpc::INVALID_ARGUMENT,
         Reason::INVALID_PAGE_TOKEN);
  v1::ListContactsRequest contacts;
  contacts.add_queues("nowhere");
  v1::ListContactsResponse found;
  expect(call(&Supervisor::ListContacts, server_.supervisor(), contacts, &found), grpc::NOT_FOUND,
         Reason::UNKNOWN_QUEUE);
}

TEST_F(Errors, AWatchIntervalHasBounds) {
  v1::WatchRequest request;
  request.mutable_update_interval()->set_seconds(5);
  request.mutable_update_interval()->set_nanos(1);
  const auto with = context();
  auto stream = server_.supervisor().Watch(with.get(), request);
  v1::WatchResponse response;
  EXPECT_FALSE(stream->Read(&response));
  expect(stream->Finish(), grpc::INVALID_ARGUMENT, Reason::MALFORMED_REQUEST);
}

TEST_F(Errors, AFilterMayNameTheSameTwice) {
  v1::ListAgentsRequest agents;
  for (int i = 0; i < 3; ++i) agents.add_states(v1::Agent::READY);
  agents.add_activities(v1::Agent::IDLE);
  v1::ListAgentsResponse listed;
  EXPECT_TRUE(call(&Supervisor::ListAgents, server_.supervisor(), agents, &listed).ok());
  v1::ListQueuesRequest queues;
  for (const char* name : {"tiny", "sales", "tiny"}) queues.add_queues(name);
  v1::ListQueuesResponse rows;
  ASSERT_TRUE(call(&Supervisor::ListQueues, server_.supervisor(), queues, &rows).ok());
  EXPECT_EQ(rows.queues_size(), 2);
}

TEST_F(Errors, AHeartbeatNamesALimitedNumberOfAgents) {
  v1::HeartbeatRequest heartbeat;
  for (int i = 0; i <= kMaxHeartbeatAgents; ++i) heartbeat.add_agent_ids("a");
  v1::HeartbeatResponse response;
  expect(call(&v1::AgentService::Stub::Heartbeat, server_.agent(), heartbeat, &response),
         grpc::INVALID_ARGUMENT, Reason::MALFORMED_REQUEST);
  AgentClient desk = open_agents(server_);
  v1::AgentRequest request;
  *request.mutable_heartbeat() = heartbeat;
  EXPECT_EQ(desk.ask(request).rejection().reason(), Reason::MALFORMED_REQUEST);
  request.mutable_heartbeat()->mutable_agent_ids()->RemoveLast();
  EXPECT_EQ(desk.ask(request).heartbeat().not_connected_agent_ids_size(), kMaxHeartbeatAgents);
}

TEST_F(Errors, ARepeatIsAnsweredAsTheFirstTime) {
  v1::SubmitContactRequest request = contact("c1");
  request.set_request_id("r1");
  v1::SubmitContactResponse first;
  v1::SubmitContactResponse second;
  ASSERT_TRUE(call(&v1::GatewayService::Stub::SubmitContact, server_.gateway(), request, &first).ok());
  const std::uint64_t before = server_.digest();
  ASSERT_TRUE(call(&v1::GatewayService::Stub::SubmitContact, server_.gateway(), request, &second).ok());
  EXPECT_FALSE(first.receipt().repeated());
  EXPECT_TRUE(second.receipt().repeated());
  EXPECT_EQ(second.contact().sequence(), first.contact().sequence());
  EXPECT_EQ(server_.digest(), before);
}

TEST_F(Errors, ARepeatIsRememberedAcrossARestart) {
  v1::SubmitContactRequest request = contact("c1");
  ASSERT_TRUE(submit_unary(request).ok());
  server_.restart();
  v1::SubmitContactResponse again;
  ASSERT_TRUE(call(&v1::GatewayService::Stub::SubmitContact, server_.gateway(), request, &again).ok());
  EXPECT_TRUE(again.receipt().repeated());
}

}  // namespace
}  // namespace cordboard::testing
