// What top makes of a watch, and what it shows of that.

#include <gmock/gmock.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "ctl/top/top_state.h"
#include "ctl/top/top_view.h"

namespace cordboard::testing {
namespace {

using ctl::kAnyColumns;
using ctl::Tone;
using ctl::top_footing;
using ctl::top_heading;
using ctl::top_queues;
using ctl::TopState;
using ::testing::ElementsAre;
using ::testing::Pair;

constexpr Time kHere = time_from_us(5'000'000);  // this machine's clock is far behind the router's
constexpr std::int64_t kRouter_s = 1'700'000'000;

v1::Queue queue(const std::string& name, std::uint32_t waiting = 0, int percent = -1) {
  v1::Queue row;
  row.set_queue(name);
  row.set_waiting(waiting);
  row.set_open(true);
  if (waiting > 0) row.mutable_oldest_queued_at()->set_seconds(kRouter_s - 60);
  if (percent >= 0) {
    row.mutable_kpis()->mutable_service_level_strict()->set_part(static_cast<std::uint64_t>(percent));
    row.mutable_kpis()->mutable_service_level_strict()->set_whole(100);
  }
  row.mutable_settings()->set_service_level_percent(80);
  row.mutable_settings()->mutable_service_level_within()->set_seconds(20);
  return row;
}

v1::Agent agent(const std::string& name, v1::Agent::State state, v1::Agent::Activity activity) {
  v1::Agent row;
  row.set_agent_id(name);
  row.set_state(state);
  row.set_activity(activity);
  return row;
}

v1::WatchResponse snapshot(const std::vector<v1::Queue>& queues, bool last = true) {
  v1::WatchResponse response;
  auto& made = *response.mutable_snapshot();
  made.set_revision(7);
  made.mutable_at()->set_seconds(kRouter_s);
  for (const v1::Queue& row : queues) *made.add_queues() = row;
  made.set_last_chunk(last);
  return response;
}

std::vector<std::string> names(const TopState& state) {
  std::vector<std::string> all;
  for (const v1::Queue& row : state.queues()) all.push_back(row.queue());
  return all;
}

TEST(TopState, CollectsChunksAndStartsAnewWhenTheyAreCut) {
  TopState state;
  state.apply(snapshot({queue("old")}, false), kHere);
  EXPECT_FALSE(state.complete());
  state.cut("gone");
  EXPECT_EQ(state.trouble(), "gone");
  state.apply(snapshot({queue("sales")}, false), kHere);
  state.apply(snapshot({queue("chat")}), kHere);
  EXPECT_TRUE(state.complete());
  EXPECT_EQ(state.trouble(), "");
  EXPECT_THAT(names(state), ElementsAre("sales", "chat"));
}

TEST(TopState, DeltasReplaceAndRemoveRows) {
  TopState state;
  state.apply(snapshot({queue("sales"), queue("chat")}), kHere);
  v1::WatchResponse response;
  auto& delta = *response.mutable_deltas()->add_deltas();
  delta.set_revision(9);
  *delta.add_queues() = queue("sales", 3);
  delta.add_removed_queues("chat");
  *delta.add_agents() = agent("ana", v1::Agent::READY, v1::Agent::IDLE);
  *delta.add_agents() = agent("ben", v1::Agent::NOT_READY, v1::Agent::IDLE);
  *delta.add_agents() = agent("cleo", v1::Agent::NOT_READY, v1::Agent::HANDLING);
  *delta.add_agents() = agent("dora", v1::Agent::LOGGED_OUT, v1::Agent::IDLE);
  state.apply(response, kHere);
  EXPECT_THAT(names(state), ElementsAre("sales"));
  EXPECT_EQ(state.queues()[0].waiting(), 3u);
  EXPECT_EQ(state.revision(), 9u);
  EXPECT_THAT(state.agents(), ElementsAre(Pair("handling", 1), Pair("idle", 1), Pair("not_ready", 1)));
}

TEST(TopView, AQuietRouterDoesNotStopTheClock) {
  TopState state;
  const Time here = time_from_us((kRouter_s + 3'600) * 1'000'000);
  state.apply(snapshot({queue("sales", 1)}), here);  // as of the last change, an hour ago
  EXPECT_EQ(state.router_time(here), here);
  EXPECT_EQ(top_heading(state, here, "", kAnyColumns)[1].text,
            "contacts: waiting 1, oldest 1:01:00, connected 0");
  v1::WatchResponse deltas;
  deltas.mutable_deltas()->add_deltas()->mutable_at()->set_seconds(kRouter_s + 3'590);
  state.apply(deltas, here);
  EXPECT_EQ(state.router_time(here), here - std::chrono::seconds(10)) << "the router's own clock counts";
  v1::WatchResponse heartbeat;
  heartbeat.mutable_heartbeat()->mutable_at()->set_seconds(kRouter_s + 3'610);
  state.apply(heartbeat, here);
  EXPECT_EQ(state.router_time(here), here + std::chrono::seconds(10));
}

TEST(TopView, AgesCountOnByTheRoutersClock) {
  TopState state;
  state.apply(snapshot({queue("sales", 2, 85), queue("chat", 0, 75), queue("premium", 0, 10)}), kHere);
  const Time later = kHere + std::chrono::seconds(5);
  const auto heading = top_heading(state, later, "router:7070", kAnyColumns);
  EXPECT_EQ(heading[0].text, "router:7070  2023-11-14T22:13:25Z  revision 7");
  EXPECT_EQ(heading[1].text, "contacts: waiting 2, oldest 1:05, connected 0");
  EXPECT_EQ(heading[2].text, "agents: logged in 0");
  EXPECT_EQ(heading[4].text, "QUEUE   OPEN WAITING RINGING   OLDEST CONNECTED WRAP-UP   LEVEL/TARGET");
  const auto lines = top_queues(state, later, kAnyColumns);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].text, "sales    yes       2       0     1:05         0       0    85.0 %/80 %");
  EXPECT_EQ(lines[0].tone, Tone::Good);
  EXPECT_EQ(lines[1].tone, Tone::Near);
  EXPECT_EQ(lines[2].tone, Tone::Bad);
}

TEST(TopView, EightyColumnsHaveRoomForAllButLongNames) {
  TopState state;
  state.apply(snapshot({queue("customer_care_of_the_north", 2, 100), queue("a", 123'456)}), kHere);
  const auto lines = top_queues(state, kHere, 80);
  EXPECT_EQ(lines[0].text,
            "customer_care_of_  yes       2       0     1:00         0       0   100.0 %/80 %");
  EXPECT_EQ(lines[0].text.size(), 80u);
  EXPECT_EQ(lines[1].text.size(), 80u);
  EXPECT_EQ(top_heading(state, kHere, "router:7070", 80).back().text.size(), 80u);
  EXPECT_THAT(top_queues(state, kHere, 90)[0].text, ::testing::StartsWith("customer_care_of_the_north  yes"));
}

TEST(TopView, TheFootingTellsOfTroubleAndOfWhatIsNotSeen) {
  TopState state;
  state.apply(snapshot({queue("a"), queue("b"), queue("c")}), kHere);
  EXPECT_EQ(top_footing(state, 0, 3).text, "q quits");
  EXPECT_EQ(top_footing(state, 1, 2).text, "q quits, arrows scroll: queues 2 to 3 of 3");
  state.cut("nobody answers there");
  EXPECT_EQ(top_footing(state, 0, 3).text, "nobody answers there");
  EXPECT_EQ(top_footing(state, 0, 3).tone, Tone::Bad);
}

}  // namespace
}  // namespace cordboard::testing
