// Customers who hang up to be called back: by hand.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/small_run.h"

namespace cordboard::sim {
namespace {

using testing::HasSubstr;

// The agent is busy from 10 s to 110 s; whoever comes at 20 s is offered a callback at 50 s.
std::string callers(const std::string& callback) {
  return R"(horizon: 1h
router:
  queues:
    - name: sales
      wrap_up_timeout: 0s
      escalate: [{when: {waited: 30s}, do: [offer_callback]}]
      callback: {attempts: 2, retry_delay: 60s}
agents: [{name: ana}]
contacts: [{name: day, queue: sales, arrivals: {csv: calls.csv}, patience: {constant: 60s}, )" +
         callback + "}]\n";
}

SmallRun play(const std::string& callback) {
  const TempFile calls("calls.csv", "at,handle_s\n10,100\n20,33\n");
  return run_small(callers(callback));
}

TEST(CallbackCalls, WhoTakesACallbackIsDialledInTurnAndLosesNoPatience) {
  const SmallRun dialled = play("callback: {accept: 1, ring: {constant: 5s}}");
  EXPECT_EQ(dialled.contacts.offered, 2u);
  EXPECT_EQ(dialled.contacts.answered, 2u);
  EXPECT_EQ(dialled.contacts.callbacks, 1u);
  EXPECT_EQ(dialled.contacts.called_back, 1u);
  EXPECT_EQ(dialled.contacts.wait_us, 95 * kSecondUs);  // from 20 s until the customer is on the line
  EXPECT_EQ(dialled.agents.busy_us, 138 * kSecondUs);   // the dial is work
}

TEST(CallbackCalls, WhoDoesNotTakeItWaitsOnTheLine) {
  const SmallRun run_on = play("callback: {accept: 0}");
  EXPECT_EQ(run_on.contacts.callbacks, 0u);
  EXPECT_EQ(run_on.contacts.abandoned, 1u);
}

TEST(CallbackCalls, WhoDoesNotAnswerIsDialledAgainAndThenNoMore) {
  // Dialled at 110 s and, after the delay, at 175 s, for 5 s each.
  const SmallRun silent = play("callback: {accept: 1, answer: 0, ring: {constant: 5s}}");
  EXPECT_EQ(silent.contacts.callbacks, 1u);
  EXPECT_EQ(silent.contacts.called_back, 0u);
  EXPECT_EQ(silent.contacts.expired, 1u);
  EXPECT_EQ(silent.contacts.wait_us, 160 * kSecondUs);
  EXPECT_EQ(silent.agents.busy_us, 110 * kSecondUs);
}

TEST(CallbackCalls, TheKeysAreChecked) {
  EXPECT_THAT(problems_of(callers("callback: {accept: 1.5}")),
              HasSubstr("contacts[0].callback.accept: expected"));
  EXPECT_THAT(problems_of(callers("callback: {answer: 1}")),
              HasSubstr("contacts[0].callback: key `accept` is missing"));
}

}  // namespace
}  // namespace cordboard::sim
