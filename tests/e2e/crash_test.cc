// kill -9 of the real binary under live load, and what its clients say about it afterwards. The long version
// is `cordboard-sim crash --router build/release/bin/cordboard-router --config deploy/examples/minimal.yaml
// --kills 200`.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "agents-sim/base/temporary_directory.h"
#include "tests/e2e/json_member.h"
#include "tests/e2e/process.h"

namespace cordboard {
namespace {

Finished crash(std::vector<std::string> more) {
  std::vector<std::string> words = {program("cordboard-sim"), "crash", "--router",
                                    program("cordboard-router"), "--json"};
  words.insert(words.end(), more.begin(), more.end());
  return run(std::move(words));
}

void expect_clean(const Finished& finished) {
  EXPECT_EQ(finished.code, 0) << finished.output << finished.errors;
  for (const char* member : {"refused", "lost", "doubled", "violations", "acknowledged_lost"}) {
    EXPECT_EQ(count_of(finished.output, member), 0u) << member << " in " << finished.output;
  }
  for (const char* member : {"connected", "completed"}) {
    EXPECT_GT(count_of(finished.output, member), 0u) << member << " in " << finished.output;
  }
}

TEST(CrashTest, TenKillsUnderLoadLoseNothing) {
  const Finished finished = crash({"--config",
                                   example_config("minimal.yaml"),
                                   "--kills",
                                   "10",
                                   "--agents",
                                   "60",
                                   "--rate",
                                   "150",
                                   "--transfer",
                                   "0.1",
                                   "--decline",
                                   "0.05",
                                   "--pause-probability",
                                   "0.05",
                                   "--pause",
                                   "100ms",
                                   "--patience",
                                   "{exponential: {mean: 3s}}",
                                   "--answer-delay",
                                   "5ms"});
  expect_clean(finished);
  EXPECT_EQ(count_of(finished.output, "kills"), 10u) << finished.output;
}

TEST(CrashTest, KillsInAConfigurationWithSkillsLoseNothing) {
  expect_clean(crash({"--config", example_config("demo.yaml"), "--kills", "4", "--agents", "80", "--rate",
                      "100", "--transfer", "0.1", "--seed", "7"}));
}

TEST(CrashTest, ABacklogSurvivesInItsOrder) {
  const Finished finished = crash({"--config", example_config("minimal.yaml"), "--kills", "3", "--backlog",
                                   "3000", "--agents", "100", "--rate", "3000"});
  expect_clean(finished);
  EXPECT_EQ(count_of(finished.output, "completed"), 3'000u) << finished.output;
}

TEST(CrashTest, ABacklogMayWaitLongerThanTheRunWaitsForProgress) {
  expect_clean(crash({"--config", example_config("minimal.yaml"), "--kills", "6", "--gap-ms", "300",
                      "--backlog", "200", "--agents", "20", "--rate", "400", "--give-up-after", "500ms"}));
}

TEST(CrashTest, ARunWithoutKillsKillsNever) {
  const Finished finished =
      crash({"--config", example_config("minimal.yaml"), "--kills", "0", "--agents", "20", "--rate", "100"});
  expect_clean(finished);
  EXPECT_EQ(count_of(finished.output, "kills"), 0u) << finished.output;
}

TEST(CrashTest, FewerKillsThanAskedForAreAFailure) {
  const Finished finished = crash({"--config", example_config("minimal.yaml"), "--kills", "1000", "--agents",
                                   "20", "--rate", "100", "--duration", "500ms"});
  EXPECT_EQ(finished.code, 1) << finished.output;
  EXPECT_NE(finished.errors.find("of 1000 kills"), std::string::npos) << finished.errors;
}

// Its log cannot grow, so that it ends in the middle of the load.
TEST(CrashTest, ARouterThatEndsByItselfIsAFailureWithItsReason) {
  const sim::TemporaryDirectory directory("cordboard-e2e");
  const std::string router = directory.path() + "/router";
  std::ofstream(router) << "#!/bin/sh\ntrap '' XFSZ\nulimit -f 2048\nexec " << program("cordboard-router")
                        << " \"$@\"\n";
  std::filesystem::permissions(router, std::filesystem::perms::owner_all);
  const Finished finished =
      run({program("cordboard-sim"), "crash", "--router", router, "--config", example_config("minimal.yaml"),
           "--gap-ms", "100000", "--agents", "50", "--rate", "500"});
  EXPECT_EQ(finished.code, 1) << finished.errors;
  EXPECT_NE(finished.errors.find("the router ended by itself"), std::string::npos) << finished.errors;
}

TEST(CrashTest, TheDemoEndsAtOnceWhenItIsInterruptedTwice) {
  Process demo({program("cordboard-sim"), "demo", "--router", program("cordboard-router"), "--config",
                example_config("demo.yaml"), "--seconds", "4"});
  ASSERT_TRUE(demo.wait_for_line("  kill -9")) << demo.errors();
  demo.signal(SIGINT);
  demo.signal(SIGTERM);
  EXPECT_EQ(demo.wait(), 1) << demo.errors();
  EXPECT_NE(demo.errors().find("interrupted"), std::string::npos) << demo.errors();
}

TEST(CrashTest, TheDemoKillsItsRouterAndReportsNothingLost) {
  const Finished demo = run({program("cordboard-sim"), "demo", "--router", program("cordboard-router"),
                             "--config", example_config("demo.yaml"), "--seconds", "3"});
  EXPECT_EQ(demo.code, 0) << demo.output << demo.errors;
  EXPECT_NE(demo.output.find("kill -9"), std::string::npos) << demo.output;
  EXPECT_NE(demo.output.find("0 lost, 0 double offered, 0 other violations"), std::string::npos)
      << demo.output;
}

}  // namespace
}  // namespace cordboard
