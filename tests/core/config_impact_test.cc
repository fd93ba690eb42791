#include "router/core/config_impact.h"

#include <gtest/gtest.h>

#include "router/core/state.h"

namespace cordboard {
namespace {

class ConfigImpactTest : public ::testing::Test {
 protected:
  ConfigImpactTest() {
    config_.queues = {{.name = "sales", .requirement = "sales >= 50"}, {.name = "night"}};
    config_.agents = {{"ana", {{{"sales", 30}}, {}}}};
    apply(ApplyConfig{1, config_});
    apply(Login{"ana", {}, true});
    apply(SubmitContact{.contact = "c1", .queue = "sales"});
    apply(SubmitContact{.contact = "c2", .queue = "sales"});
  }

  void apply(CommandBody body) {
    std::vector<Event> events;
    now_ += 1s;
    ASSERT_TRUE(engine_.apply({now_, {}, std::move(body)}, events).accepted());
  }

  ConfigImpact preview(std::uint64_t if_version = 0) {
    Engine copy;
    EXPECT_EQ(copy.restore(engine_.snapshot()), std::nullopt);
    return preview_config(std::move(copy), config_, if_version);
  }

  TenantConfig config_;
  Engine engine_;
  Time now_ = time_from_us(0);
};

TEST_F(ConfigImpactTest, NothingChangesWhenTheConfigurationIsTheSame) {
  const ConfigImpact impact = preview();
  ASSERT_EQ(impact.queues.size(), 1u);
  EXPECT_EQ(impact.queues[0].queue, "sales");
  EXPECT_EQ(impact.queues[0].unanswered_before, 2u);
  EXPECT_EQ(impact.queues[0].unanswered_after, 2u);
  EXPECT_EQ(impact.queues[0].unservable_before, 2u);
  EXPECT_EQ(impact.queues[0].unservable_after, 2u);
  EXPECT_EQ(impact.queues[0].offers_made, 0u);
}

TEST_F(ConfigImpactTest, AWiderRequirementMakesOffersAtOnce) {
  config_.queues[0].requirement = "sales";
  const ConfigImpact impact = preview();
  EXPECT_EQ(impact.queues.at(0).offers_made, 1u);
  EXPECT_EQ(impact.queues.at(0).unservable_before, 2u);
  EXPECT_EQ(impact.queues.at(0).unservable_after, 0u);
}

TEST_F(ConfigImpactTest, TheEngineThatIsAskedAboutStaysAsItIs) {
  const std::uint64_t before = engine_.digest();
  config_.queues.erase(config_.queues.begin());
  config_.removed_queues = RemovedQueues::Drain;
  const ConfigImpact impact = preview();
  EXPECT_TRUE(impact.queues.at(0).draining);
  EXPECT_EQ(engine_.digest(), before);
}

TEST_F(ConfigImpactTest, WhatWouldBeRefusedSaysWhy) {
  config_.queues.erase(config_.queues.begin());
  const ConfigImpact refused = preview();
  ASSERT_TRUE(refused.rejection);
  EXPECT_EQ(refused.rejection->reason, RejectReason::QueueInUse);
  const ConfigImpact conflict = preview(7);
  ASSERT_TRUE(conflict.rejection);
  EXPECT_EQ(conflict.rejection->reason, RejectReason::VersionConflict);
}

TEST_F(ConfigImpactTest, QueuesThatComeAndGoAreTold) {
  config_.queues[1].name = "weekend";
  const ConfigImpact impact = preview();
  ASSERT_EQ(impact.queues.size(), 3u);
  EXPECT_EQ(impact.queues[1].queue, "night");
  EXPECT_TRUE(impact.queues[1].removed);
  EXPECT_EQ(impact.queues[2].queue, "weekend");
  EXPECT_TRUE(impact.queues[2].added);
}

}  // namespace
}  // namespace cordboard
