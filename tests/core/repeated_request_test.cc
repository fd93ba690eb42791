// A request id is answered once: the second time it changes nothing (I32).

#include <gtest/gtest.h>

#include "router/core/engine.h"

namespace cordboard {
namespace {

class RepeatedRequest : public ::testing::Test {
 protected:
  void SetUp() override {
    config_.queues.push_back({.name = "sales"});
    config_.limits.request_ids = 2;
    apply("", ApplyConfig{1, config_});
  }

  Outcome apply(std::string request_id, CommandBody body) {
    now_ += std::chrono::seconds(1);
    return engine_.apply({now_, std::move(request_id), std::move(body)}, events_);
  }

  Engine engine_;
  TenantConfig config_;
  std::vector<Event> events_;
  Time now_ = time_from_us(0);
};

TEST_F(RepeatedRequest, IsAnsweredAsTheFirstTimeAndChangesNothing) {
  ASSERT_TRUE(apply("r1", SubmitContact{.contact = "c1", .queue = "sales"}).accepted());
  ASSERT_TRUE(apply("", CancelContact{"c1"}).accepted());
  const std::uint64_t before = engine_.digest();
  const Outcome again = apply("r1", SubmitContact{.contact = "c1", .queue = "sales"});
  EXPECT_TRUE(again.accepted());
  EXPECT_TRUE(again.repeated);
  EXPECT_EQ(engine_.digest(), before);
}

TEST_F(RepeatedRequest, ForSomethingElseIsRefused) {
  ASSERT_TRUE(apply("r1", SubmitContact{.contact = "c1", .queue = "sales"}).accepted());
  const std::uint64_t before = engine_.digest();
  const Outcome other = apply("r1", CancelContact{"c1"});
  ASSERT_FALSE(other.accepted());
  EXPECT_EQ(other.rejection->reason, RejectReason::RequestIdReused);
  EXPECT_EQ(engine_.digest(), before);
}

TEST_F(RepeatedRequest, ForAConfigurationIsTheSameWhateverVersionItWouldGet) {
  config_.priority_point = std::chrono::seconds(7);
  ASSERT_TRUE(apply("r1", ApplyConfig{2, config_}).accepted());
  EXPECT_TRUE(apply("r1", ApplyConfig{3, config_}).repeated);
  config_.priority_point = std::chrono::seconds(8);
  const Outcome other = apply("r1", ApplyConfig{3, config_});
  ASSERT_FALSE(other.accepted());
  EXPECT_EQ(other.rejection->reason, RejectReason::RequestIdReused);
}

// The answer to the login was lost with its stream; whoever repeats it is there again.
TEST_F(RepeatedRequest, ForALoginBringsADisconnectedAgentBack) {
  const Login login{.agent = "ana", .ready = true};
  ASSERT_TRUE(apply("r1", login).accepted());
  EXPECT_TRUE(apply("r1", login).repeated);
  ASSERT_TRUE(apply("", AgentDisconnected{"ana"}).accepted());
  const Outcome again = apply("r1", login);
  EXPECT_TRUE(again.accepted());
  EXPECT_FALSE(again.repeated);
  ASSERT_TRUE(apply("", SubmitContact{.contact = "c1", .queue = "sales"}).accepted());
  EXPECT_TRUE(std::holds_alternative<OfferCreated>(events_[events_.size() - 2])) << "nobody is there";
}

TEST_F(RepeatedRequest, ForALoginDoesNotUndoALogout) {
  const Login login{.agent = "ana", .ready = true};
  ASSERT_TRUE(apply("r1", login).accepted());
  ASSERT_TRUE(apply("", Logout{"ana"}).accepted());
  EXPECT_TRUE(apply("r1", login).repeated);
}

TEST_F(RepeatedRequest, IsForgottenAfterAsManyOthersAsTheLimitSays) {
  ASSERT_TRUE(apply("r1", SubmitContact{.contact = "c1", .queue = "sales"}).accepted());
  ASSERT_TRUE(apply("r2", SubmitContact{.contact = "c2", .queue = "sales"}).accepted());
  EXPECT_TRUE(apply("r1", SubmitContact{.contact = "c1", .queue = "sales"}).repeated);
  ASSERT_TRUE(apply("r3", SubmitContact{.contact = "c3", .queue = "sales"}).accepted());
  EXPECT_TRUE(apply("r1", CancelContact{"c1"}).accepted());
}

}  // namespace
}  // namespace cordboard
