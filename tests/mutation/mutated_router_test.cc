// The audit of live tests, over a real router with a seeded bug: it has to say what is wrong. It knows only
// what clients see, so bugs that nobody outside can see are not here, nor are those that the router's own
// assertions end it for.

#include <gtest/gtest.h>

#include <ostream>

#include "agents-sim/base/temporary_directory.h"
#include "tests/e2e/json_member.h"
#include "tests/e2e/process.h"

namespace cordboard {
namespace {

const std::string kRestless = CORDBOARD_SOURCE_DIR "/tests/mutation/restless.yaml";

struct Bug {
  const char* mutation;
  const char* rule;  // of agents-sim/audit/findings.h
  std::string config = kRestless;
  int agents = 12;
  double rate = 60;
};
void PrintTo(const Bug& bug, std::ostream* out) { *out << bug.mutation; }

class MutatedRouterTest : public testing::Test {
 protected:
  // With a mean handle time of 200 ms so few agents that contacts wait; customers hang up while it rings.
  Finished play(const Bug& bug) {
    const RunningRouter router(bug.config, directory_.path() + "/data", {},
                               {"env", std::string("CORDBOARD_MUTATION=") + bug.mutation}, "mutated_router");
    return run({program("cordboard-sim"),
                "live",
                "--target",
                router.grpc(),
                "--agents",
                std::to_string(bug.agents),
                "--rate",
                std::to_string(bug.rate),
                "--duration",
                "3s",
                "--handle-time",
                "{exponential: {mean: 200ms}}",
                "--wrap-up",
                "0s",
                "--answer-delay",
                "50ms",
                "--patience",
                "{exponential: {mean: 2s}}",
                "--decline",
                "0.1",
                "--no-answer",
                "0.05",
                "--notice-after",
                "1s",
                "--transfer",
                "0.2",
                "--repeat",
                "0.1",
                "--give-up-after",
                "3s",
                "--json"});
  }

  const sim::TemporaryDirectory directory_{"cordboard-e2e"};
};

class SeededBugTest : public MutatedRouterTest, public testing::WithParamInterface<Bug> {};

TEST_F(MutatedRouterTest, WithoutABugNothingIsFound) {
  const Finished finished = play({"none", ""});
  EXPECT_EQ(finished.code, 0) << finished.output << finished.errors;
}

TEST_P(SeededBugTest, TheAuditNamesTheRuleThatIsBroken) {
  const Finished finished = play(GetParam());
  EXPECT_EQ(finished.code, 1) << finished.output << finished.errors;
  EXPECT_NE(finished.output.find(std::string("\"rule\":\"") + GetParam().rule + '"'), std::string::npos)
      << finished.output << finished.errors;
}

INSTANTIATE_TEST_SUITE_P(
    Bugs, SeededBugTest,
    testing::Values(Bug{"one_agent_more_is_asked", "double_offered"},
                    Bug{"second_accept_wins_too", "accepted_twice"},
                    Bug{"capacity_is_not_held", "over_capacity", example_config("demo.yaml"), 40, 150},
                    Bug{"skills_are_ignored", "not_eligible", example_config("demo.yaml"), 40, 150},
                    Bug{"contact_ends_twice", "ended_twice"}, Bug{"place_is_lost", "out_of_order"},
                    Bug{"event_is_not_told", "unexpected"}),
    [](const auto& test) { return std::string(test.param.mutation); });

}  // namespace
}  // namespace cordboard
