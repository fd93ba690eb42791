// How far expected waits are from what happens, on models whose answers are known or can be reasoned about.
// The same seed gives the same figures on every machine, so they are compared with limits;
// docs/routing/expected_wait.md has the figures of the full length.

#include <gtest/gtest.h>

#include "agents-sim/scenario/scenario_reader.h"
#include "agents-sim/virtual/replications.h"
#include "tests/sim/small_run.h"

namespace cordboard::sim {
namespace {

enum Formula { kAnnounced, kHeadOfLine, kLastToEnterService, kQueueLength, kMeasuredPace, kCorrectedLength };

class Forecasts {
 public:
  Forecasts(const std::string& name, Duration horizon) {
    ScenarioResult loaded = load_scenario_file(CORDBOARD_SOURCE_DIR "/tests/sim/scenarios/" + name + ".yaml");
    EXPECT_TRUE(loaded.scenario) << loaded.diagnostics.text();
    if (!loaded.scenario) return;
    loaded.scenario->horizon = horizon;
    const CellPlan plan(*loaded.scenario);
    SimulationOptions options;
    options.forecast_waits = true;
    const Results results = simulate(*loaded.scenario, plan, options);
    EXPECT_EQ(results.problems()[0], "");
    errors_ = results.forecasts().errors();
    digest = results.digest();
    options.forecast_waits = false;
    digest_unasked = simulate(*loaded.scenario, plan, options).digest();
  }

  double error(std::size_t queue, Formula formula) const { return errors_[queue][formula].relative_error(); }
  double bias(std::size_t queue, Formula formula) const { return errors_[queue][formula].relative_bias(); }
  std::uint64_t measured(std::size_t queue) const { return errors_[queue][kAnnounced].measured(); }

  std::uint64_t digest = 0;
  std::uint64_t digest_unasked = 0;

 private:
  std::vector<WaitForecasts::ByForecast> errors_;
};

// Whoever finds n contacts before them waits for n + 1 events, at rates s mu + i theta. At load 1.2 with
// theta = mu / 2 there are 40 waiting on average, and the deviation of that sum is 0.158 of its mean: nobody
// can do better who knows the length of the queue only.
TEST(ExpectedWait, OverloadedQueueIsForeseenAsWellAsItsLengthAllows) {
  const Forecasts forecasts("expected_wait", 60h);
  EXPECT_GT(forecasts.measured(0), 100'000u);
  EXPECT_LE(forecasts.error(0, kAnnounced), 0.17);
  EXPECT_LE(forecasts.error(0, kQueueLength), 0.17);
  EXPECT_LE(forecasts.error(0, kMeasuredPace), 0.17);
  EXPECT_GE(forecasts.error(0, kAnnounced), 0.15) << "better than can be";
  // Published for the head of the line: 0.22.
  EXPECT_NEAR(forecasts.error(0, kHeadOfLine), 0.22, 0.02);
  EXPECT_NEAR(forecasts.error(0, kLastToEnterService), 0.22, 0.02);
  EXPECT_NEAR(forecasts.bias(0, kAnnounced), 0, 0.03);
}

TEST(ExpectedWait, AskingChangesNothing) {
  const Forecasts forecasts("expected_wait_two_skills", 5h);
  EXPECT_EQ(forecasts.digest, forecasts.digest_unasked);
}

// Shared agents and priorities: what is announced is about as good as the best single formula of each queue.
TEST(ExpectedWait, EachQueueAnnouncesWhatHasDoneBest) {
  const Forecasts forecasts("expected_wait_two_skills", 100h);
  for (std::size_t queue = 0; queue < 3; ++queue) {
    double best = forecasts.error(queue, kHeadOfLine);
    for (const Formula formula : {kLastToEnterService, kQueueLength, kMeasuredPace, kCorrectedLength}) {
      best = std::min(best, forecasts.error(queue, formula));
    }
    EXPECT_LE(forecasts.error(queue, kAnnounced), best * 1.03) << "queue " << queue;
    EXPECT_LT(forecasts.error(queue, kAnnounced), forecasts.error(queue, kHeadOfLine) * 0.85)
        << "queue " << queue;
  }
}

// Its wait is over before anybody could ask how long it will be, and nobody is there to lose patience.
TEST(ExpectedWait, AContactThatIsSentOnAtOnceIsNotAskedAbout) {
  const Scenario scenario = scenario_of(R"(
horizon: 1h
first_day: mon
router:
  calendars: [{name: sundays, zone: UTC, week: {sun: "09:00-10:00"}}]
  queues: [{name: sales, hours: sundays, when_closed: {deflect: voicemail}}]
agents: [{name: ana, count: 1}]
contacts:
  - {name: calls, queue: sales, arrivals: {poisson: {per_hour: 60}}, handle_time: {constant: 1m},
     patience: {constant: 30s}}
)");
  const CellPlan plan(scenario);
  RunOptions options;
  options.forecast_waits = true;
  options.check_invariants = true;
  const RunResult result = run_virtual(scenario, plan, options);
  EXPECT_EQ(result.problem, "");
  EXPECT_EQ(result.rejected, 0u) << "somebody hung up who was gone";
  const ContactTally& tally = result.ledger.cell(0, 0).contacts;
  EXPECT_GT(tally.cancelled, 30u);
  EXPECT_EQ(tally.answered + tally.abandoned, 0u);
}

}  // namespace
}  // namespace cordboard::sim
