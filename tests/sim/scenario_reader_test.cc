#include "agents-sim/scenario/scenario_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/sim/temp_file.h"

namespace cordboard::sim {
namespace {

using testing::HasSubstr;

constexpr std::string_view kValid = R"(horizon: 20h
warmup: 1h
router:
  queues: [{name: sales, requires: "english"}, {name: service}]
agents:
  - {name: ana, count: 3, skills: {english: 80}}
contacts:
  - name: callers
    queue: sales
    arrivals: {poisson: {per_hour: 60}}
    handle_time: {exponential: {mean: 180s}}
)";

ScenarioResult parse(std::string text) {
  return parse_scenario(std::move(text), "s.yaml", TempFile::folder());
}

// The valid scenario with one text put in the place of another.
std::string with(std::string_view old_text, std::string_view new_text) {
  std::string text(kValid);
  const std::size_t at = text.find(old_text);
  EXPECT_NE(at, std::string::npos) << old_text;
  return text.replace(at, old_text.size(), new_text);
}

std::string problems_with(std::string_view old_text, std::string_view new_text) {
  const ScenarioResult result = parse(with(old_text, new_text));
  EXPECT_FALSE(result.scenario);
  return result.diagnostics.text();
}

TEST(ScenarioReader, ReadsTheWholeSchema) {
  const ScenarioResult result = parse(with("handle_time:", R"(priority: 3
    tier: -1
    requires: "not trainee"
    channel: chat
    patience: never
    transfer: {probability: 0.25, queue: service}
    handle_time:)"));
  ASSERT_TRUE(result.scenario) << result.diagnostics.text();
  const Scenario& scenario = *result.scenario;
  EXPECT_EQ(scenario.horizon, Duration(20h));
  EXPECT_EQ(scenario.warmup, Duration(1h));
  EXPECT_EQ(scenario.router.queues.size(), 2u);
  ASSERT_EQ(scenario.agents.size(), 1u);
  EXPECT_EQ(scenario.agents[0].count, 3u);
  EXPECT_EQ(scenario.agents[0].profile.skills, (std::vector<SkillLevel>{{"english", 80}}));
  EXPECT_TRUE(scenario.agents[0].wrap_up.is_zero());
  EXPECT_TRUE(scenario.agents[0].disconnects.every.is_never());
  ASSERT_EQ(scenario.contacts.size(), 1u);
  const ContactStream& callers = scenario.contacts[0];
  EXPECT_EQ(callers.priority, 3);
  EXPECT_EQ(callers.tier, -1);
  EXPECT_EQ(callers.requirement, "not trainee");
  EXPECT_EQ(callers.channel, "chat");
  EXPECT_TRUE(callers.patience.is_never());
  EXPECT_EQ(callers.transfer.queue, "service");
  EXPECT_EQ(callers.arrivals.pieces.at(0).per_hour, 60);
}

TEST(ScenarioReader, PatienceAndWarmupMayBeLeftOut) {
  const ScenarioResult result = parse(with("warmup: 1h\n", ""));
  ASSERT_TRUE(result.scenario) << result.diagnostics.text();
  EXPECT_EQ(result.scenario->warmup, Duration::zero());
  EXPECT_TRUE(result.scenario->contacts[0].patience.is_never());
}

TEST(ScenarioReader, EveryScenarioOfTheTestsIsValid) {
  for (const auto& entry : std::filesystem::directory_iterator(CORDBOARD_SOURCE_DIR "/tests/sim/scenarios")) {
    if (entry.path().extension() != ".yaml") continue;
    const ScenarioResult result = load_scenario_file(entry.path().string());
    EXPECT_TRUE(result.scenario) << result.diagnostics.text();
  }
}

TEST(ScenarioReader, RefusesUnknownKeysWithTheirLineAndTheNearestKnownOne) {
  const std::string top = problems_with("warmup:", "warmpu:");
  EXPECT_THAT(top, HasSubstr("s.yaml:2:1: warmpu: unknown key; did you mean warmup?"));
  EXPECT_THAT(problems_with("count: 3", "cuont: 3"), HasSubstr("s.yaml:6:17: agents[0].cuont: unknown key"));
  EXPECT_THAT(problems_with("    queue:", "    queu:"), HasSubstr("did you mean queue?"));
  EXPECT_THAT(problems_with("per_hour:", "per_hur:"), HasSubstr("did you mean per_hour?"));
  EXPECT_THAT(problems_with("mean: 180s", "maen: 180s"), HasSubstr("did you mean mean?"));
  EXPECT_THAT(problems_with("exponential:", "exponental:"), HasSubstr("did you mean exponential?"));
  EXPECT_THAT(problems_with("requires: \"english\"", "reqires: \"english\""),
              HasSubstr("did you mean requires?"));
}

TEST(ScenarioReader, SaysWhatIsMissing) {
  EXPECT_THAT(problems_with("horizon: 20h\n", ""), HasSubstr("key `horizon` is missing"));
  EXPECT_THAT(problems_with("    queue: sales\n", ""), HasSubstr("contacts[0]: key `queue` is missing"));
  EXPECT_THAT(problems_with("    handle_time: {exponential: {mean: 180s}}\n", ""),
              HasSubstr("contacts[0]: key `handle_time` is missing"));
}

TEST(ScenarioReader, ChecksNamesAgainstTheRouter) {
  EXPECT_THAT(problems_with("queue: sales", "queue: slaes"),
              HasSubstr("s.yaml:9:12: contacts[0].queue: no queue"));
  EXPECT_THAT(problems_with("queue: sales", "queue: slaes"), HasSubstr("did you mean sales?"));
  EXPECT_THAT(problems_with("queue: sales", "queue: sales\n    channel: voise"),
              HasSubstr("did you mean voice?"));
  EXPECT_THAT(problems_with("queue: sales", "queue: sales\n    requires: \"english >=\""),
              HasSubstr("requires"));
  EXPECT_THAT(problems_with("queue: sales", "queue: sales\n    transfer: {probability: 1, queue: x}"),
              HasSubstr("contacts[0].transfer.queue"));
}

TEST(ScenarioReader, ChecksValues) {
  EXPECT_THAT(problems_with("horizon: 20h", "horizon: 20"), HasSubstr("s.yaml:1:10: horizon"));
  EXPECT_THAT(problems_with("english: 80", "english: 101"), HasSubstr("agents[0].skills.english"));
  EXPECT_THAT(problems_with("per_hour: 60", "per_hour: -1"), HasSubstr("per_hour"));
  EXPECT_THAT(problems_with("{exponential: {mean: 180s}}", "180s"), HasSubstr("expected a distribution"));
  EXPECT_THAT(problems_with("{exponential: {mean: 180s}}", "never"), HasSubstr("expected a distribution"));
  EXPECT_THAT(problems_with("{exponential: {mean: 180s}}", "{uniform: {min: 2s, max: 1s}}"),
              HasSubstr("min is larger than max"));
  EXPECT_THAT(problems_with("{poisson: {per_hour: 60}}", "{intervals: [{from: 1h, per_hour: 5}]}"),
              HasSubstr("the first interval must start at 0h"));
  EXPECT_THAT(problems_with("{poisson: {per_hour: 60}}", "{}"), HasSubstr("exactly one of"));
}

TEST(ScenarioReader, ReadsSkillsAndChannelsAsTheRouterDoes) {
  const auto result =
      parse(with("skills: {english: 80}", "skills: [english], channels: {chat: {max_contacts: 2}}"));
  ASSERT_TRUE(result.scenario) << result.diagnostics.text();
  const AgentProfile& profile = result.scenario->agents[0].profile;
  EXPECT_EQ(profile.skills, (std::vector<SkillLevel>{{"english", 1}}));
  ASSERT_EQ(profile.channels.size(), 1u);
  EXPECT_EQ(profile.channels[0].units, 20u);  // the router's
  EXPECT_EQ(profile.channels[0].max_contacts, 2u);
  EXPECT_THAT(problems_with("skills: {english: 80}", "channels: [caht]"), HasSubstr("did you mean chat?"));
}

TEST(ScenarioReader, ReportsEveryProblemAtOnce) {
  const ScenarioResult result = parse("horizon: 5\nagents: 7\ncontacts: []\nrouter: {queus: []}\n");
  EXPECT_GE(result.diagnostics.error_count(), 4u) << result.diagnostics.text();
}

TEST(ScenarioReader, NamesTheLineOfABadArrivalFile) {
  const TempFile calls("calls.csv", "at,queue\n1,sales\nx,sales\n");
  EXPECT_THAT(problems_with("{poisson: {per_hour: 60}}", "{csv: calls.csv}"),
              HasSubstr("calls.csv:3: at: expected"));
  const TempFile other("other.csv", "at,queue\n1,slaes\n");
  EXPECT_THAT(problems_with("{poisson: {per_hour: 60}}", "{csv: other.csv}"),
              HasSubstr("did you mean sales?"));
  EXPECT_THAT(problems_with("{poisson: {per_hour: 60}}", "{csv: none.csv}"), HasSubstr("cannot be opened"));
}

TEST(ScenarioReader, ReadsObservedValues) {
  const TempFile file("handling.csv", "day,handle_s\n1,20\n1,\n2,40.5\n");
  const std::string_view old_text = "{exponential: {mean: 180s}}";
  const auto result = parse(with(old_text, "{empirical: {csv: handling.csv, column: handle_s}}"));
  ASSERT_TRUE(result.scenario) << result.diagnostics.text();
  EXPECT_EQ(result.scenario->contacts[0].handle_time.upper_bound(), Duration(40'500ms));
  EXPECT_THAT(problems_with(old_text, "{empirical: {csv: handling.csv}}"),
              HasSubstr("say which with `column`"));
  EXPECT_THAT(problems_with(old_text, "{empirical: {csv: handling.csv, column: x}}"),
              HasSubstr("no column `x`"));
}

TEST(ScenarioReader, WarnsOfAWrapUpThatTheQueueCutsShort) {
  const ScenarioResult result = parse(with("count: 3", "wrap_up: {exponential: {mean: 10s}}, count: 3"));
  ASSERT_TRUE(result.scenario);
  EXPECT_EQ(result.diagnostics.warning_count(), 1u);
  EXPECT_THAT(result.diagnostics.text(), HasSubstr("wrap_up_timeout of queue `sales` (30s)"));
  EXPECT_EQ(parse(with("count: 3", "wrap_up: {constant: 30s}, count: 3")).diagnostics.warning_count(), 0u);
}

TEST(ScenarioReader, AWeekStartsOnItsFirstDay) {
  const ScenarioResult result = parse(
      "first_day: fri\n" +
      with(
          "{poisson: {per_hour: 60}}",
          "{week: {default: {poisson: {per_hour: 60}}, fri: {intervals: [{from: 0h, per_hour: 5}, {from: 8h, "
          "per_hour: 6}]}, sat: {profile: [{at: 0h, per_hour: 0}, {at: 12h, per_hour: 9}, {at: 24h, "
          "per_hour: 1}]}}}"));
  ASSERT_TRUE(result.scenario) << result.diagnostics.text();
  const Arrivals& arrivals = result.scenario->contacts[0].arrivals;
  EXPECT_EQ(arrivals.repeat, Duration(168h));
  ASSERT_EQ(arrivals.pieces.size(), 9u);
  EXPECT_EQ(arrivals.pieces[0], RatePiece(Duration(0h), 5));
  EXPECT_EQ(arrivals.pieces[1], RatePiece(Duration(8h), 6));
  EXPECT_EQ(arrivals.pieces[2], RatePiece(Duration(24h), 0, 9));
  EXPECT_EQ(arrivals.pieces[3], RatePiece(Duration(36h), 9, 1));
  EXPECT_EQ(arrivals.pieces[4], RatePiece(Duration(48h), 60));
}

TEST(ScenarioReader, ProfilesAndWeeksAreChecked) {
  const std::string poisson = "{poisson: {per_hour: 60}}";
  EXPECT_THAT(problems_with(poisson, "{profile: [{at: 1h, per_hour: 60}]}"),
              HasSubstr("arrivals.profile[0]: the first point must start at 0h"));
  EXPECT_THAT(
      problems_with(poisson, "{profile: [{at: 0h, per_hour: 60}, {at: 3h, per_hour: 1}], repeat: 3h}"),
      HasSubstr("arrivals.repeat: must be later than the last time"));
  EXPECT_THAT(
      problems_with(poisson, "{week: {mon: {profile: [{at: 0h, per_hour: 60}, {at: 25h, per_hour: 1}]}}}"),
      HasSubstr("arrivals.week.mon.profile: goes beyond the end of the day (24h)"));
  EXPECT_THAT(problems_with(poisson, "{week: {tues: {poisson: {per_hour: 60}}}}"),
              HasSubstr("arrivals.week.tues: unknown key; did you mean tue?"));
  EXPECT_THAT(problems_with(poisson, "{week: {mon: {csv: a.csv}}}"), HasSubstr("arrivals.week.mon"));
  EXPECT_THAT(problems_with("horizon: 20h", "first_day: montag\nhorizon: 20h"),
              HasSubstr("first_day: expected a day: mon, tue"));
}

}  // namespace
}  // namespace cordboard::sim
