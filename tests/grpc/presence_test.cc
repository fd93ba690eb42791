// Who listens where, and what happens when nobody does.

#include "tests/grpc/held_loop.h"
#include "tests/grpc/session_client.h"
#include "tests/grpc/watch_client.h"

namespace cordboard::testing {
namespace {

v1::Agent agent_row(ServerUnderTest& server, const std::string& id) {
  v1::GetAgentRequest request;
  request.set_agent_id(id);
  v1::GetAgentResponse response;
  EXPECT_TRUE(call(&v1::SupervisorService::Stub::GetAgent, server.supervisor(), request, &response).ok());
  return response.agent();
}

v1::AgentRequest set_not_ready(const std::string& agent) {
  v1::AgentRequest request;
  request.mutable_set_not_ready()->set_agent_id(agent);
  return request;
}

bool detached(const v1::AgentNotice& notice, v1::AgentDetached::Reason reason) {
  return notice.has_detached() && notice.detached().reason() == reason;
}

TEST(Presence, AContactGoesBackToItsPlaceWhenTheAgentsStreamIsLost) {
  ServerUnderTest server;
  GatewayClient gateway = open_gateway(server, "pbx");
  AgentClient desk = open_agents(server);
  desk.ask(login("ana"));
  gateway.ask(submit("c1"));
  gateway.ask(submit("c2"));
  EXPECT_EQ(next_offer(desk, "ana").contact_id(), "c1");
  // The stream breaks; the offer stands until it expires, then the contact waits again, ahead of c2.
  desk.break_off();
  AgentClient other = open_agents(server);
  server.clock().advance(11s);
  EXPECT_EQ(next_event(gateway, v1::Event::kContactRequeued).contact_requeued().contact_id(), "c1");
  other.ask(login("ben"));
  EXPECT_EQ(next_offer(other, "ben").contact_id(), "c1");
}

TEST(Presence, AnAgentThatReconnectsFindsItsContactsAndOffers) {
  ServerUnderTest server;
  GatewayClient gateway = open_gateway(server, "pbx");
  AgentClient desk = open_agents(server);
  desk.ask(login("ana"));
  gateway.ask(submit("c1"));
  const v1::Offer offer = next_offer(desk, "ana");
  AgentClient again = open_agents(server);
  const v1::AgentReply reply = again.ask(login("ana"));
  ASSERT_EQ(reply.login().agent().contacts_size(), 1);
  EXPECT_EQ(reply.login().agent().contacts(0).phase(), v1::ContactInHand::OFFERED);
  EXPECT_EQ(next_offer(again, "ana").offer_id(), offer.offer_id());
  EXPECT_TRUE(again.ask(accept("ana", offer.offer_id())).has_ok());
}

TEST(Presence, AnAgentLeavesTheSessionWhenItLogsInElsewhere) {
  ServerUnderTest server;
  AgentClient first = open_agents(server);
  first.ask(login("ana"));
  AgentClient second = open_agents(server);
  second.ask(login("ana"));
  first.notice([](const v1::AgentNotice& n) { return detached(n, v1::AgentDetached::CONNECTED_ELSEWHERE); });
  // The first one has no say any more, and its end means nothing.
  v1::AgentRequest request;
  request.mutable_set_not_ready()->set_agent_id("ana");
  EXPECT_EQ(first.ask(request).rejection().reason(), v1::RejectionDetail::AGENT_NOT_LOGGED_IN);
  first.break_off();
  EXPECT_TRUE(second.ask(request).has_ok());
  EXPECT_TRUE(agent_row(server, "ana").connected());
}

TEST(Presence, AUnaryLoginTakesTheAgentFromItsSession) {
  ServerUnderTest server;
  AgentClient session = open_agents(server);
  session.ask(login("ana"));
  v1::LoginRequest request;
  request.set_agent_id("ana");
  v1::LoginResponse response;
  ASSERT_TRUE(call(&v1::AgentService::Stub::Login, server.agent(), request, &response).ok());
  session.notice(
      [](const v1::AgentNotice& n) { return detached(n, v1::AgentDetached::CONNECTED_ELSEWHERE); });
}

TEST(Presence, OfTwoLoginsInOneSyncTheLaterSessionHasTheSay) {
  ServerUnderTest server;
  AgentClient first = open_agents(server);
  AgentClient second = open_agents(server);
  HeldLoop hold(server);
  const std::uint64_t earlier = first.send(login("ana"));
  hold.wait_for_mail(1);
  const std::uint64_t later = second.send(login("ana"));
  hold.wait_for_mail(2);
  hold.go_on();
  EXPECT_TRUE(first.reply(earlier).has_login());
  EXPECT_TRUE(second.reply(later).has_login());
  EXPECT_EQ(first.ask(set_not_ready("ana")).rejection().reason(), v1::RejectionDetail::AGENT_NOT_LOGGED_IN);
  EXPECT_TRUE(second.ask(set_not_ready("ana")).has_ok());
}

TEST(Presence, ARepeatedUnaryLoginTakesTheAgentFromItsSession) {
  ServerUnderTest server;
  AgentClient session = open_agents(server);
  v1::AgentRequest once = login("ana");
  once.mutable_login()->set_request_id("r1");
  session.ask(once);
  v1::LoginResponse response;
  ASSERT_TRUE(call(&v1::AgentService::Stub::Login, server.agent(), once.login(), &response).ok());
  EXPECT_TRUE(response.receipt().repeated());
  v1::AgentRequest heartbeat;
  heartbeat.mutable_heartbeat()->add_agent_ids("ana");
  ASSERT_EQ(session.ask(heartbeat).heartbeat().not_connected_agent_ids_size(), 1);
  session.notice(
      [](const v1::AgentNotice& n) { return detached(n, v1::AgentDetached::CONNECTED_ELSEWHERE); });
}

TEST(Presence, AnOlderSessionDoesNotGetAnAgentBackByARepeatAfterAUnaryLogin) {
  ServerUnderTest server;
  AgentClient desk = open_agents(server);
  v1::AgentRequest old = login("ana");
  old.mutable_login()->set_request_id("r1");
  desk.ask(old);
  server.clock().advance(31s);
  desk.notice([](const v1::AgentNotice& n) { return detached(n, v1::AgentDetached::HEARTBEAT_MISSED); });
  v1::LoginRequest request;
  request.set_agent_id("ana");
  v1::LoginResponse response;
  ASSERT_TRUE(call(&v1::AgentService::Stub::Login, server.agent(), request, &response).ok());
  EXPECT_TRUE(desk.ask(old).login().receipt().repeated());
  EXPECT_EQ(desk.ask(set_not_ready("ana")).rejection().reason(), v1::RejectionDetail::AGENT_NOT_LOGGED_IN);
  desk.notice([](const v1::AgentNotice& n) { return detached(n, v1::AgentDetached::CONNECTED_ELSEWHERE); });
}

TEST(Presence, ARefusedLoginGivesNoSay) {
  ServerUnderTest server;
  AgentClient owner = open_agents(server);
  v1::AgentRequest in = login("zoe");
  owner.ask(in);
  AgentClient thief = open_agents(server);
  v1::AgentRequest bad = login("zoe");
  bad.mutable_login()->mutable_profile()->add_skills()->set_skill("not");
  EXPECT_EQ(thief.ask(bad).rejection().reason(), v1::RejectionDetail::INVALID_PROFILE);
  v1::AgentRequest request;
  request.mutable_set_not_ready()->set_agent_id("zoe");
  EXPECT_EQ(thief.ask(request).rejection().reason(), v1::RejectionDetail::AGENT_NOT_LOGGED_IN);
  EXPECT_TRUE(owner.ask(request).has_ok());
}

TEST(Presence, ARefusedLoginGivesNoSayToWhatIsBehindIt) {
  ServerUnderTest server;
  AgentClient owner = open_agents(server);
  owner.ask(login("zoe"));
  AgentClient thief = open_agents(server);
  v1::AgentRequest bad = login("zoe");
  bad.mutable_login()->mutable_profile()->add_skills()->set_skill("not");
  v1::AgentRequest request;
  request.mutable_set_not_ready()->set_agent_id("zoe");
  v1::AgentSessionRequest batch;
  *batch.add_requests() = bad;
  *batch.add_requests() = request;
  batch.mutable_requests(1)->set_tag(1'001);
  thief.send(batch);
  *batch.mutable_requests(0) = request;  // and the same in another message
  batch.mutable_requests(0)->set_tag(1'002);
  batch.mutable_requests(1)->set_tag(1'003);
  thief.send(batch);
  for (const std::uint64_t tag : {1'001, 1'002, 1'003}) {
    EXPECT_EQ(thief.reply(tag).rejection().reason(), v1::RejectionDetail::AGENT_NOT_LOGGED_IN) << tag;
  }
  EXPECT_EQ(agent_row(server, "zoe").state(), v1::Agent::READY);
}

TEST(Presence, RequestsBehindALoginAreAppliedInOrder) {
  ServerUnderTest server;
  AgentClient desk = open_agents(server);
  v1::AgentSessionRequest batch;
  const auto add = [&](const v1::AgentRequest& request) {
    *batch.add_requests() = request;
    batch.mutable_requests(batch.requests_size() - 1)
        ->set_tag(static_cast<std::uint64_t>(batch.requests_size()));
  };
  v1::AgentRequest ready;
  v1::AgentRequest not_ready;
  v1::AgentRequest heartbeat;
  ready.mutable_set_ready()->set_agent_id("ana");
  not_ready.mutable_set_not_ready()->set_agent_id("ana");
  heartbeat.mutable_heartbeat()->add_agent_ids("ana");
  for (const v1::AgentRequest& request : {login("ana", false), ready, login("ben"), not_ready, heartbeat})
    add(request);
  desk.send(batch);
  EXPECT_TRUE(desk.next().reply().has_login());
  std::uint64_t revision = 0;
  for (const std::uint64_t tag : {2, 3, 4}) {
    const v1::AgentReply reply = desk.reply(tag);
    const std::uint64_t next = reply.has_login() ? reply.login().receipt().revision() : reply.ok().revision();
    EXPECT_GT(next, revision) << reply.ShortDebugString();
    revision = next;
  }
  EXPECT_EQ(desk.reply(5).heartbeat().not_connected_agent_ids_size(), 0);
  EXPECT_EQ(agent_row(server, "ana").state(), v1::Agent::NOT_READY);
  EXPECT_TRUE(desk.ask(ready).has_ok());  // and it is read on
}

TEST(Presence, ARepeatedLoginDoesNotTakeTheAgentFromALaterSession) {
  ServerUnderTest server;
  AgentClient first = open_agents(server);
  v1::AgentRequest old = login("ana");
  old.mutable_login()->set_request_id("r1");
  first.ask(old);
  AgentClient second = open_agents(server);
  second.ask(login("ana"));
  EXPECT_TRUE(first.ask(old).login().receipt().repeated());
  first.notice([](const v1::AgentNotice& n) { return detached(n, v1::AgentDetached::CONNECTED_ELSEWHERE); });
  first.notice([](const v1::AgentNotice& n) { return detached(n, v1::AgentDetached::CONNECTED_ELSEWHERE); });
  v1::AgentRequest request;
  request.mutable_set_not_ready()->set_agent_id("ana");
  EXPECT_EQ(first.ask(request).rejection().reason(), v1::RejectionDetail::AGENT_NOT_LOGGED_IN);
  EXPECT_TRUE(second.ask(request).has_ok());
}

TEST(Presence, ALoginRepeatedOnANewSessionTakesTheAgentThere) {
  ServerUnderTest server;
  AgentClient first = open_agents(server);
  v1::AgentRequest again = login("ana");
  again.mutable_login()->set_request_id("r1");
  first.ask(again);
  AgentClient second = open_agents(server);
  EXPECT_TRUE(second.ask(again).login().receipt().repeated());
  first.notice([](const v1::AgentNotice& n) { return detached(n, v1::AgentDetached::CONNECTED_ELSEWHERE); });
  first.break_off();
  v1::AgentRequest request;
  request.mutable_set_not_ready()->set_agent_id("ana");
  EXPECT_TRUE(second.ask(request).has_ok());
  EXPECT_TRUE(agent_row(server, "ana").connected());
}

TEST(Presence, AnAgentWhoReturnsToAnOlderSessionIsLostWithIt) {
  ServerUnderTest server;
  AgentClient first = open_agents(server);
  first.ask(login("ana"));
  AgentClient second = open_agents(server);
  second.ask(login("ana"));
  first.ask(login("ana"));
  WatchClient watch(server, {});
  watch.read();
  first.break_off();
  while (watch.events().empty()) ASSERT_TRUE(watch.read());
  EXPECT_EQ(watch.events().front().agent_activity_changed().to(), v1::Agent::DISCONNECTED);
}

TEST(Presence, AnUpdateThatLeadsToAnOfferIsToldByTheOffer) {
  ServerUnderTest server;
  GatewayClient gateway = open_gateway(server, "pbx");
  AgentClient desk = open_agents(server);
  desk.ask(login("ana"));
  v1::GatewayRequest request = submit("c1");
  request.mutable_submit()->set_requirement("nobody");
  gateway.ask(request);
  v1::GatewayRequest update;
  update.mutable_update()->set_contact_id("c1");
  update.mutable_update()->set_requirement("");
  gateway.ask(update);
  EXPECT_EQ(next_offer(desk, "ana").contact_id(), "c1");
  update.mutable_update()->set_attributes("new");
  gateway.ask(update);
  desk.notice([](const v1::AgentNotice& n) { return n.offer_updated().attributes() == "new"; });
  for (const v1::AgentResponse& item : desk.kept()) EXPECT_FALSE(item.notice().has_offer_updated());
}

TEST(Presence, ASilentAgentIsDetachedAndComesBackByLogin) {
  ServerUnderTest server;
  AgentClient desk = open_agents(server);
  desk.ask(login("ana"));
  server.clock().advance(31s);
  desk.notice([](const v1::AgentNotice& n) { return detached(n, v1::AgentDetached::HEARTBEAT_MISSED); });
  EXPECT_EQ(agent_row(server, "ana").activity(), v1::Agent::DISCONNECTED);
  v1::AgentRequest heartbeat;
  heartbeat.mutable_heartbeat()->add_agent_ids("ana");
  const v1::AgentReply reply = desk.ask(heartbeat);
  ASSERT_EQ(reply.heartbeat().not_connected_agent_ids_size(), 1);
  desk.ask(login("ana"));
  EXPECT_EQ(desk.ask(heartbeat).heartbeat().not_connected_agent_ids_size(), 0);
}

TEST(Presence, AnAgentWithContactsStaysUntilTheyAreFinished) {
  ServerUnderTest server;
  GatewayClient gateway = open_gateway(server, "pbx");
  AgentClient desk = open_agents(server);
  desk.ask(login("ana"));
  gateway.ask(submit("c1"));
  desk.ask(accept("ana", next_offer(desk, "ana").offer_id()));
  v1::AgentRequest logout;
  logout.mutable_logout()->set_agent_id("ana");
  EXPECT_TRUE(desk.ask(logout).has_ok());
  EXPECT_TRUE(desk.ask(end_call("ana", "c1")).has_ok());  // nothing is left to do, so there is no wrap-up
  desk.notice([](const v1::AgentNotice& n) { return detached(n, v1::AgentDetached::LOGGED_OUT); });
}

TEST(Presence, ListenNeedsALoginAndIsReplacedByAnother) {
  ServerUnderTest server;
  v1::ListenRequest listen;
  listen.set_agent_id("ana");
  v1::ListenResponse heard;
  const auto early = context();
  auto refused = server.agent().Listen(early.get(), listen);
  EXPECT_FALSE(refused->Read(&heard));
  EXPECT_EQ(rejection(refused->Finish()).reason(), v1::RejectionDetail::AGENT_NOT_LOGGED_IN);
  v1::LoginRequest request;
  request.set_agent_id("ana");
  v1::LoginResponse response;
  ASSERT_TRUE(call(&v1::AgentService::Stub::Login, server.agent(), request, &response).ok());
  const auto first_context = context();
  auto first = server.agent().Listen(first_context.get(), listen);
  ASSERT_TRUE(first->Read(&heard));
  const auto second_context = context();
  auto second = server.agent().Listen(second_context.get(), listen);
  ASSERT_TRUE(second->Read(&heard));
  while (first->Read(&heard)) {
  }
  const grpc::Status replaced = first->Finish();
  EXPECT_EQ(replaced.error_code(), grpc::ABORTED);
  EXPECT_EQ(stream_closed(replaced).reason(), v1::StreamClosedDetail::REPLACED);
  second_context->TryCancel();
  second->Finish();
}

TEST(Presence, AListeningAgentNeedsNoHeartbeat) {
  ServerUnderTest server;
  v1::LoginRequest request;
  request.set_agent_id("ana");
  request.set_ready(true);
  v1::LoginResponse response;
  ASSERT_TRUE(call(&v1::AgentService::Stub::Login, server.agent(), request, &response).ok());
  v1::ListenRequest listen;
  listen.set_agent_id("ana");
  v1::ListenResponse heard;
  const auto listening = context();
  auto stream = server.agent().Listen(listening.get(), listen);
  ASSERT_TRUE(stream->Read(&heard));
  for (int i = 0; i < 10; ++i) {
    server.clock().advance(10s);
    EXPECT_TRUE(agent_row(server, "ana").connected()) << i;
  }
  listening->TryCancel();
  stream->Finish();
}

// ---- Gateways ----

TEST(Presence, ASilentGatewayIsCutOff) {
  ServerUnderTest server;
  GatewayClient gateway = open_gateway(server, "pbx");
  gateway.next();
  for (int i = 0; i < 4; ++i) {
    server.clock().advance(10s);
    server.revision();  // the alarm has rung
  }
  const grpc::Status status = gateway.finish();
  EXPECT_EQ(status.error_code(), grpc::DEADLINE_EXCEEDED);
  EXPECT_EQ(stream_closed(status).reason(), v1::StreamClosedDetail::HEARTBEAT_MISSED);
}

TEST(Presence, TheContactsOfALostGatewayEndAfterTheGrace) {
  ServerUnderTest server;
  GatewayClient gateway = open_gateway(server, "pbx");
  gateway.ask(submit("c1"));
  gateway.break_off();
  v1::GetContactRequest get;
  get.set_contact_id("c1");
  v1::GetContactResponse got;
  do {  // until the router has noticed, and the grace has passed
    server.clock().advance(61s);
    ASSERT_TRUE(call(&v1::GatewayService::Stub::GetContact, server.gateway(), get, &got).ok());
  } while (got.contact().state() == v1::Contact::WAITING);
  EXPECT_EQ(got.contact().state(), v1::Contact::CANCELLED);
}

TEST(Presence, AGatewaySessionIsReplacedByAnother) {
  ServerUnderTest server;
  GatewayClient first = open_gateway(server, "pbx");
  first.next();
  GatewayClient second = open_gateway(server, "pbx");
  second.next();
  const grpc::Status status = first.finish();
  EXPECT_EQ(status.error_code(), grpc::ABORTED);
  EXPECT_EQ(stream_closed(status).reason(), v1::StreamClosedDetail::REPLACED);
  EXPECT_TRUE(second.ask(submit("c1")).has_ok());
}

TEST(Presence, AGatewayThatComesBackGetsWhatItMissed) {
  ServerUnderTest server;
  GatewayClient gateway = open_gateway(server, "pbx");
  AgentClient desk = open_agents(server);
  const std::uint64_t seen = gateway.ask(submit("c1")).ok().revision();
  gateway.break_off();
  desk.ask(login("ana"));
  next_offer(desk, "ana");
  GatewayClient again = open_gateway(server, "pbx", seen);
  EXPECT_TRUE(again.next().welcome().resumed());
  EXPECT_EQ(again.next().notice().event().kind_case(), v1::Event::kOfferCreated);
}

TEST(Presence, AGatewayThatCannotResumeStartsFromItsLiveContacts) {
  ServerUnderTest server;
  GatewayClient gateway = open_gateway(server, "pbx");
  gateway.ask(submit("c1"));
  gateway.ask(submit("c2"));
  gateway.ask(end_contact("c2"));
  const std::uint64_t seen = server.revision();
  gateway.break_off();
  server.restart();
  GatewayClient again = open_gateway(server, "pbx", seen);
  const v1::GatewayWelcome welcome = again.next().welcome();
  EXPECT_FALSE(welcome.resumed());
  EXPECT_EQ(welcome.live_contacts(), 1u);
  const v1::GatewayNotice row = again.next().notice();
  EXPECT_EQ(row.contact().contact_id(), "c1");
  EXPECT_EQ(row.revision(), 0u);
  EXPECT_TRUE(again.ask(submit("c3")).has_ok());
  for (const v1::GatewayResponse& item : again.kept()) EXPECT_NE(item.notice().contact().contact_id(), "c2");
}

}  // namespace
}  // namespace cordboard::testing
