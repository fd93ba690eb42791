// The examples that users copy from load without a warning, and hold what they promise.

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "router/config/config.h"

namespace cordboard {
namespace {

const std::string kExamples = CORDBOARD_SOURCE_DIR "/deploy/examples/";

LoadedConfig load_example(const std::string& name) {
  const ConfigResult result = load_config_file(kExamples + name);
  EXPECT_EQ(result.diagnostics.text(), "");
  return result.config.value_or(LoadedConfig{});
}

TEST(Examples, AllLoadWithoutWarnings) {
  std::size_t examples = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kExamples)) {
    if (entry.path().extension() != ".yaml") continue;
    const ConfigResult result = load_config_file(entry.path());
    EXPECT_TRUE(result.config.has_value());
    EXPECT_EQ(result.diagnostics.text(), "");
    ++examples;
  }
  EXPECT_GE(examples, 3u);
}

TEST(Examples, MinimalHasOneQueueForEveryAgent) {
  const TenantConfig tenant = load_example("minimal.yaml").tenant;
  ASSERT_EQ(tenant.queues.size(), 1u);
  EXPECT_EQ(tenant.queues[0].requirement, "");
  EXPECT_TRUE(tenant.undeclared_agents);
}

TEST(Examples, DemoHasFiveQueuesEightSkillsAndAHundredAndTwentyAgents) {
  const TenantConfig tenant = load_example("demo.yaml").tenant;
  EXPECT_EQ(tenant.queues.size(), 5u);
  EXPECT_EQ(tenant.agents.size(), 120u);
  std::set<std::string> skills;
  std::set<AgentStrategy> strategies;
  for (const AgentConfig& agent : tenant.agents) {
    for (const SkillLevel& skill : agent.profile.skills) skills.insert(skill.skill);
  }
  for (const QueueConfig& queue : tenant.queues) strategies.insert(queue.strategy);
  EXPECT_EQ(skills.size(), 8u);
  EXPECT_GE(strategies.size(), 4u);
}

TEST(Examples, BankPlacesPriorityCustomersNinetySecondsEarlier) {
  const TenantConfig tenant = load_example("bank.yaml").tenant;
  EXPECT_EQ(tenant.priority_point, 90s);
  EXPECT_EQ(tenant.agents.size(), 12u);
  std::set<std::string> queues;
  for (const QueueConfig& queue : tenant.queues) queues.insert(queue.name);
  EXPECT_EQ(queues, (std::set<std::string>{"PS", "PE", "NE", "NW", "TT", "IN"}));
}

}  // namespace
}  // namespace cordboard
