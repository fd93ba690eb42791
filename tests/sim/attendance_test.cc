// Shifts, breaks and returns: small days whose every number can be worked out by hand.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agents-sim/virtual/roster.h"
#include "tests/sim/small_run.h"

namespace cordboard::sim {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kHourUs = 3600 * kSecondUs;

// Recorded calls and one group of agents; the first queue is `sales`.
std::string day(const std::string& agents, const std::string& horizon = "24h") {
  return "horizon: " + horizon + R"(
router: {queues: [{name: sales, offer_timeout: 10s, wrap_up_timeout: 1h}], not_responding_return: 20s}
agents: [)" +
         agents + R"(]
contacts: [{name: day, queue: sales, arrivals: {csv: calls.csv}, handle_time: {constant: 60s}}]
)";
}

TEST(Roster, MergesSpansAndWrapsAroundTheRepetition) {
  DutyPlan plan;
  plan.repeat = 24h;
  plan.spans = {{Duration(22h), Duration(30h), 0, 1}, {Duration(6h), Duration(8h), 0, 1}};
  const Roster roster(plan, 0);
  EXPECT_TRUE(roster.on_duty(Duration(0h)));
  EXPECT_TRUE(roster.on_duty(Duration(7h)));
  EXPECT_FALSE(roster.on_duty(Duration(8h)));
  EXPECT_EQ(roster.next_change(Duration(0h)), Duration(8h));
  EXPECT_EQ(roster.next_change(Duration(8h)), Duration(22h));
  EXPECT_EQ(roster.next_change(Duration(22h)), Duration(32h));
  EXPECT_FALSE(Roster(plan, 1).on_duty(Duration(0h)));
  EXPECT_EQ(Roster(plan, 1).next_change(Duration(0h)), kForever);
}

TEST(Roster, WhoIsAlwaysThereNeverLeaves) {
  DutyPlan plan;
  EXPECT_EQ(Roster(plan, 0).next_change(Duration(0h)), kForever);
  plan.repeat = 24h;
  plan.spans = {{Duration(0h), Duration(12h), 0, 1}, {Duration(12h), Duration(24h), 0, 1}};
  EXPECT_TRUE(Roster(plan, 0).on_duty(Duration(100h)));
  EXPECT_EQ(Roster(plan, 0).next_change(Duration(5h)), kForever);
}

TEST(Attendance, ACallerWaitsForTheShiftToBegin) {
  const TempFile calls("calls.csv", "at,handle_s\n3600,60\n36000,60\n");
  const SmallRun run = run_small(day("{name: ana, shifts: [{from: 8h, to: 16h30m}]}"));
  EXPECT_EQ(run.contacts.answered, 2u);
  EXPECT_EQ(run.contacts.wait_us, 7 * kHourUs);
  EXPECT_EQ(run.agents.busy_us, 120 * kSecondUs);
  EXPECT_EQ(run.agents.ready_idle_us, 8 * kHourUs + 1800 * kSecondUs - 120 * kSecondUs);
  EXPECT_EQ(run.rejected, 0u);
}

TEST(Attendance, ShiftsFollowTheDaysOfTheWeek) {
  const TempFile calls("calls.csv", "at,handle_s\n0,60\n");
  // The run begins on a Saturday.
  const std::string yaml =
      "first_day: sat\n" + day("{name: ana, shifts: [{from: 9h, to: 10h, days: [mon, tue]}]}", "168h");
  const SmallRun run = run_small(yaml);
  EXPECT_EQ(run.contacts.expired, 1u) << "max_wait of a day is over before Monday";
  EXPECT_EQ(run.agents.ready_idle_us, 2 * kHourUs);
}

TEST(Attendance, TheCallInHandIsFinishedAfterTheShift) {
  const TempFile calls("calls.csv", "at,handle_s\n35990,600\n36010,60\n");
  const SmallRun run = run_small(day("{name: ana, shifts: [{from: 8h, to: 10h}, {from: 11h, to: 12h}]}"));
  EXPECT_EQ(run.contacts.answered, 2u);
  EXPECT_EQ(run.agents.busy_us, 660 * kSecondUs);
  EXPECT_EQ(run.contacts.wait_us, 3590 * kSecondUs) << "the second caller gets the agent of the second shift";
}

TEST(Attendance, OnDutyFollowsTheCountsOfTheIntervals) {
  const TempFile calls("calls.csv", "at,handle_s\n0,60\n");
  const SmallRun run = run_small(day(
      "{name: ana, on_duty: {intervals: [{from: 0h, count: 1}, {from: 6h, count: 3}, {from: 12h, count: 2}], "
      "repeat: 24h}}",
      "48h"));
  EXPECT_EQ(run.agents.ready_idle_us + run.agents.busy_us, 2 * (6 + 18 + 24) * kHourUs);
  EXPECT_EQ(run.agents.busy_us, 60 * kSecondUs);
}

TEST(Attendance, ABreakBeginsAfterTheCallInHandAndLastsItsLength) {
  // The break is due at 12:00:00, the call lasts until 12:09:50, so the agent is back at 12:24:50.
  const TempFile calls("calls.csv", "at,handle_s\n43190,600\n43300,60\n");
  const SmallRun run =
      run_small(day("{name: ana, breaks: [{from: 12h, for: {constant: 15m}, reason: lunch}]}"));
  EXPECT_EQ(run.contacts.answered, 2u);
  EXPECT_EQ(run.contacts.wait_us, (43'190 + 600 + 900 - 43'300) * kSecondUs);
  EXPECT_EQ(run.agents.ready_idle_us, 24 * kHourUs - (600 + 60 + 900) * kSecondUs);
}

TEST(Attendance, AnOfferThatRingsWhenTheBreakBeginsGoesBackToTheQueue) {
  const TempFile calls("calls.csv", "at,handle_s\n43198,60\n");
  const SmallRun run = run_small(
      day("{name: ana, answer_delay: {constant: 5s}, breaks: [{from: 12h, for: {constant: 15m}}]}"));
  EXPECT_EQ(run.contacts.answered, 1u);
  EXPECT_EQ(run.agents.offers, 2u);
  EXPECT_EQ(run.contacts.wait_us, (2 + 900 + 5) * kSecondUs);
  EXPECT_EQ(run.rejected, 0u);
}

TEST(Attendance, BreaksBeginAnywhereInTheirWindowOnceADay) {
  const TempFile calls("calls.csv", "at,handle_s\n0,60\n");
  const SmallRun run =
      run_small(day("{name: ana, count: 20, breaks: [{from: 12h, to: 14h, for: {constant: 30m}}]}", "240h"));
  EXPECT_EQ(run.agents.ready_idle_us + run.agents.busy_us, 20 * 10 * (24 * kHourUs - kHourUs / 2));
}

TEST(Attendance, NobodyTakesABreakWhoIsNotAtWork) {
  const TempFile calls("calls.csv", "at,handle_s\n0,60\n");
  const SmallRun run =
      run_small(day("{name: ana, shifts: [{from: 8h, to: 12h10m}], breaks: [{from: 6h, for: {constant: 4h}}, "
                    "{from: 12h, for: {constant: 1h}}]}"));
  EXPECT_EQ(run.agents.ready_idle_us + run.agents.busy_us, 4 * kHourUs);
}

TEST(Attendance, AgentsReturnByHandAfterTheirOwnTime) {
  const TempFile calls("calls.csv", "at,handle_s,patience_s\n10,60,38\n");
  const SmallRun run = run_small(day("{name: ana, no_answer_probability: 1, return_after: {constant: 5s}}"));
  EXPECT_EQ(run.agents.offers,
            3u);  // at 10, 25 and 40 s; the router alone would bring the agent back at 40 s
}

TEST(Attendance, LostConnectionsShiftsAndBreaksTogetherBreakNoRule) {
  const std::string yaml = R"(horizon: 72h
router: {queues: [{name: sales, offer_timeout: 10s}], not_responding_return: 20s, disconnect_grace: 1m}
agents:
  - {name: ana, no_answer_probability: 0.1, decline_probability: 0.1, return_after: {exponential: {mean: 1m}},
     answer_delay: {uniform: {min: 1s, max: 9s}}, wrap_up: {exponential: {mean: 5s}},
     disconnects: {every: {exponential: {mean: 1h}}, for: {exponential: {mean: 2m}}},
     breaks: [{from: 9h, to: 12h, for: {uniform: {min: 1m, max: 1h}}}, {from: 12h, to: 20h, for: {constant: 30m}}],
     shifts: [{from: 8h, to: 16h, count: 3}, {from: 14h, to: 22h, count: 2}, {from: 22h, to: 32h}]}
contacts:
  - {name: day, queue: sales, arrivals: {poisson: {per_hour: 60}}, handle_time: {exponential: {mean: 2m}},
     patience: {exponential: {mean: 3m}}, redial: {probability: 0.5, after: {exponential: {mean: 5m}}},
     call_again: {probability: 0.1, after: {exponential: {mean: 1h}}}}
)";
  const SmallRun run = run_small(yaml);
  EXPECT_GT(run.contacts.answered, 1000u);
  EXPECT_GT(run.contacts.repeated, 300u);
  EXPECT_GT(run.agents.unanswered, 50u);
}

TEST(DutyReader, NamesLineKeyAndRemedy) {
  const TempFile calls("calls.csv", "at,handle_s\n0,60\n");
  const auto with = [](const std::string& agents) { return problems_of(day(agents)); };
  EXPECT_THAT(
      with("{name: a, shifts: [{from: 22h, to: 6h}]}"),
      HasSubstr("s.yaml:3:45: agents[0].shifts[0].to: must be later than `from`; add 24h when the shift"));
  EXPECT_THAT(with("{name: a, shifts: [{from: 2h, to: 6h, days: [tues]}]}"),
              HasSubstr("expected a day: mon, tue, wed, thu, fri, sat or sun"));
  EXPECT_THAT(with("{name: a, shifts: [{from: 2h, to: 40h}]}"), HasSubstr("a shift lasts at most 24h"));
  EXPECT_THAT(with("{name: a, shifts: []}"), HasSubstr("expected at least one shift"));
  EXPECT_THAT(
      with("{name: a, count: 2, shifts: [{from: 2h, to: 6h, count: 3}]}"),
      HasSubstr("agents[0].count: fewer than the 3 agents who are planned to work; leave `count` out"));
  EXPECT_THAT(with("{name: a, shifts: [{from: 2h, to: 6h}], on_duty: {intervals: [{from: 0h, count: 1}]}}"),
              HasSubstr("cannot be used together; make two groups"));
  EXPECT_THAT(with("{name: a, on_duty: {intervals: [{from: 1h, count: 1}]}}"),
              HasSubstr("the first interval must start at 0h"));
  EXPECT_THAT(
      with("{name: a, on_duty: {intervals: [{from: 0h, count: 1}, {from: 5h, count: 1}], repeat: 5h}}"),
      HasSubstr("on_duty.repeat: must be later than the last time"));
  EXPECT_THAT(with("{name: a, breaks: [{from: 12h, to: 11h, for: {constant: 1m}}]}"),
              HasSubstr("breaks[0].to: must not be earlier than `from`"));
  EXPECT_THAT(with("{name: a, breaks: [{from: 12h}]}"), HasSubstr("key `for` is missing"));
}

}  // namespace
}  // namespace cordboard::sim
