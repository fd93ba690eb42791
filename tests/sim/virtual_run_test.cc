// Small scenarios whose every number can be worked out by hand, and what must hold for all.

#include "agents-sim/virtual/virtual_run.h"

#include <gtest/gtest.h>

#include "agents-sim/scenario/scenario_reader.h"
#include "agents-sim/virtual/replications.h"
#include "agents-sim/virtual/report.h"
#include "tests/sim/temp_file.h"

namespace cordboard::sim {
namespace {

Scenario load(const std::string& name) {
  const ScenarioResult result =
      load_scenario_file(CORDBOARD_SOURCE_DIR "/tests/sim/scenarios/" + name + ".yaml");
  EXPECT_TRUE(result.scenario) << result.diagnostics.text();
  return result.scenario.value_or(Scenario{});
}

// One agent, recorded calls (`calls` in CSV), ten minutes.
class RecordedCalls {
 public:
  explicit RecordedCalls(std::string_view calls) : file_("calls.csv", calls) {
    text_ = R"(horizon: 10m
router: {queues: [{name: sales, offer_timeout: 10s}, {name: service}], not_responding_return: 20s}
agents: [{name: ana}]
contacts: [{name: day, queue: sales, arrivals: {csv: calls.csv}}]
)";
  }

  RecordedCalls& replace(std::string_view old_text, std::string_view new_text) {
    text_.replace(text_.find(old_text), old_text.size(), new_text);
    return *this;
  }

  // Everything counted, in one sum.
  ContactTally run() {
    const ScenarioResult loaded = parse_scenario(text_, "s.yaml", TempFile::folder());
    EXPECT_TRUE(loaded.scenario) << loaded.diagnostics.text();
    if (!loaded.scenario) return {};
    const CellPlan plan(*loaded.scenario);
    RunOptions options;
    options.check_invariants = true;
    const RunResult result = run_virtual(*loaded.scenario, plan, options);
    EXPECT_EQ(result.problem, "");
    agents = result.ledger.agents(0, 0);
    wrap_ups_cut = result.wrap_ups_cut;
    rejected = result.rejected;
    ContactTally sum;
    for (std::uint32_t cell = 0; cell < plan.size(); ++cell) add(sum, result.ledger.cell(0, cell).contacts);
    return sum;
  }

  AgentTally agents;
  std::uint64_t wrap_ups_cut = 0;
  std::uint64_t rejected = 0;

 private:
  TempFile file_;
  std::string text_;
};

TEST(VirtualRun, ASecondCallWaitsUntilTheFirstIsOver) {
  RecordedCalls calls("at,handle_s\n10,60\n30,20\n");
  const ContactTally tally = calls.run();
  EXPECT_EQ(tally.offered, 2u);
  EXPECT_EQ(tally.answered, 2u);
  EXPECT_EQ(tally.delayed, 1u);
  EXPECT_EQ(tally.wait_us, 40'000'000u);
  EXPECT_EQ(tally.answered_within, 1u);  // of 20 s
  EXPECT_EQ(tally.handle_us, 80'000'000u);
  EXPECT_EQ(calls.agents.busy_us, 80'000'000u);
  EXPECT_EQ(calls.agents.ready_idle_us, 520'000'000u);
  EXPECT_EQ(calls.rejected, 0u);
}

TEST(VirtualRun, AnImpatientCallerLeavesWhenPatienceEnds) {
  RecordedCalls calls("at,handle_s,patience_s\n10,60,\n30,20,15\n");
  const ContactTally tally = calls.run();
  EXPECT_EQ(tally.answered, 1u);
  EXPECT_EQ(tally.abandoned, 1u);
  EXPECT_EQ(tally.wait_us, 15'000'000u);
  EXPECT_EQ(tally.wait_answered_us, 0u);
}

TEST(VirtualRun, NoPatienceAtAllIsEnoughWhenAnAgentIsFree) {
  RecordedCalls calls("at,handle_s,patience_s\n10,60,0\n30,20,0\n");
  const ContactTally tally = calls.run();
  EXPECT_EQ(tally.answered, 1u);
  EXPECT_EQ(tally.abandoned, 1u);
}

TEST(VirtualRun, WrapUpKeepsTheAgentBusy) {
  RecordedCalls calls("at,handle_s\n10,60\n30,20\n");
  calls.replace("name: ana", "name: ana, wrap_up: {constant: 12s}");
  EXPECT_EQ(calls.run().wait_us, 52'000'000u);
  EXPECT_EQ(calls.agents.busy_us, 104'000'000u);
  EXPECT_EQ(calls.wrap_ups_cut, 0u);
}

TEST(VirtualRun, TheQueueEndsAWrapUpThatTakesTooLong) {
  RecordedCalls calls("at,handle_s\n10,60\n30,20\n");
  calls.replace("name: ana", "name: ana, wrap_up: {constant: 50s}");
  EXPECT_EQ(calls.run().wait_us, 70'000'000u);  // wrap_up_timeout is 30 s
  EXPECT_EQ(calls.wrap_ups_cut, 2u);
}

TEST(VirtualRun, RingingCountsAsWaitingButNotAsDelay) {
  RecordedCalls calls("at,handle_s\n10,60\n");
  calls.replace("name: ana", "name: ana, answer_delay: {constant: 4s}");
  const ContactTally tally = calls.run();
  EXPECT_EQ(tally.wait_us, 4'000'000u);
  EXPECT_EQ(tally.delayed, 0u);
}

TEST(VirtualRun, ACallerMayLeaveWhileItRings) {
  RecordedCalls calls("at,handle_s,patience_s\n10,60,3\n");
  calls.replace("name: ana", "name: ana, answer_delay: {constant: 4s}");
  const ContactTally tally = calls.run();
  EXPECT_EQ(tally.abandoned, 1u);
  EXPECT_EQ(tally.wait_us, 3'000'000u);
  EXPECT_EQ(calls.rejected, 0u);  // the answer that came too late is not sent
}

TEST(VirtualRun, AnAgentWhoNeverAnswersLetsEveryOfferExpire) {
  RecordedCalls calls("at,handle_s,patience_s\n10,60,95\n");
  calls.replace("name: ana", "name: ana, no_answer_probability: 1");
  const ContactTally tally = calls.run();
  EXPECT_EQ(tally.abandoned, 1u);
  // Offers at 10 s, 40 s, 70 s and 100 s: 10 s of ringing, then 20 s away. The caller leaves during the
  // fourth.
  EXPECT_EQ(calls.agents.unanswered, 3u);
  EXPECT_EQ(calls.agents.offers, 4u);
}

TEST(VirtualRun, AgentsComeBackByHandWhenNothingElseBringsThem) {
  RecordedCalls calls("at,handle_s,patience_s\n10,60,35\n");
  calls.replace("name: ana", "name: ana, no_answer_probability: 1").replace("return: 20s", "return: 0s");
  calls.run();
  EXPECT_EQ(calls.agents.offers, 4u);  // at 10, 20, 30 and 40 s
}

TEST(VirtualRun, DecliningNeverLoops) {
  RecordedCalls calls("at,handle_s,patience_s\n10,60,100\n");
  calls.replace("name: ana", "name: ana, decline_probability: 1");
  EXPECT_EQ(calls.run().abandoned, 1u);
  EXPECT_EQ(calls.agents.declined, 4u);  // decline_cooldown is 30 s
}

TEST(VirtualRun, AFullQueueBlocks) {
  RecordedCalls calls("at,handle_s\n10,60\n20,60\n30,60\n");
  calls.replace("offer_timeout: 10s", "max_waiting: 1");
  const ContactTally tally = calls.run();
  EXPECT_EQ(tally.offered, 2u);
  EXPECT_EQ(tally.blocked, 1u);
}

TEST(VirtualRun, ATransferIsCountedOnceAndServedTwice) {
  RecordedCalls calls("at,handle_s\n10,60\n");
  calls.replace("arrivals",
                "transfer: {probability: 1, queue: service}, handle_time: {constant: 30s}, arrivals");
  const ContactTally tally = calls.run();
  EXPECT_EQ(tally.offered, 1u);
  EXPECT_EQ(tally.answered, 1u);
  EXPECT_EQ(tally.transferred, 1u);
  EXPECT_EQ(calls.agents.handled, 2u);
  EXPECT_EQ(calls.agents.busy_us, 90'000'000u);
}

TEST(VirtualRun, WhoWaitsTooLongExpires) {
  RecordedCalls calls("at,handle_s\n10,300\n20,60\n");
  calls.replace("offer_timeout: 10s", "max_wait: 1m");
  const ContactTally tally = calls.run();
  EXPECT_EQ(tally.expired, 1u);
  EXPECT_EQ(tally.wait_us, 60'000'000u);
}

TEST(VirtualRun, WhoWaitsAtTheEndIsCountedAsStillWaiting) {
  // The first call lasts two hours; the run gives up an hour after the end.
  RecordedCalls calls("at,handle_s\n10,7200\n20,60\n");
  const ContactTally tally = calls.run();
  EXPECT_EQ(tally.offered, 2u);
  EXPECT_EQ(tally.still_waiting, 1u);
  EXPECT_EQ(tally.waiting_late, 1u);
  EXPECT_EQ(tally.wait_us, 4'180'000'000u) << "until the run gives up, not until the last thing happened";
}

TEST(VirtualRun, WhoArrivesOutsideTheMeasuredTimeIsNotCounted) {
  RecordedCalls calls("at,handle_s\n10,60\n200,60\n800,60\n");
  calls.replace("horizon: 10m", "horizon: 10m\nwarmup: 1m");
  EXPECT_EQ(calls.run().offered, 1u);
}

TEST(VirtualRun, RecordedQueuesAndRequirementsAreUsed) {
  RecordedCalls calls("at,handle_s,queue,requires,patience_s\n10,60,service,,\n300,60,,english,5\n");
  const ContactTally tally = calls.run();
  EXPECT_EQ(tally.answered, 1u);
  EXPECT_EQ(tally.abandoned, 1u);  // nobody speaks English
}

TEST(Simulate, GivesTheSameForTheSameSeedWhateverTheThreads) {
  Scenario scenario = load("faults");
  const CellPlan plan(scenario);
  const auto report = [&](std::uint64_t seed, std::uint32_t threads) {
    return to_json(simulate(scenario, plan, {seed, 4, threads, false}), 0);
  };
  const std::string one = report(1, 1);
  EXPECT_EQ(one, report(1, 1));
  EXPECT_EQ(one, report(1, 3));
  EXPECT_NE(one, report(2, 1));
}

TEST(Simulate, MoreAgentsServeTheSameCustomersSooner) {
  Scenario scenario = load("erlang_a");
  scenario.horizon = 20h;
  const CellPlan plan(scenario);
  const Results few = simulate(scenario, plan, {1, 1, 1, false});
  scenario.agents[0].count += 4;
  const Results many = simulate(scenario, plan, {1, 1, 1, false});
  for (std::size_t unit = 0; unit < kBatches; ++unit) {
    const ContactTally& before = few.streams()[0].units[unit];
    const ContactTally& after = many.streams()[0].units[unit];
    EXPECT_EQ(before.offered, after.offered);  // common random numbers
    EXPECT_LT(after.abandoned, before.abandoned);
  }
}

TEST(Simulate, SaysThatTheConfigurationIsRefused) {
  Scenario scenario = load("erlang_a");
  scenario.agents[0].profile.skills = {{"english", 80}, {"english", 70}};
  const CellPlan plan(scenario);
  const Results results = simulate(scenario, plan, {1, 1, 1, false});
  EXPECT_NE(results.problems()[0].find("agent ana-1 cannot log in"), std::string::npos)
      << results.problems()[0];
}

}  // namespace
}  // namespace cordboard::sim
