// Scheduled contacts and callbacks over the API: sessions and unary calls.

#include <gmock/gmock.h>

#include "tests/grpc/session_client.h"

namespace cordboard::testing {
namespace {

v1::GatewayRequest request_callback(const std::string& contact) {
  v1::GatewayRequest request;
  request.mutable_request_callback()->set_contact_id(contact);
  return request;
}

v1::GatewayRequest fail_callback(const std::string& contact, std::uint32_t attempt) {
  v1::GatewayRequest request;
  request.mutable_fail_callback()->set_contact_id(contact);
  request.mutable_fail_callback()->set_attempt(attempt);
  request.mutable_fail_callback()->set_reason(v1::FailCallbackRequest::BUSY);
  return request;
}

v1::GatewayRequest connect_callback(const std::string& contact, std::uint32_t attempt) {
  v1::GatewayRequest request;
  request.mutable_connect_callback()->set_contact_id(contact);
  request.mutable_connect_callback()->set_attempt(attempt);
  return request;
}

v1::Event event_of(GatewayClient& gateway, v1::Event::KindCase kind) {
  return gateway.notice([&](const v1::GatewayNotice& n) { return n.event().kind_case() == kind; }).event();
}

TEST(CallbackApi, TheGatewayIsToldToDialAndAnswersOnItsSession) {
  ServerUnderTest server;
  GatewayClient gateway = open_gateway(server, "pbx");
  ASSERT_TRUE(gateway.ask(submit("c1")).has_ok());
  ASSERT_TRUE(gateway.ask(request_callback("c1")).has_ok());
  const auto scheduled = event_of(gateway, v1::Event::kContactScheduled).contact_scheduled();
  EXPECT_EQ(scheduled.cause(), v1::Cause::CALLBACK_REQUESTED);
  EXPECT_TRUE(scheduled.from_queue());

  AgentClient desk = open_agents(server);
  desk.ask(login("ana"));
  const v1::Offer offer = next_offer(desk, "ana");
  EXPECT_TRUE(offer.callback());
  EXPECT_TRUE(desk.ask(accept("ana", offer.offer_id())).has_ok());
  const auto dialing = event_of(gateway, v1::Event::kCallbackDialing).callback_dialing();
  EXPECT_EQ(dialing.contact_id(), "c1");
  EXPECT_EQ(dialing.agent_id(), "ana");
  EXPECT_EQ(dialing.attempt(), 1u);
  EXPECT_EQ(dialing.offer_id(), offer.offer_id());

  EXPECT_EQ(gateway.ask(connect_callback("c1", 7)).rejection().reason(), v1::RejectionDetail::NOT_DIALING);
  EXPECT_TRUE(gateway.ask(connect_callback("c1", 1)).has_ok());
  EXPECT_EQ(event_of(gateway, v1::Event::kContactConnected).contact_connected().agent_id(), "ana");
  EXPECT_EQ(gateway.ask(fail_callback("c1", 1)).rejection().reason(), v1::RejectionDetail::NOT_DIALING);
}

TEST(CallbackApi, ADialThatFailsIsTriedAgainLater) {
  ServerUnderTest server;
  GatewayClient gateway = open_gateway(server, "pbx");
  AgentClient desk = open_agents(server);
  desk.ask(login("ana"));
  v1::GatewayRequest request = submit("c1");
  request.mutable_submit()->set_callback(true);
  ASSERT_TRUE(gateway.ask(request).has_ok());
  const v1::Offer offer = next_offer(desk, "ana");
  ASSERT_TRUE(desk.ask(accept("ana", offer.offer_id())).has_ok());
  ASSERT_TRUE(gateway.ask(fail_callback("c1", 1)).has_ok());
  EXPECT_EQ(event_of(gateway, v1::Event::kCallbackFailed).callback_failed().cause(), v1::Cause::BUSY);

  v1::GetContactRequest get;
  get.set_contact_id("c1");
  v1::GetContactResponse got;
  ASSERT_TRUE(call(&v1::GatewayService::Stub::GetContact, server.gateway(), get, &got).ok());
  EXPECT_EQ(got.contact().state(), v1::Contact::SCHEDULED);
  EXPECT_EQ(got.contact().callback().attempts(), 1u);
  EXPECT_TRUE(got.contact().has_expires_at());
}

TEST(CallbackApi, AScheduledContactIsMovedAndCancelledByUnaryCalls) {
  ServerUnderTest server;
  using Gateway = v1::GatewayService::Stub;
  v1::SubmitContactRequest later;
  later.set_contact_id("s1");
  later.set_queue("sales");
  later.set_gateway("pbx");
  later.mutable_not_before()->set_seconds(40'000'000'000);  // the year 3237
  v1::SubmitContactResponse submitted;
  EXPECT_EQ(call(&Gateway::SubmitContact, server.gateway(), later, &submitted).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  const auto now = std::chrono::floor<std::chrono::seconds>(server.clock().now().time_since_epoch());
  later.mutable_not_before()->set_seconds(now.count() + 3600);
  ASSERT_TRUE(call(&Gateway::SubmitContact, server.gateway(), later, &submitted).ok());
  EXPECT_EQ(submitted.contact().state(), v1::Contact::SCHEDULED);
  EXPECT_FALSE(submitted.contact().has_queued_at());

  v1::EndContactRequest hang_up;
  hang_up.set_contact_id("s1");
  v1::EndContactResponse hung_up;
  EXPECT_EQ(call(&Gateway::EndContact, server.gateway(), hang_up, &hung_up).error_code(),
            grpc::StatusCode::FAILED_PRECONDITION);

  v1::UpdateContactRequest sooner;
  sooner.set_contact_id("s1");
  sooner.mutable_not_before()->set_seconds(0);
  v1::UpdateContactResponse updated;
  ASSERT_TRUE(call(&Gateway::UpdateContact, server.gateway(), sooner, &updated).ok());
  EXPECT_EQ(updated.contact().state(), v1::Contact::WAITING);

  v1::RequestCallbackRequest callback;
  callback.set_contact_id("s1");
  v1::RequestCallbackResponse requested;
  ASSERT_TRUE(call(&Gateway::RequestCallback, server.gateway(), callback, &requested).ok());
  EXPECT_TRUE(requested.contact().has_callback());

  v1::ConnectCallbackRequest connect;
  connect.set_contact_id("s1");
  v1::ConnectCallbackResponse connected;
  EXPECT_EQ(call(&Gateway::ConnectCallback, server.gateway(), connect, &connected).error_code(),
            grpc::StatusCode::FAILED_PRECONDITION);
  v1::FailCallbackRequest fail;
  fail.set_contact_id("s1");
  v1::FailCallbackResponse failed;
  EXPECT_EQ(call(&Gateway::FailCallback, server.gateway(), fail, &failed).error_code(),
            grpc::StatusCode::FAILED_PRECONDITION);
}

}  // namespace
}  // namespace cordboard::testing
