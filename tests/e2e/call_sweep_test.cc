// The real binary, ended at its system calls one by one. The long version tries each of them:
//
//   cordboard-sim crash-at-calls --router build/release/bin/cordboard-router --config
//   deploy/examples/minimal.yaml
//
// and the same with --error EIO and --error ENOSPC.

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "agents-sim/base/temporary_directory.h"
#include "agents-sim/inject/call_fault.h"
#include "tests/e2e/json_member.h"
#include "tests/e2e/process.h"

namespace cordboard {
namespace {

class CallSweepTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string why = sim::why_no_faults();
    if (why.empty()) return;
    std::printf("NOT TESTED: programs cannot be traced here (%s)\n", why.c_str());
    GTEST_SKIP() << "programs cannot be traced here: " << why;
  }

  static Finished sweep(const std::string& router, std::vector<std::string> more) {
    std::vector<std::string> words = {
        program("cordboard-sim"),       "crash-at-calls", "--router", router, "--config",
        example_config("minimal.yaml"), "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return run(std::move(words));
  }

  static void expect_nothing_lost(const Finished& finished) {
    EXPECT_EQ(finished.code, 0) << finished.output << finished.errors;
    for (const char* member : {"lost", "acknowledged_lost", "doubled", "violations"}) {
      EXPECT_EQ(count_of(finished.output, member), 0u) << member << " in " << finished.output;
    }
    EXPECT_GT(count_of(finished.output, "completed"), 0u) << finished.output;
    std::printf("%s", finished.output.c_str());
  }
};

TEST_F(CallSweepTest, AKillAtASystemCallLosesNothing) {
  const Finished finished = sweep(program("cordboard-router"), {"--step", "31"});
  expect_nothing_lost(finished);
  EXPECT_GE(count_of(finished.output, "killed"), 4u) << finished.output;
}

// Exit code 8 while it serves; before that the start is refused.
TEST_F(CallSweepTest, AFailureOfASystemCallEndsItAndLosesNothing) {
  const Finished finished = sweep(program("cordboard-router"), {"--error", "EIO", "--step", "47"});
  expect_nothing_lost(finished);
  EXPECT_GE(count_of(finished.output, "8"), 1u) << finished.output;
}

TEST_F(CallSweepTest, ADiskThatIsFullFromACallOnEndsItAndLosesNothing) {
  const Finished finished = sweep(program("cordboard-router"),
                                  {"--error", "ENOSPC", "--for-ever", "--calls", "writes", "--step", "83"});
  expect_nothing_lost(finished);
}

TEST_F(CallSweepTest, AFailedSyncWhileItServesEndsItWithItsOwnCode) {
  const Finished finished =
      sweep(program("cordboard-router"),
            {"--error", "EIO", "--calls", "fdatasync", "--first", "25", "--step", "7", "--last", "39"});
  expect_nothing_lost(finished);
  EXPECT_GE(count_of(finished.output, "8"), 2u) << finished.output;
}

// A router that forgets everything when it starts.
TEST_F(CallSweepTest, WhatIsLostIsFound) {
  const sim::TemporaryDirectory directory("cordboard-e2e");
  const std::string router = directory.path() + "/router";
  std::ofstream(router) << "#!/bin/sh\nrm -rf \"$4\"\nexec " << program("cordboard-router") << " \"$@\"\n";
  std::filesystem::permissions(router, std::filesystem::perms::owner_all);
  const Finished finished = sweep(router, {"--first", "150", "--last", "150", "--give-up-after", "3s"});
  EXPECT_EQ(finished.code, 1) << finished.output << finished.errors;
  EXPECT_GT(count_of(finished.output, "acknowledged_lost"), 0u) << finished.output << finished.errors;
}

}  // namespace
}  // namespace cordboard
