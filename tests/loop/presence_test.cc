#include "router/loop/presence.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

namespace cordboard {
namespace {

constexpr Duration kTimeout = 30s;
constexpr Time kStart = time_from_us(1'000'000'000);

std::vector<std::string> take_all_silent(Presence& presence, Time now) {
  std::vector<std::string> silent;
  while (auto agent = presence.take_silent(now)) silent.push_back(*agent);
  return silent;
}

TEST(PresenceTest, AnAgentSilentForExactlyTheTimeoutIsThereAndALittleLaterIsNot) {
  Presence presence(kTimeout);
  presence.watch("ana", 1, kStart);
  EXPECT_EQ(presence.take_silent(kStart + kTimeout), std::nullopt);
  EXPECT_EQ(presence.next_deadline(), kStart + kTimeout + 1us);
  EXPECT_EQ(presence.take_silent(kStart + kTimeout + 1us), "ana");
  EXPECT_EQ(presence.watched(), 0u);
  EXPECT_EQ(presence.next_deadline(), kNever);
}

TEST(PresenceTest, AHeartbeatStartsTheTimeoutAnew) {
  Presence presence(kTimeout);
  presence.watch("ana", 1, kStart);
  presence.watch("ben", 1, kStart + 1s);
  presence.heard("ana", 1, kStart + 20s);
  EXPECT_EQ(take_all_silent(presence, kStart + 40s), (std::vector<std::string>{"ben"}));
  EXPECT_EQ(presence.next_deadline(), kStart + 50s + 1us);
}

TEST(PresenceTest, AHeartbeatOfNobodyWatchedMeansNothing) {
  Presence presence(kTimeout);
  presence.heard("ana", 1, kStart);
  EXPECT_EQ(presence.watched(), 0u);
}

TEST(PresenceTest, TheEndOfAnOlderStreamMeansNothingOnceALaterOneWatches) {
  Presence presence(kTimeout);
  presence.watch("ana", 1, kStart);
  presence.watch("ana", 2, kStart + 1s);
  EXPECT_FALSE(presence.lost("ana", 1));
  presence.heard("ana", 1, kStart + 2s);  // on its way since before
  EXPECT_FALSE(presence.lost("ana", 1));
  EXPECT_TRUE(presence.lost("ana", 2));
  EXPECT_FALSE(presence.lost("ana", 2));
}

TEST(PresenceTest, AnAgentWhoReturnsToAnOlderStreamIsLostWithIt) {
  Presence presence(kTimeout);
  presence.watch("ana", 1, kStart);
  presence.watch("ana", 2, kStart + 1s);
  presence.watch("ana", 1, kStart + 2s);
  EXPECT_FALSE(presence.lost("ana", 2));
  EXPECT_TRUE(presence.lost("ana", 1));
}

TEST(PresenceTest, ANewerStreamThatHearsOfTheAgentTakesTheWatchOver) {
  Presence presence(kTimeout);
  presence.watch("ana", 1, kStart);
  presence.heard("ana", 2, kStart + 1s);
  EXPECT_FALSE(presence.lost("ana", 1));
  EXPECT_TRUE(presence.lost("ana", 2));
}

TEST(PresenceTest, NobodyIsBlamedForHeartbeatsThatWereDropped) {
  Presence presence(kTimeout);
  presence.watch("ana", 1, kStart);
  presence.excuse_all(kStart + 29s);
  EXPECT_TRUE(take_all_silent(presence, kStart + 59s).empty());
  EXPECT_EQ(presence.next_deadline(), kStart + 59s + 1us);
  EXPECT_EQ(take_all_silent(presence, kStart + 59s + 1us), (std::vector<std::string>{"ana"}));
}

TEST(PresenceTest, AGatewayIsConnectedFromItsFirstSessionToItsLast) {
  Presence presence(kTimeout);
  EXPECT_TRUE(presence.opened("pbx"));
  EXPECT_FALSE(presence.opened("pbx"));
  EXPECT_TRUE(presence.opened("web"));
  EXPECT_FALSE(presence.closed("pbx"));
  EXPECT_TRUE(presence.closed("pbx"));
  EXPECT_FALSE(presence.closed("pbx"));
  EXPECT_TRUE(presence.opened("pbx"));
}

TEST(PresenceTest, ARandomTapeBehavesLikeTheNaiveModel) {
  struct Watched {
    AgentSession session;
    Time last_heard;
  };
  for (unsigned seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    Presence presence(kTimeout);
    std::map<std::string, Watched> model;
    Time now = kStart;
    for (int step = 0; step < 1000; ++step) {
      const std::string agent = "a" + std::to_string(random() % 8);
      const AgentSession session = random() % 4;
      const auto known = model.find(agent);
      now += Duration{static_cast<std::int64_t>(random() % 8'000'000)};
      switch (random() % 5) {
        case 0:
          presence.watch(agent, session, now);
          model[agent] = {session, now};
          break;
        case 1:
        case 2:
          presence.heard(agent, session, now);
          if (known != model.end()) known->second = {std::max(session, known->second.session), now};
          break;
        case 3: {
          const bool expected = known != model.end() && known->second.session == session;
          ASSERT_EQ(presence.lost(agent, session), expected) << "step " << step;
          if (expected) model.erase(known);
          break;
        }
        default:
          presence.forget(agent);
          model.erase(agent);
      }
      std::vector<std::string> silent = take_all_silent(presence, now);
      std::sort(silent.begin(), silent.end());
      std::vector<std::string> expected;
      for (const auto& [name, watched] : model) {
        if (now - watched.last_heard > kTimeout) expected.push_back(name);
      }
      ASSERT_EQ(silent, expected) << "step " << step;
      for (const auto& name : silent) model.erase(name);
      ASSERT_EQ(presence.watched(), model.size());
    }
  }
}

}  // namespace
}  // namespace cordboard
