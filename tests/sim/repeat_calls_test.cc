// Customers who call again, and what a contact does later: by hand, and against their probabilities.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "agents-sim/scenario/arrival_source.h"
#include "tests/sim/small_run.h"

namespace cordboard::sim {
namespace {

using testing::HasSubstr;

std::string one_agent(const std::string& stream, const std::string& queue = "max_wait: 24h") {
  return R"(horizon: 1h
router: {queues: [{name: sales, )" +
         queue + R"(}, {name: service}]}
agents: [{name: ana}]
contacts: [{name: day, queue: sales, )" +
         stream + "}]\n";
}

// Nobody is ever there, so everybody gives up.
std::string nobody(const std::string& stream) {
  return R"(horizon: 1000h
router: {queues: [{name: sales, requires: "english"}]}
agents: [{name: ana}]
contacts: [{name: day, queue: sales, arrivals: {poisson: {per_hour: 20}}, handle_time: {constant: 1m},
            patience: {constant: 10s}, )" +
         stream + "}]\n";
}

TEST(RepeatCalls, WhoGaveUpCallsAgainAndIsServedAsLongAsItWouldHaveTaken) {
  // The agent is busy until 110 s. The second caller leaves at 30 s, calls at 90 s and leaves at 100 s, calls
  // at 160 s and is answered.
  const TempFile calls("calls.csv", "at,handle_s\n10,100\n20,33\n");
  const SmallRun run =
      run_small(one_agent("arrivals: {csv: calls.csv}, patience: {constant: 10s}, redial: {probability: 1, "
                          "after: {constant: 60s}}"));
  EXPECT_EQ(run.contacts.offered, 4u);
  EXPECT_EQ(run.contacts.repeated, 2u);
  EXPECT_EQ(run.contacts.abandoned, 2u);
  EXPECT_EQ(run.contacts.wait_us, 20 * kSecondUs);
  EXPECT_EQ(run.agents.busy_us, 133 * kSecondUs);
}

TEST(RepeatCalls, AFullQueueIsCalledAgainToo) {
  const TempFile calls("calls.csv", "at,handle_s\n10,100\n20,30\n30,20\n");
  const SmallRun run = run_small(one_agent(
      "arrivals: {csv: calls.csv}, redial: {probability: 1, after: {constant: 200s}}", "max_waiting: 1"));
  EXPECT_EQ(run.contacts.blocked, 1u);
  EXPECT_EQ(run.contacts.answered, 3u);
  EXPECT_EQ(run.contacts.repeated, 1u);
}

TEST(RepeatCalls, AttemptsHaveAnEnd) {
  const SmallRun run = run_small(
      nobody("redial: {probability: 1, after: {constant: 1s}, attempts: 4}").replace(9, 5, "10h  "));
  EXPECT_EQ(run.contacts.repeated, run.contacts.offered / 4 * 3);
}

TEST(RepeatCalls, TheNumberOfRedialsIsThatOfAGeometricSeries) {
  const SmallRun run = run_small(
      nobody("redial: {probability: 0.4, after: {exponential: {mean: 30s}}, attempts: 1000}"), false);
  // Of n offered, a share p are repeats: 1 + p + p^2 + ... = 1 / (1 - p) calls for each customer.
  const auto offered = static_cast<double>(run.contacts.offered);
  const double share = static_cast<double>(run.contacts.repeated) / offered;
  EXPECT_NEAR(share, 0.4, 4 * std::sqrt(0.4 * 0.6 / offered));
  EXPECT_NEAR(offered, 20'000 / 0.6, 4 * std::sqrt(20'000.0) / 0.6 * 1.3);
  EXPECT_EQ(run.contacts.abandoned, run.contacts.offered);
}

TEST(RepeatCalls, UnsettledMattersComeBackAfterTheConversation) {
  const TempFile calls("calls.csv", "at\n10\n");
  const SmallRun run =
      run_small(one_agent("arrivals: {csv: calls.csv}, handle_time: {constant: 20s}, "
                          "call_again: {probability: 1, after: {constant: 100s}, attempts: 3}"));
  EXPECT_EQ(run.contacts.answered, 3u);  // at 10, 130 and 250 s
  EXPECT_EQ(run.contacts.repeated, 2u);
  EXPECT_EQ(run.agents.busy_us, 60 * kSecondUs);
}

TEST(RepeatCalls, ATransferHasAHandlingTimeOfItsOwn) {
  const TempFile calls("calls.csv", "at,handle_s\n10,60\n");
  const SmallRun run =
      run_small(one_agent("arrivals: {csv: calls.csv}, handle_time: {constant: 30s}, "
                          "transfer: {probability: 1, queue: service, handle_time: {constant: 7s}}"));
  EXPECT_EQ(run.contacts.transferred, 1u);
  EXPECT_EQ(run.agents.busy_us, 67 * kSecondUs);
}

// What customers will do later must not depend on the order in which the router lets them.
TEST(RepeatCalls, LaterDecisionsBelongToTheContactNotToTheOrder) {
  const Scenario scenario =
      scenario_of(nobody("redial: {probability: 0.5, after: {exponential: {mean: 30s}}}, "
                         "call_again: {probability: 0.5, after: {exponential: {mean: 40s}}}"));
  ArrivalSource a(scenario.contacts[0], 7, 0);
  ArrivalSource b(scenario.contacts[0], 7, 0);
  std::vector<Arrival> contacts;
  for (int i = 0; i < 100; ++i) contacts.push_back(a.take());
  for (int i = 99; i >= 0; --i) {
    const Arrival& contact = contacts[static_cast<std::size_t>(i)];
    const Duration redial = a.redial_after(contact);
    b.call_again_after(contact);
    EXPECT_EQ(b.redial_after(contact), redial);
    EXPECT_EQ(a.handle_later(contact, 1), b.handle_later(contact, 1));
    EXPECT_EQ(a.redialled(contact).handle, contact.handle);
  }
}

TEST(RepeatCalls, ErrorsNameLineKeyAndRemedy) {
  const TempFile calls("calls.csv", "at,handle_s\n10,60\n");
  EXPECT_THAT(
      problems_of(one_agent("arrivals: {csv: calls.csv}, redial: {probability: 1.5, after: {constant: 1s}}")),
      HasSubstr("s.yaml:4:88: contacts[0].redial.probability: expected"));
  EXPECT_THAT(problems_of(one_agent("arrivals: {csv: calls.csv}, redial: {probability: 1}")),
              HasSubstr("contacts[0].redial: key `after` is missing"));
  EXPECT_THAT(problems_of(one_agent(
                  "arrivals: {csv: calls.csv}, call_again: {probability: 1, after: {constant: 1s}}")),
              HasSubstr("contacts[0]: key `handle_time` is missing"));
  EXPECT_THAT(
      problems_of(one_agent("arrivals: {csv: calls.csv}, redial: {probability: 1, afte: {constant: 1s}}")),
      HasSubstr("unknown key; did you mean after?"));
}

}  // namespace
}  // namespace cordboard::sim
