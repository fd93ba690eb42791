// Clients behind a network that delays, pauses, cuts, half-closes and swallows, and that say things twice.
//
//   cordboard-sim live --target HOST:PORT --proxy 1 --repeat 0.2 --duration 10m

#include <gtest/gtest.h>

#include "agents-sim/base/temporary_directory.h"
#include "tests/e2e/json_member.h"
#include "tests/e2e/process.h"

namespace cordboard {
namespace {

using Words = std::vector<std::string>;

const Words kPeople = {"--json",
                       "--agents",
                       "40",
                       "--rate",
                       "80",
                       "--transfer",
                       "0.1",
                       "--decline",
                       "0.05",
                       "--pause-probability",
                       "0.05",
                       "--pause",
                       "100ms",
                       "--sessions",
                       "4",
                       "--answer-delay",
                       "5ms",
                       "--patience",
                       "{exponential: {mean: 5s}}"};

Finished play(Words words, const Words& more) {
  words.insert(words.end(), kPeople.begin(), kPeople.end());
  words.insert(words.end(), more.begin(), more.end());
  return run(std::move(words));
}

void expect_clean(const Finished& finished) {
  EXPECT_EQ(finished.code, 0) << finished.output << finished.errors;
  for (const char* member : {"refused", "lost", "double_offered", "violations"}) {
    EXPECT_EQ(count_of(finished.output, member), 0u) << member << " in " << finished.output;
  }
  EXPECT_GT(count_of(finished.output, "completed"), 0u) << finished.output;
}

TEST(ProxyTest, RequestsThatAreSaidTwiceHaveNoSecondEffect) {
  const sim::TemporaryDirectory directory("cordboard-e2e");
  RunningRouter router(example_config("minimal.yaml"), directory.path() + "/data");
  ASSERT_FALSE(router.grpc().empty()) << router.process().errors();
  const Finished finished = play({program("cordboard-sim"), "live", "--target", router.grpc()},
                                 {"--duration", "4s", "--repeat", "0.5"});
  expect_clean(finished);
  EXPECT_GT(count_of(finished.output, "repeated"), 100u) << finished.output;
}

TEST(ProxyTest, NothingIsLostOrDoubledOverABadNetwork) {
  const sim::TemporaryDirectory directory("cordboard-e2e");
  RunningRouter router(example_config("minimal.yaml"), directory.path() + "/data");
  ASSERT_FALSE(router.grpc().empty()) << router.process().errors();
  const Finished finished =
      play({program("cordboard-sim"), "live", "--target", router.grpc()},
           {"--duration", "8s", "--repeat", "0.2", "--proxy", "1", "--proxy-life-ms", "1000"});
  expect_clean(finished);
  EXPECT_GT(count_of(finished.output, "connections"), 5u) << finished.output;
}

TEST(ProxyTest, NorWhenTheRouterIsKilledBesides) {
  const Finished finished =
      play({program("cordboard-sim"), "crash", "--router", program("cordboard-router"), "--config",
            example_config("minimal.yaml"), "--kills", "8", "--gap-ms", "700"},
           {"--repeat", "0.2", "--proxy", "2", "--proxy-life-ms", "1000"});
  expect_clean(finished);
  EXPECT_EQ(count_of(finished.output, "kills"), 8u) << finished.output;
}

}  // namespace
}  // namespace cordboard
