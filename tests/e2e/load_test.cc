// The load generators against the real router.

#include <gtest/gtest.h>

#include <fstream>

#include "agents-sim/base/temporary_directory.h"
#include "tests/e2e/json_member.h"
#include "tests/e2e/process.h"

namespace cordboard {
namespace {

class LoadTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_FALSE(router_.grpc().empty()) << router_.process().errors(); }

  Finished load(const std::string& kind, std::vector<std::string> more) {
    std::vector<std::string> words = {program("cordboard-sim"), kind, "--target", router_.grpc()};
    words.insert(words.end(), more.begin(), more.end());
    return run(std::move(words));
  }

  const sim::TemporaryDirectory directory_{"cordboard-e2e"};
  RunningRouter router_{example_config("minimal.yaml"), directory_.path() + "/data"};
};

TEST_F(LoadTest, SimpleClientsAreAllAccepted) {
  const Finished finished = load("unary", {"--queue", "main", "--clients", "8", "--seconds", "0.5"});
  EXPECT_EQ(finished.code, 0) << finished.errors;
  EXPECT_GE(count_of(finished.output, "accepted"), 8u) << finished.output;
  EXPECT_EQ(count_of(finished.output, "refused"), 0u) << finished.output;
}

TEST_F(LoadTest, SimpleClientsSayWhyTheyWereRefused) {
  const Finished finished = load("unary", {"--queue", "nowhere", "--clients", "1", "--seconds", "0.1"});
  EXPECT_EQ(finished.code, 1);
  EXPECT_EQ(count_of(finished.output, "accepted"), 0u) << finished.output;
  EXPECT_NE(finished.errors.find("nowhere"), std::string::npos) << finished.errors;
}

TEST_F(LoadTest, WatchersAreServedUntilTheyLeave) {
  const Process agents({program("cordboard-sim"), "live", "--target", router_.grpc(), "--agents", "20",
                        "--rate", "50", "--duration", "60s"});
  const Finished finished = load("watch", {"--subscribers", "60", "--agents", "--seconds", "5"});
  EXPECT_EQ(finished.code, 0) << finished.errors;
  EXPECT_EQ(count_of(finished.output, "cut"), 0u) << finished.output;
  EXPECT_GE(count_of(finished.output, "messages"), 60u) << finished.output;
  EXPECT_GT(count_of(finished.output, "lowest_revision"), 0u) << finished.output;
}

TEST_F(LoadTest, WatchersThatStopReadingLeaveWhenTheTimeIsOver) {
  const Finished finished = load(
      "watch", {"--subscribers", "3", "--stop-for", "3600", "--update-interval", "0.25", "--seconds", "1"});
  EXPECT_EQ(finished.code, 0) << finished.errors;
  EXPECT_EQ(count_of(finished.output, "cut"), 0u) << finished.output;
}

TEST_F(LoadTest, ContactsThatAreTooManyAreShedAndTheOthersServed) {
  const std::string config = directory_.path() + "/rates.yaml";
  std::ofstream(config) << "undeclared_agents: true\n"
                           "queues: [{name: q0, wrap_up_timeout: 0s}]\n"
                           "server: {rates: {tenant_submits: 100, burst: 1s}}\n";
  RunningRouter router(config, directory_.path() + "/rates");
  ASSERT_FALSE(router.grpc().empty()) << router.process().errors();
  const Finished finished = run({program("cordboard-sim"), "open", "--target", router.grpc(), "--queue", "q0",
                                 "--rate", "1000", "--agents", "50", "--warm-up", "0", "--seconds", "3"});
  EXPECT_EQ(finished.code, 0) << finished.errors;
  EXPECT_GT(count_of(finished.output, "ended"), 0u) << finished.output;
  EXPECT_GT(count_of(finished.output, "shed"), 0u) << finished.output;
  EXPECT_EQ(count_of(finished.output, "without_wait"), 0u) << finished.output;
}

TEST_F(LoadTest, ContactsForNoQueueAreCountedByTheReason) {
  const Finished finished =
      load("open", {"--queue", "nowhere", "--rate", "100", "--warm-up", "0", "--seconds", "0.5"});
  EXPECT_EQ(finished.code, 1);
  EXPECT_EQ(count_of(finished.output, "ended"), 0u) << finished.output;
  EXPECT_GT(count_of(finished.output, "UNKNOWN_QUEUE"), 0u) << finished.output;
}

}  // namespace
}  // namespace cordboard
