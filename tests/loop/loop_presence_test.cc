// Agents and gateways that come, fall silent and go, through a whole RouterLoop.

#include <gtest/gtest.h>

#include "tests/loop/loop_testing.h"

namespace cordboard {
namespace {

using testing::contact;
using testing::kMorning;
using testing::LoopTest;
using testing::ready_agent;

class LoopPresenceTest : public LoopTest {
 protected:
  void log_in(const std::string& agent, AgentSession session, std::string request_id = {}) {
    bool answered = false;
    Request request{.body = ready_agent(agent), .request_id = std::move(request_id), .session = session};
    request.reply = [&](const Answer& answer) {
      EXPECT_TRUE(answer.outcome.accepted());
      answered = true;
    };
    ASSERT_EQ(loop_->submit(std::move(request)), Admission::Admitted);
    run_until([&] { return answered; });
  }

  std::optional<Answer> open_gateway(const std::string& gateway) {
    std::optional<Answer> given;
    EXPECT_EQ(loop_->gateway_opened(gateway, [&](const Answer& answer) { given = answer; }),
              Admission::Admitted);
    run_until([&] { return given.has_value(); });
    return given;
  }

  bool gateway_connected(const std::string& gateway) {
    return look([&](const Engine& engine) {
      const State& state = engine.state();
      return state[state.find_gateway(gateway)].connected;
    });
  }
};

TEST_F(LoopPresenceTest, AnAgentThatFallsSilentIsDisconnectedAndItsOfferGoesOn) {
  TenantConfig config = testing::small_config();
  config.queues[0].offer_timeout = 1h;
  boot({.heartbeat_timeout = 30s}, testing::start_config(config));
  log_in("ana", 1);
  ask(contact("c1"));
  clock_.advance(30s);
  EXPECT_EQ(activity_of("ana"), AgentActivity::Offered);
  EXPECT_EQ(clock_.next_alarm(), kMorning + 30s + 1us);
  clock_.advance(1us);
  run_until([&] { return recorder_.last<OfferEnded>() != nullptr; });
  EXPECT_EQ(activity_of("ana"), AgentActivity::Disconnected);
  EXPECT_EQ(state_of("c1"), ContactState::Waiting);
}

TEST_F(LoopPresenceTest, HeartbeatsKeepAnAgentThereAndAreNotLogged) {
  boot({.heartbeat_timeout = 30s});
  log_in("ana", 1);
  const std::uint64_t logged = disk_.durable_sequence();
  for (int i = 0; i < 10; ++i) {
    clock_.advance(20s);
    loop_->agent_heard("ana");
    run_ready();
  }
  EXPECT_EQ(activity_of("ana"), AgentActivity::Idle);
  EXPECT_EQ(disk_.durable_sequence(), logged);
}

TEST_F(LoopPresenceTest, AHeartbeatThatWaitsInTheInboxCountsBeforeTheSilenceIsJudged) {
  boot({.heartbeat_timeout = 30s});
  log_in("ana", 1);
  loop_->agent_heard("ana");
  clock_.advance(31s);
  run_ready();
  EXPECT_EQ(activity_of("ana"), AgentActivity::Idle);
}

TEST_F(LoopPresenceTest, NobodyIsDisconnectedForHeartbeatsThatWeCouldNotTake) {
  boot({.inbox_limit = 3, .heartbeat_timeout = 30s});
  log_in("ana", 1);
  clock_.advance(29s);
  run_ready();
  for (int i = 0; i < 3; ++i) submit(CancelContact{"nobody"});
  loop_->agent_heard("ana");  // dropped: the inbox is full
  clock_.advance(10s);
  run_ready();
  EXPECT_EQ(activity_of("ana"), AgentActivity::Idle);
  clock_.advance(31s);
  run_ready();
  EXPECT_EQ(activity_of("ana"), AgentActivity::Disconnected);
}

TEST_F(LoopPresenceTest, AClosedStreamDisconnectsItsAgentAtOnce) {
  boot();
  log_in("ana", 1);
  loop_->agent_lost("ana", 1);
  EXPECT_EQ(activity_of("ana"), AgentActivity::Disconnected);
}

TEST_F(LoopPresenceTest, TheEndOfTheOldStreamDoesNotDisconnectAnAgentWhoIsBackOnANewOne) {
  boot();
  log_in("ana", 1);
  log_in("ana", 2);
  loop_->agent_lost("ana", 1);
  EXPECT_EQ(activity_of("ana"), AgentActivity::Idle);
}

TEST_F(LoopPresenceTest, ALogoutEndsTheWatch) {
  boot({.heartbeat_timeout = 30s});
  log_in("ana", 1);
  ask(Logout{"ana"});
  clock_.advance(1min);
  run_ready();
  const LoopStats stats = look([&](const Engine&) { return loop_->stats(); });
  const std::size_t index = CommandBody{AgentDisconnected{}}.index();
  EXPECT_EQ(stats.accepted[index] + stats.rejected[index] + stats.repeated[index], 0u);
}

TEST_F(LoopPresenceTest, AnAgentWhoWasLostIsWatchedAgainAfterTheNextLogin) {
  boot({.heartbeat_timeout = 30s});
  log_in("ana", 1);
  loop_->agent_lost("ana", 1);
  log_in("ana", 2);
  EXPECT_EQ(activity_of("ana"), AgentActivity::Idle);
  clock_.advance(31s);
  run_ready();
  EXPECT_EQ(activity_of("ana"), AgentActivity::Disconnected);
}

TEST_F(LoopPresenceTest, AGatewayIsConnectedWhileItHasASession) {
  boot();
  EXPECT_TRUE(open_gateway("pbx")->outcome.accepted());
  EXPECT_TRUE(open_gateway("pbx")->outcome.accepted());
  const std::uint64_t logged = disk_.durable_sequence();
  loop_->gateway_closed("pbx");
  EXPECT_TRUE(gateway_connected("pbx"));
  EXPECT_EQ(disk_.durable_sequence(), logged);
  loop_->gateway_closed("pbx");
  EXPECT_FALSE(gateway_connected("pbx"));
}

TEST_F(LoopPresenceTest, AGatewayThatIsRefusedHasNoSession) {
  TenantConfig config = testing::small_config();
  config.limits.gateways = 1;
  boot({}, testing::start_config(config));
  EXPECT_TRUE(open_gateway("pbx")->outcome.accepted());
  EXPECT_EQ(open_gateway("web")->outcome.rejection->reason, RejectReason::TooManyGateways);
  EXPECT_EQ(open_gateway("web")->outcome.rejection->reason, RejectReason::TooManyGateways);
}

TEST_F(LoopPresenceTest, TheEndOfASessionIsNotLostWhenTheInboxIsFull) {
  boot({.inbox_limit = 2});
  open_gateway("pbx");
  log_in("ana", 1);
  submit(CancelContact{"nobody"});
  submit(CancelContact{"nobody"});
  loop_->gateway_closed("pbx");
  loop_->agent_lost("ana", 1);
  run_ready();
  EXPECT_FALSE(gateway_connected("pbx"));
  EXPECT_EQ(activity_of("ana"), AgentActivity::Disconnected);
}

}  // namespace
}  // namespace cordboard
