// One contact from submit to completed, over sessions and over unary calls.

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/grpc/held_loop.h"
#include "tests/grpc/session_client.h"

namespace cordboard::testing {
namespace {

using ::testing::ElementsAre;

TEST(CallFlow, GoesFromSubmitToCompletedOverSessions) {
  ServerUnderTest server;
  GatewayClient gateway = open_gateway(server, "pbx");
  EXPECT_FALSE(gateway.next().welcome().resumed());
  AgentClient desk = open_agents(server);
  const v1::AgentReply logged_in = desk.ask(login("ana"));
  EXPECT_EQ(logged_in.login().agent().state(), v1::Agent::READY);
  EXPECT_EQ(logged_in.login().heartbeat_timeout().seconds(), 30);

  v1::GatewayRequest request = submit("c1");
  request.mutable_submit()->set_attributes("{\"name\":\"x\"}");
  EXPECT_GT(gateway.ask(request).ok().revision(), 0u);
  const v1::Offer offer = next_offer(desk, "ana");
  EXPECT_EQ(offer.contact_id(), "c1");
  EXPECT_EQ(offer.attributes(), "{\"name\":\"x\"}");
  EXPECT_TRUE(desk.ask(accept("ana", offer.offer_id())).has_ok());
  EXPECT_TRUE(desk.ask(end_call("ana", "c1")).has_ok());
  EXPECT_TRUE(desk.ask(finish_wrap_up("ana", "c1")).has_ok());

  std::vector<v1::Event::KindCase> kinds;
  do {
    kinds.push_back(gateway.notice([](const v1::GatewayNotice&) { return true; }).event().kind_case());
  } while (kinds.back() != v1::Event::kContactEnded);
  EXPECT_THAT(kinds, ElementsAre(v1::Event::kContactQueued, v1::Event::kOfferCreated, v1::Event::kOfferEnded,
                                 v1::Event::kContactConnected, v1::Event::kWrapUpStarted,
                                 v1::Event::kWrapUpEnded, v1::Event::kContactEnded));
}

TEST(CallFlow, GetContactTellsPositionExpectedWaitAndEveryOffer) {
  ServerUnderTest server({.tenants = {{"default", R"(
queues: [{name: sales, ring: 2}, {name: night, requires: nobody}]
agents: [{id: ana, skills: {english: 80}}, {id: ben, skills: {english: 60}}]
)"}}});
  AgentClient desk = open_agents(server);
  for (const char* agent : {"ana", "ben"}) ASSERT_TRUE(desk.ask(login(agent)).has_login());
  const auto submitted = [&](const std::string& contact, const std::string& queue) {
    v1::SubmitContactRequest request;
    request.set_contact_id(contact);
    request.set_queue(queue);
    v1::SubmitContactResponse response;
    EXPECT_TRUE(call(&v1::GatewayService::Stub::SubmitContact, server.gateway(), request, &response).ok());
    v1::GetContactRequest get;
    get.set_contact_id(contact);
    v1::GetContactResponse got;
    EXPECT_TRUE(call(&v1::GatewayService::Stub::GetContact, server.gateway(), get, &got).ok());
    return got;
  };
  const v1::GetContactResponse rings = submitted("c1", "sales");
  EXPECT_EQ(rings.position(), 0u);
  EXPECT_TRUE(rings.has_expected_wait());
  EXPECT_EQ(rings.contact().agent_id(), "");
  ASSERT_EQ(rings.contact().offers_size(), 2);
  EXPECT_EQ(rings.contact().offers(0).agent_id(), "ana");
  EXPECT_EQ(rings.contact().offers(1).agent_id(), "ben");
  EXPECT_LT(rings.contact().offers(0).offer_id(), rings.contact().offers(1).offer_id());
  EXPECT_EQ(submitted("c2", "night").position(), 1u);
  const v1::GetContactResponse waits = submitted("c3", "night");
  EXPECT_EQ(waits.position(), 2u);
  EXPECT_TRUE(waits.has_expected_wait());
  EXPECT_FALSE(waits.expected_wait().enough_data());
  EXPECT_EQ(waits.contact().offers_size(), 0);
}

TEST(CallFlow, GoesFromSubmitToCompletedOverUnaryCalls) {
  ServerUnderTest server;
  using Gateway = v1::GatewayService::Stub;
  using Agent = v1::AgentService::Stub;
  v1::LoginRequest login_request;
  login_request.set_agent_id("ana");
  login_request.set_ready(true);
  v1::LoginResponse logged_in;
  ASSERT_TRUE(call(&Agent::Login, server.agent(), login_request, &logged_in).ok());
  EXPECT_EQ(logged_in.agent().activity(), v1::Agent::IDLE);

  const auto listening = context();
  v1::ListenRequest listen;
  listen.set_agent_id("ana");
  auto notices = server.agent().Listen(listening.get(), listen);
  v1::ListenResponse heard;
  ASSERT_TRUE(notices->Read(&heard));
  EXPECT_EQ(heard.notices(0).agent().agent_id(), "ana");

  v1::SubmitContactRequest submit_request;
  submit_request.set_contact_id("c1");
  submit_request.set_queue("sales");
  v1::SubmitContactResponse submitted;
  ASSERT_TRUE(call(&Gateway::SubmitContact, server.gateway(), submit_request, &submitted).ok());
  EXPECT_EQ(submitted.contact().state(), v1::Contact::OFFERED);

  v1::Offer offer;
  while (offer.offer_id() == 0 && notices->Read(&heard)) {
    for (const auto& notice : heard.notices()) {
      if (notice.has_offer_created()) offer = notice.offer_created();
    }
  }
  v1::AcceptRequest accept_request;
  accept_request.set_agent_id("ana");
  accept_request.set_offer_id(offer.offer_id());
  v1::AcceptResponse accepted;
  ASSERT_TRUE(call(&Agent::Accept, server.agent(), accept_request, &accepted).ok());
  EXPECT_EQ(accepted.agent().activity(), v1::Agent::HANDLING);

  v1::EndContactRequest end_request;
  end_request.set_contact_id("c1");
  v1::EndContactResponse ended;
  ASSERT_TRUE(call(&Gateway::EndContact, server.gateway(), end_request, &ended).ok());
  EXPECT_EQ(ended.contact().state(), v1::Contact::WRAP_UP);

  v1::FinishWrapUpRequest finish_request;
  finish_request.set_agent_id("ana");
  finish_request.set_contact_id("c1");
  v1::FinishWrapUpResponse finished;
  ASSERT_TRUE(call(&Agent::FinishWrapUp, server.agent(), finish_request, &finished).ok());
  EXPECT_EQ(finished.agent().activity(), v1::Agent::IDLE);

  v1::GetContactRequest get;
  get.set_contact_id("c1");
  v1::GetContactResponse got;
  ASSERT_TRUE(call(&Gateway::GetContact, server.gateway(), get, &got).ok());
  EXPECT_EQ(got.contact().state(), v1::Contact::COMPLETED);
  listening->TryCancel();
  notices->Finish();
}

TEST(CallFlow, RepliesComeInTheOrderOfTheRequests) {
  ServerUnderTest server;
  AgentClient desk = open_agents(server);
  v1::AgentSessionRequest batch;
  *batch.add_requests() = login("ana", false);
  batch.add_requests()->mutable_set_ready()->set_agent_id("ana");
  batch.add_requests()->mutable_set_ready()->set_agent_id("ben");  // not on this session
  batch.add_requests()->mutable_heartbeat();
  *batch.add_requests() = login("ben", false);
  for (int i = 0; i < batch.requests_size(); ++i) batch.mutable_requests(i)->set_tag(i);
  ASSERT_TRUE(desk.send(batch));
  ASSERT_TRUE(desk.send(batch));
  for (int i = 0; i < 2 * batch.requests_size(); ++i) {
    const v1::AgentReply reply = desk.next([](const v1::AgentResponse& r) { return r.has_reply(); }).reply();
    EXPECT_EQ(reply.tag(), static_cast<std::uint64_t>(i % batch.requests_size()));
  }
}

TEST(CallFlow, RevisionsOfRepliesDoNotGoBackWithHeartbeatsAmongTheRequests) {
  ServerUnderTest server;
  GatewayClient gateway = open_gateway(server, "pbx");
  v1::GatewaySessionRequest batch;
  for (const char* contact : {"", "c1", "", "c2", ""}) {
    if (*contact == 0) {
      batch.add_requests()->mutable_heartbeat();
    } else {
      *batch.add_requests() = submit(contact);
    }
  }
  ASSERT_TRUE(gateway.send(batch));
  std::vector<std::uint64_t> revisions;
  for (int i = 0; i < batch.requests_size(); ++i) {
    const auto reply = gateway.next([](const v1::GatewayResponse& r) { return r.has_reply(); }).reply();
    ASSERT_TRUE(reply.has_ok());
    revisions.push_back(reply.ok().revision());
  }
  EXPECT_TRUE(std::is_sorted(revisions.begin(), revisions.end())) << ::testing::PrintToString(revisions);
  EXPECT_GT(revisions.front(), 0u);
}

TEST(CallFlow, ANoticeNeverComesBeforeTheReplyThatExplainsIt) {
  ServerUnderTest server;
  GatewayClient gateway = open_gateway(server, "pbx");
  gateway.ask(submit("c1"));
  AgentClient desk = open_agents(server);
  desk.send(login("ana"));
  const v1::AgentResponse first = desk.next();
  EXPECT_TRUE(first.has_reply()) << first.ShortDebugString();
  EXPECT_EQ(next_offer(desk, "ana").contact_id(), "c1");
}

TEST(CallFlow, MoreMessagesThanMayBeUnansweredAreAllAnsweredInOrder) {
  ServerUnderTest server;
  GatewayClient gateway = open_gateway(server, "pbx");
  constexpr std::uint64_t kMessages = 3 * kMaxUnansweredMessages;
  for (std::uint64_t i = 0; i < kMessages; ++i) gateway.send(submit("c" + std::to_string(i)));
  for (std::uint64_t tag = 1; tag <= kMessages; ++tag) {
    const auto reply = gateway.next([](const v1::GatewayResponse& r) { return r.has_reply(); }).reply();
    ASSERT_EQ(reply.tag(), tag);
    ASSERT_TRUE(reply.has_ok());
  }
}

TEST(CallFlow, AFullInboxIsOverloadedInTheOrderOfTheRequests) {
  ServerUnderTest::Options options;
  options.server.inbox_limit = 4;
  ServerUnderTest server(options);
  GatewayClient gateway = open_gateway(server, "pbx");
  gateway.next();
  v1::GatewaySessionRequest batch;
  for (int i = 0; i < 5; ++i) *batch.add_requests() = submit("c" + std::to_string(i));
  const std::uint64_t before = server.digest();
  gateway.send(batch);
  for (int i = 0; i < 5; ++i) {
    const v1::RejectionDetail refused = gateway.next().reply().rejection();
    EXPECT_EQ(refused.reason(), v1::RejectionDetail::OVERLOADED);
    EXPECT_EQ(refused.code(), grpc::RESOURCE_EXHAUSTED);
  }
  EXPECT_EQ(server.digest(), before);
}

TEST(CallFlow, TheWelcomeComesBeforeTheRepliesToWhatCameWithTheHello) {
  ServerUnderTest::Options options;
  options.server.inbox_limit = 4;
  ServerUnderTest server(options);
  auto with = context();
  auto stream = server.gateway().Session(with.get());
  GatewayClient gateway(std::move(with), std::move(stream));
  v1::GatewaySessionRequest batch;
  batch.mutable_hello()->set_gateway("pbx");
  for (int i = 0; i < 5; ++i) *batch.add_requests() = submit("c" + std::to_string(i));
  HeldLoop hold(server);
  gateway.send(batch);
  hold.wait_for_overloaded(5);
  hold.go_on();
  EXPECT_TRUE(gateway.next().has_welcome());
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(gateway.next().reply().rejection().reason(), v1::RejectionDetail::OVERLOADED);
  }
}

TEST(CallFlow, ARequestThatWaitsForALoginNeedsNoPlaceInTheInbox) {
  ServerUnderTest::Options options;
  options.server.inbox_limit = 2;
  ServerUnderTest server(options);
  AgentClient desk = open_agents(server);
  AgentClient other = open_agents(server);
  v1::AgentRequest ready;
  ready.mutable_set_ready()->set_agent_id("ana");
  HeldLoop hold(server);
  const std::uint64_t logged_in = desk.send(login("ana", false));
  hold.wait_for_mail(1);
  const std::uint64_t waits = desk.send(ready);
  const std::uint64_t refused = other.send(login("ben"));  // read after what waits; the inbox is full
  hold.wait_for_overloaded(1);
  hold.go_on();
  EXPECT_TRUE(desk.reply(logged_in).has_login());
  EXPECT_TRUE(desk.reply(waits).has_ok());
  EXPECT_EQ(other.reply(refused).rejection().reason(), v1::RejectionDetail::OVERLOADED);
}

TEST(CallFlow, WhatWaitsForALoginAtAStopIsToldOfTheStop) {
  ServerUnderTest server;
  AgentClient desk = open_agents(server);
  v1::AgentSessionRequest batch;
  *batch.add_requests() = login("ana", false);
  batch.add_requests()->mutable_set_ready()->set_agent_id("ana");
  for (int i = 0; i < 2; ++i) batch.mutable_requests(i)->set_tag(static_cast<std::uint64_t>(1'001 + i));
  HeldLoop hold(server);
  desk.send(batch);
  hold.wait_for_mail(1);
  const std::uint64_t behind = desk.send(batch.requests(1));
  hold.loop().stop([](const std::optional<StoreError>&) {});  // before the login is durable
  hold.go_on();
  EXPECT_TRUE(desk.reply(1'001).has_login());
  EXPECT_EQ(desk.reply(1'002).rejection().reason(), v1::RejectionDetail::SHUTTING_DOWN);
  EXPECT_EQ(desk.reply(behind).rejection().reason(), v1::RejectionDetail::SHUTTING_DOWN);
}

TEST(CallFlow, AHalfClosedSessionGetsItsRepliesAndEnds) {
  ServerUnderTest server;
  GatewayClient gateway = open_gateway(server, "pbx");
  const std::uint64_t tag = gateway.send(submit("c1"));
  gateway.half_close();
  EXPECT_TRUE(gateway.reply(tag).has_ok());
  EXPECT_TRUE(gateway.finish().ok());
}

}  // namespace
}  // namespace cordboard::testing
