// Patience and staffing from small recordings, by hand, and a replay that must come out as it was.

#include "agents-sim/replay/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "agents-sim/replay/replay_report.h"
#include "agents-sim/scenario/weekday.h"
#include "tests/sim/temp_file.h"

namespace cordboard::sim {
namespace {

using testing::HasSubstr;

Recording recording_of(const std::string& rows) {
  const TempFile file("recording.csv", "at,queue,priority,outcome,recorded_wait_s,handle_s,agent\n" + rows);
  auto loaded = load_recording(file.path());
  const auto* error = std::get_if<std::string>(&loaded);
  EXPECT_EQ(error, nullptr) << *error;
  return error == nullptr ? std::get<Recording>(std::move(loaded)) : Recording{};
}

std::string error_of(const std::string& text) {
  const TempFile file("recording.csv", text);
  const auto loaded = load_recording(file.path());
  const auto* error = std::get_if<std::string>(&loaded);
  return error == nullptr ? "" : *error;
}

TEST(Recording, WhoLeavesAtOnceIsCountedApart) {
  const Recording recording = recording_of("9,PS,2,agent,4,60,a\n5,NW,,hang,0,0,\n7,NW,,hang,3,0,\n");
  EXPECT_EQ(recording.gone_at_once, 1u);
  ASSERT_EQ(recording.calls.size(), 2u);
  EXPECT_EQ(recording.queues[recording.calls[0].queue], "NW");
  EXPECT_EQ(recording.calls[1].priority, 2);
  EXPECT_EQ(recording.days(), 1u);
}

TEST(Recording, ErrorsNameFileLineAndColumn) {
  EXPECT_THAT(error_of("at,queue\n1,PS\n"), HasSubstr("recording.csv:1: no column `outcome`"));
  EXPECT_THAT(error_of("at,queue,outcome,recorded_wait_s,handle_s\n1,PS,gone,1,0\n"),
              HasSubstr("recording.csv:2: outcome: expected `agent` or `hang`"));
  EXPECT_THAT(error_of("at,queue,outcome,recorded_wait_s,handle_s\n1,PS,hang,x,0\n"),
              HasSubstr("recording.csv:2: recorded_wait_s"));
  EXPECT_THAT(error_of("at,queue,outcome,recorded_wait_s,handle_s\n"), HasSubstr("no calls"));
}

TEST(SurvivalCurve, IsTheKaplanMeierEstimateAndGoesOnExponentially) {
  // 30 callers: one leaves at 10 s, nine are answered at 15 s, one leaves at 20 s, the others are answered at
  // 30 s.
  std::vector<SurvivalCurve::Observation> seen = {{Duration(10s), true}, {Duration(20s), true}};
  seen.insert(seen.end(), 9, {Duration(15s), false});
  seen.insert(seen.end(), 19, {Duration(30s), false});
  const SurvivalCurve curve(seen);
  EXPECT_EQ(curve.survival(Duration(9s)), 1);
  EXPECT_NEAR(curve.survival(Duration(10s)), 29.0 / 30, 1e-12);
  EXPECT_NEAR(curve.survival(Duration(19s)), 29.0 / 30, 1e-12);
  const double after = 29.0 / 30 * 19 / 20;
  const double mean_s = (10 + 20 + 9 * 15 + 19 * 30) / 2.0;
  EXPECT_NEAR(curve.survival(Duration(120s)), after * std::exp(-100 / mean_s), 1e-9);
  EXPECT_EQ(curve.quantile(0.97), Duration(10s));
  EXPECT_NEAR(static_cast<double>(curve.quantile(after / 2).count()) * 1e-6, 20 + mean_s * std::log(2), 1e-3);
}

// Patience is exponential; those answered after 60 s are censored. What is drawn for them must have the mean
// that is known.
TEST(PatienceModel, WhatIsDrawnForTheAnsweredRestoresTheMean) {
  Recording recording;
  recording.queues = {"PS"};
  RandomStream random(5);
  const Distribution patience = Distribution::exponential(Duration(100s));
  for (int i = 0; i < 20'000; ++i) {
    RecordedCall call;
    const Duration own = patience.sample(random);
    call.answered = own > Duration(60s);
    call.wait = std::min(own, Duration(60s));
    recording.calls.push_back(call);
  }
  const PatienceModel model(recording);
  const KeyedRandom draws(1, 0, "test");
  double sum = 0;
  for (std::uint32_t i = 0; i < recording.calls.size(); ++i) {
    const Duration drawn = model.patience(recording.calls[i], draws.at(i));
    EXPECT_GE(drawn, recording.calls[i].wait);
    EXPECT_EQ(drawn, model.patience(recording.calls[i], draws.at(i)));
    sum += static_cast<double>(drawn.count()) * 1e-6;
  }
  EXPECT_NEAR(sum / 20'000, 100, 4 * 1.5);
}

TEST(StaffingModel, AnAgentIsThereFromTheFirstCallToTheLastButNotWhileSomebodyWaited) {
  // The agent serves 0-100 s and 1000-1100 s; a caller waits from 200 s and hangs up at 600 s.
  const Recording recording =
      recording_of("0,PS,,agent,0,100,a\n200,PS,,hang,400,0,\n1000,PS,,agent,0,100,a\n");
  const StaffingModel model = estimate_staffing(recording);
  ASSERT_EQ(model.agents.size(), 1u);
  EXPECT_EQ(model.agents[0].name, "a-day1");
  const auto& spans = model.agents[0].duty.spans;
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_EQ(spans[0].to, Duration(200s));
  EXPECT_EQ(spans[1].from, Duration(600s));
  EXPECT_EQ(spans[1].to, Duration(1100s));
  EXPECT_EQ(model.on_duty, Duration(700s));
  EXPECT_EQ(model.handling, Duration(200s));
}

TEST(StaffingModel, ADayMakesAnAgentOfItsOwnWithItsQueues) {
  const Recording recording = recording_of(
      "0,PS,,agent,0,10,a\n20,PS,,agent,0,10,a\n86400,NW,,agent,0,10,a\n86420,NW,,agent,0,10,a\n");
  const StaffingModel model = estimate_staffing(recording);
  ASSERT_EQ(model.agents.size(), 2u);
  EXPECT_EQ(model.agents[0].profile.skills[0].skill, "PS");
  ASSERT_EQ(model.agents[1].profile.skills.size(), 1u);
  EXPECT_EQ(model.agents[1].profile.skills[0].skill, "NW");
}

TEST(StaffingModel, WrapUpIsTheTimeToTheNextCallerWhoWaits) {
  const Recording recording =
      recording_of("0,PS,,agent,0,100,a\n50,PS,,agent,57,100,a\n60,PS,,agent,110,10,a\n");
  const StaffingModel model = estimate_staffing(recording);
  RandomStream random(1);
  for (int i = 0; i < 20; ++i) {
    const Duration drawn = model.wrap_up.sample(random);
    EXPECT_TRUE(drawn == Duration(7s) || drawn == Duration(13s));
  }
}

ReplayConfig config_of(const std::string& text) {
  const ReplayConfigResult result = parse_replay_config(text, "r.yaml");
  EXPECT_TRUE(result.config) << result.diagnostics.text();
  return result.config.value_or(ReplayConfig{});
}

constexpr const char* kConfig = R"(
router: {priority_point: 90s, queues: [{name: PS, requires: PS, wrap_up_timeout: 2m}]}
priorities: [{recorded: 2, submitted: 1}]
)";

// One agent; the second caller waits for the first to end, the third is a priority customer and overtakes.
TEST(Replay, OneAgentAndTheRulesOfTheRecordingGiveTheRecordedWaits) {
  const Recording recording = recording_of(
      "0,PS,1,agent,0,100,a\n10,PS,1,agent,140,50,a\n40,PS,2,agent,60,50,a\n150,PS,1,hang,20,0,\n");
  const PatienceModel patience(recording);
  const StaffingModel staffing = estimate_staffing(recording);
  const ReplayResults results =
      replay(recording, patience, staffing, config_of(kConfig), {.replications = 2});
  EXPECT_EQ(results.problem, "");
  const ReplayRow& all = results.rows.front();
  EXPECT_EQ(all.recorded.calls, 4u);
  EXPECT_EQ(all.recorded.wait_us, 220'000'000u);
  ASSERT_EQ(all.simulated.size(), 2u);
  for (const CallTally& tally : all.simulated) {
    EXPECT_EQ(tally.calls, 4u);
    EXPECT_EQ(tally.waited, 3u);
    EXPECT_EQ(tally.abandoned, 1u);
    EXPECT_EQ(tally.wait_us, 220'000'000u);
  }
  EXPECT_THAT(to_table(results), HasSubstr("PS"));
  EXPECT_THAT(to_json(recording, staffing, results), HasSubstr("\"kind\":\"hours\""));
  EXPECT_THAT(to_table(results), testing::Not(HasSubstr("expected waits")));
}

// The third caller is told that the second waited 90 s, and waits 30 s.
TEST(Replay, ComparesExpectedWaitsWithWhatHappens) {
  const Recording recording =
      recording_of("0,PS,1,agent,0,100,a\n10,PS,1,agent,90,50,a\n120,PS,1,agent,30,50,a\n");
  const PatienceModel patience(recording);
  const StaffingModel staffing = estimate_staffing(recording);
  const ReplayResults results =
      replay(recording, patience, staffing, config_of(kConfig), {.replications = 2, .forecast_waits = true});
  const std::string row =
      "  PS                    last_to_enter_service              2       2.000      +2.000      30.0 s\n";
  EXPECT_THAT(to_table(results), HasSubstr(row));
  EXPECT_THAT(
      to_json(recording, staffing, results),
      HasSubstr("\"last_to_enter_service\":{\"measured\":2,\"error\":2,\"bias\":2,\"mean_wait_s\":30}}}"));
}

TEST(Replay, TheBanksExampleCanBeUsed) {
  const ReplayConfigResult bank = load_replay_config(CORDBOARD_SOURCE_DIR "/deploy/replay/bank.yaml");
  ASSERT_TRUE(bank.config) << bank.diagnostics.text();
  EXPECT_EQ(bank.config->priorities.at(2), 2);
  EXPECT_EQ(bank.config->router.priority_point, Duration(90s));
}

TEST(Replay, NamesQueuesThatTheRouterDoesNotHave) {
  const Recording recording = recording_of("0,PS,1,agent,0,100,a\n10,NW,1,agent,140,50,a\n");
  EXPECT_THAT(missing_queues(recording, config_of(kConfig).router), testing::ElementsAre("NW"));
}

TEST(Replay, ErrorsOfTheConfigurationNameLineAndKey) {
  const auto problems = [](const std::string& text) {
    return parse_replay_config(text, "r.yaml").diagnostics.text();
  };
  EXPECT_THAT(problems("{priorities: []}"), HasSubstr("key `router` is missing"));
  EXPECT_THAT(problems("{router: {queues: []}, priorities: [{recorded: 1}]}"),
              HasSubstr("r.yaml:1:37: priorities[0]: key `submitted` is missing"));
  EXPECT_THAT(problems("{router: {queues: []}, prioritys: []}"), HasSubstr("did you mean priorities?"));
}

}  // namespace
}  // namespace cordboard::sim
