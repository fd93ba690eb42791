// Short texts that ask for very much end soon, with a diagnostic: an operator's file may be any text.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/config/diagnose.h"

namespace cordboard {
namespace {

using testing::HasSubstr;

std::string skills(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += (i == 0 ? "{s" : ", s") + std::to_string(i) + ": 5";
  return text + "}";
}

TEST(ConfigBounds, AliasesCannotStandForAnyNumberOfValues) {
  std::string yaml = "queues: [{name: q}]\nagents:\n  - &a {id_prefix: a, skills: " + skills(100) + "}\n";
  for (int i = 0; i < 25'000; ++i) yaml += "  - *a\n";
  EXPECT_THAT(diagnose(yaml), HasSubstr("x.yaml: stands for more than 2000000 values\n"));
}

TEST(ConfigBounds, AgentsAreNotGeneratedBeyondTheLimit) {
  EXPECT_EQ(
      diagnose(
          "{queues: [{name: q}], agents: [{id_prefix: a, count: 1000000}, {id_prefix: b, count: 1000000}]}"),
      "x.yaml:1:31: agents: 2000000 agents are declared, but limits.agents allows 100000\n");
}

TEST(ConfigBounds, SkillsAreNotMultipliedBeyondABound) {
  EXPECT_EQ(diagnose("{queues: [{name: q}], limits: {agents: 1000000}, agents: [{id_prefix: a, count: "
                     "1000000, skills: " +
                     skills(100) + "}]}"),
            "x.yaml:1:58: agents: the agents have more than 5000000 skills in all\n");
}

TEST(ConfigBounds, AnAgentHasAtMostAHundredSkills) {
  EXPECT_EQ(diagnose("{queues: [{name: q}], agents: [{id: a, skills: " + skills(101) + "}]}"),
            "x.yaml:1:48: agents[0].skills: more than 100 skills\n");
}

TEST(ConfigBounds, ATenantAndAnAgentHaveAtMostThirtyTwoChannels) {
  std::string channels = "[c0";
  std::string costs = "{c0: {}";
  for (int i = 1; i <= 32; ++i) {
    channels += ", c" + std::to_string(i);
    costs += ", c" + std::to_string(i) + ": {}";
  }
  EXPECT_THAT(diagnose("{queues: [], agents: [{id: a, channels: " + channels + "]}]}"),
              HasSubstr("agents[0].channels: more than 32 channels"));
  EXPECT_THAT(diagnose("{queues: [], channels: " + costs + "}}"),
              HasSubstr("channels: more than 32 channels"));
}

TEST(ConfigBounds, UnknownKeysWithoutNumberAreCounted) {
  std::string yaml;
  for (int i = 0; i < 20'000; ++i) yaml += "key" + std::to_string(i) + ": 1\n";
  EXPECT_THAT(diagnose(yaml), HasSubstr("\n... and 19900 more\n"));
}

TEST(ConfigBounds, ManyDifferentQueuesAndAgentsAreNotComparedOneByOne) {
  std::string queues = "undeclared_agents: false\nqueues:\n";
  std::string agents = "agents:\n";
  for (int i = 0; i < 5'000; ++i) {
    const std::string number = std::to_string(i);
    queues += "  - {name: q" + number + ", requires: s" + number + "}\n";
    agents += "  - {id: a" + number + ", skills: [s" + number + "]}\n";
  }
  EXPECT_EQ(diagnose(queues + agents), "");
}

}  // namespace
}  // namespace cordboard
