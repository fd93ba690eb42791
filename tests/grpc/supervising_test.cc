// What supervisors do, over the wire.

#include <gmock/gmock.h>

#include <vector>

#include "tests/grpc/session_client.h"

namespace cordboard::testing {
namespace {

using ::testing::ElementsAre;
using Supervisor = v1::SupervisorService::Stub;
using Detail = v1::RejectionDetail;

v1::ActRequest act(const std::string& request_id = "") {
  v1::ActRequest request;
  request.set_request_id(request_id);
  request.set_supervisor("sam");
  request.set_reason("because");
  return request;
}
v1::ActRequest cancel(const std::string& contact, const std::string& request_id = "") {
  v1::ActRequest request = act(request_id);
  request.mutable_cancel()->set_contact_id(contact);
  return request;
}
v1::ActRequest listen(const std::string& contact, v1::ActRequest::Listen::Mode mode) {
  v1::ActRequest request = act();
  request.mutable_listen()->set_contact_id(contact);
  request.mutable_listen()->set_mode(mode);
  return request;
}

class Supervising : public ::testing::Test {
 protected:
  grpc::Status send(const v1::ActRequest& request, v1::ActResponse* response) {
    return call(&Supervisor::Act, server_.supervisor(), request, response);
  }
  v1::ActResponse done(const v1::ActRequest& request) {
    v1::ActResponse response;
    const grpc::Status status = send(request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  Detail::Reason refusal(const v1::ActRequest& request) {
    const std::uint64_t before = server_.digest();
    v1::ActResponse response;
    const Detail::Reason reason = rejection(send(request, &response)).reason();
    EXPECT_EQ(server_.digest(), before);
    return reason;
  }
  std::vector<v1::SupervisorAct> acts(const v1::ListActsRequest& asked = {}) {
    v1::ListActsResponse response;
    EXPECT_TRUE(call(&Supervisor::ListActs, server_.supervisor(), asked, &response).ok());
    return {response.acts().begin(), response.acts().end()};
  }
  grpc::Status set_mode(const std::string& queue, v1::Queue::Mode mode, v1::SetQueueModeResponse* response) {
    v1::SetQueueModeRequest request;
    queue.empty() ? request.set_all_queues(true) : request.set_queue(queue);
    request.set_mode(mode);
    request.set_supervisor("eva");
    request.set_reason("fire drill");
    return call(&Supervisor::SetQueueMode, server_.supervisor(), request, response);
  }

  ServerUnderTest server_;
};

TEST_F(Supervising, AnActIsDoneOnceAndListedWithWhoAndWhy) {
  GatewayClient gateway = open_gateway(server_, "pbx");
  gateway.ask(submit("c1"));
  const v1::ActResponse first = done(cancel("c1", "r1"));
  EXPECT_EQ(first.contact().state(), v1::Contact::CANCELLED);
  EXPECT_FALSE(first.receipt().repeated());
  EXPECT_TRUE(done(cancel("c1", "r1")).receipt().repeated());

  const std::vector<v1::SupervisorAct> listed = acts();
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0].number(), 1u);
  EXPECT_EQ(listed[0].verb(), v1::SupervisorAct::CANCEL);
  EXPECT_EQ(listed[0].supervisor(), "sam");
  EXPECT_EQ(listed[0].reason(), "because");
  EXPECT_EQ(listed[0].contact_id(), "c1");
  EXPECT_EQ(listed[0].queue(), "sales");
  EXPECT_GT(listed[0].at().seconds(), 0);
}

TEST_F(Supervising, ActsAreListedByWhomAndWhatTheyAreAboutAlsoAfterARestart) {
  GatewayClient gateway = open_gateway(server_, "pbx");
  AgentClient desk = open_agents(server_);
  desk.ask(login("ana", false));
  gateway.ask(submit("c1"));
  v1::ActRequest move = act();
  move.mutable_move()->set_contact_id("c1");
  move.mutable_move()->set_queue("chat");
  EXPECT_EQ(done(move).contact().queue(), "chat");
  v1::ActRequest first = act();
  first.mutable_reprioritise()->set_contact_id("c1");
  first.mutable_reprioritise()->set_tier(2);
  EXPECT_EQ(done(first).contact().tier(), 2);
  v1::ActRequest ready = act();
  ready.set_supervisor("eva");
  ready.mutable_set_agent_state()->set_agent_id("ana");
  ready.mutable_set_agent_state()->set_state(v1::Agent::READY);
  EXPECT_EQ(done(ready).agent().state(), v1::Agent::READY);

  server_.restart();
  v1::ListActsRequest about;
  about.set_contact_id("c1");
  std::vector<std::string> told;
  for (const v1::SupervisorAct& one : acts(about))
    told.push_back(v1::SupervisorAct::Verb_Name(one.verb()) + " " + one.what());
  EXPECT_THAT(told, ElementsAre("MOVE queue=chat", "REPRIORITISE tier=2"));
  v1::ListActsRequest by;
  by.set_supervisor("eva");
  ASSERT_EQ(acts(by).size(), 1u);
  EXPECT_EQ(acts(by)[0].agent_id(), "ana");
  v1::ListActsRequest after;
  after.set_after(2);
  EXPECT_EQ(acts(after).size(), 1u);
}

TEST_F(Supervising, WhatIsIncompleteOrNotAllowedIsRefusedAndNotListed) {
  EXPECT_EQ(refusal(act()), Detail::MALFORMED_REQUEST);
  EXPECT_EQ(refusal(listen("c1", v1::ActRequest::Listen::MODE_UNSPECIFIED)), Detail::MALFORMED_REQUEST);
  EXPECT_EQ(refusal(listen("c1", v1::ActRequest::Listen::MONITOR)), Detail::UNKNOWN_CONTACT);
  GatewayClient gateway = open_gateway(server_, "pbx");
  gateway.ask(submit("c1"));
  EXPECT_EQ(refusal(listen("c1", v1::ActRequest::Listen::MONITOR)), Detail::CONTACT_NOT_CONNECTED);
  v1::ActRequest nobody = cancel("c1");
  nobody.clear_supervisor();
  EXPECT_EQ(refusal(nobody), Detail::INVALID_ID);
  v1::ActRequest move = act();
  move.mutable_move()->set_contact_id("c1");
  move.mutable_move()->set_queue("nowhere");
  EXPECT_EQ(refusal(move), Detail::UNKNOWN_QUEUE);
  EXPECT_TRUE(acts().empty());
}

TEST_F(Supervising, TheGatewayIsAskedToLetASupervisorInAndTheAgentIsNotTold) {
  GatewayClient gateway = open_gateway(server_, "pbx");
  AgentClient desk = open_agents(server_);
  desk.ask(login("ana"));
  gateway.ask(submit("c1"));
  desk.ask(accept("ana", next_offer(desk, "ana").offer_id()));

  done(listen("c1", v1::ActRequest::Listen::WHISPER));
  const v1::SupervisionRequested asked =
      next_event(gateway, v1::Event::kSupervisionRequested).supervision_requested();
  EXPECT_EQ(asked.contact_id(), "c1");
  EXPECT_EQ(asked.mode(), v1::SupervisorAct::WHISPER);
  EXPECT_EQ(asked.supervisor(), "sam");
  EXPECT_EQ(asked.handled_by(), "ana");
  EXPECT_TRUE(desk.ask(end_call("ana", "c1")).has_ok());
  for (const auto& item : desk.kept()) {
    EXPECT_FALSE(item.notice().event().has_supervision_requested());
    EXPECT_FALSE(item.notice().event().has_supervisor_acted());
  }
  for (const auto& item : gateway.kept()) EXPECT_FALSE(item.notice().event().has_supervisor_acted());
}

TEST_F(Supervising, WhoTakesOverIsConnectedAtOnce) {
  GatewayClient gateway = open_gateway(server_, "pbx");
  AgentClient desk = open_agents(server_);
  desk.ask(login("ana"));
  gateway.ask(submit("c1"));
  desk.ask(accept("ana", next_offer(desk, "ana").offer_id()));
  v1::ActRequest take_over = act();
  take_over.mutable_take_over()->set_contact_id("c1");
  take_over.mutable_take_over()->set_agent_id("ben");
  EXPECT_EQ(refusal(take_over), Detail::AGENT_NOT_LOGGED_IN);
  desk.ask(login("ben", false));
  EXPECT_EQ(refusal(take_over), Detail::AGENT_BUSY);
  desk.ask(login("ben"));
  v1::ActRequest ready = act();
  ready.mutable_set_agent_state()->set_agent_id("ben");
  ready.mutable_set_agent_state()->set_state(v1::Agent::READY);
  done(ready);

  const v1::ActResponse taken = done(take_over);
  EXPECT_EQ(taken.contact().state(), v1::Contact::CONNECTED);
  EXPECT_EQ(taken.contact().agent_id(), "ben");
  EXPECT_EQ(next_event(gateway, v1::Event::kSupervisionRequested).supervision_requested().mode(),
            v1::SupervisorAct::TAKE_OVER);
  EXPECT_TRUE(desk.ask(end_call("ben", "c1")).has_ok());
}

TEST_F(Supervising, AQueueIsClosedAndOpenedByAnAct) {
  GatewayClient gateway = open_gateway(server_, "pbx");
  v1::SetQueueModeResponse response;
  ASSERT_TRUE(set_mode("sales", v1::Queue::CLOSED, &response).ok());
  EXPECT_FALSE(response.queue().open());
  EXPECT_EQ(response.queue().mode_switch().mode(), v1::Queue::CLOSED);
  EXPECT_EQ(gateway.ask(submit("c1")).rejection().reason(), Detail::QUEUE_CLOSED);

  server_.restart();
  GatewayClient again = open_gateway(server_, "pbx");
  EXPECT_EQ(again.ask(submit("c1")).rejection().reason(), Detail::QUEUE_CLOSED);
  ASSERT_TRUE(set_mode("sales", v1::Queue::BY_HOURS, &response).ok());
  EXPECT_TRUE(response.queue().open());
  EXPECT_TRUE(again.ask(submit("c1")).has_ok());
  ASSERT_TRUE(set_mode("", v1::Queue::CLOSED, &response).ok());
  EXPECT_EQ(again.ask(submit("c2")).rejection().reason(), Detail::QUEUE_CLOSED);

  EXPECT_EQ(rejection(set_mode("nowhere", v1::Queue::OPEN, &response)).reason(), Detail::UNKNOWN_QUEUE);
  EXPECT_EQ(rejection(set_mode("sales", v1::Queue::MODE_UNSPECIFIED, &response)).reason(),
            Detail::MALFORMED_REQUEST);
  std::vector<std::string> told;
  for (const v1::SupervisorAct& one : acts())
    told.push_back(one.supervisor() + " " + v1::SupervisorAct::Verb_Name(one.verb()) + " " + one.queue() +
                   " " + one.what());
  EXPECT_THAT(told, ElementsAre("eva SET_QUEUE_MODE sales closed", "eva SET_QUEUE_MODE sales by_hours",
                                "eva SET_QUEUE_MODE  closed"));
}

}  // namespace
}  // namespace cordboard::testing
