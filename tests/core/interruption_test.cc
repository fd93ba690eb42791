#include <gtest/gtest.h>

#include "router/core/engine.h"
#include "router/core/state.h"

namespace cordboard::testing {
namespace {

TenantConfig config_with(std::vector<ChannelConfig> channels) {
  TenantConfig config;
  config.channels = std::move(channels);
  config.max_handling = 10min;
  return config;
}

// docs/routing/capacity.md, "An example".
class Interruption : public ::testing::Test {
 protected:
  Interruption() {
    TenantConfig config = config_with({{"voice", 100, 1}, {"email", 25, 4, {"voice"}}});
    config.queues.push_back({.name = "calls", .wrap_up_timeout = 20s});
    config.queues.push_back({.name = "mails", .channel = "email", .wrap_up_timeout = 30s});
    apply(0s, ApplyConfig{1, config});
    apply(0s, Login{"ana", std::nullopt, true});
    for (const char* mail : {"e1", "e2"}) {
      apply(0s, SubmitContact{.contact = mail, .queue = "mails"});
      apply(0s, AcceptOffer{"ana", OfferId{++offers_}});
    }
    apply(60s, SubmitContact{.contact = "v1", .queue = "calls"});
  }

  void apply(Duration at, CommandBody body) {
    std::vector<Event> events;
    while (engine_.next_deadline() <= Time{at}) {
      ASSERT_TRUE(engine_.apply({engine_.next_deadline(), "", AdvanceTime{}}, events).accepted());
    }
    ASSERT_TRUE(engine_.apply({Time{at}, "", std::move(body)}, events).accepted());
    EXPECT_EQ(engine_.check_invariants(), std::vector<std::string>{});
  }
  const Agent& ana() const { return engine_.state()[engine_.state().find_agent("ana")]; }
  const QueueCounters& mails() const { return engine_.state()[engine_.state().find_queue("mails")].counters; }

  Engine engine_;
  std::uint64_t offers_ = 0;
};

TEST_F(Interruption, InterruptedTimeIsNeitherHandlingNorWrapUpTime) {
  apply(65s, AcceptOffer{"ana", OfferId{3}});
  apply(120s, EndContact{"e1", ""});
  EXPECT_EQ(mails().connected_us, 60'000'000u);
  apply(180s, EndContact{"v1", ""});
  apply(230s, AdvanceTime{});
  EXPECT_EQ(mails().wrap_up_us, 30'000'000u);
  EXPECT_EQ(mails().completed, 1u);
  apply(740s, AdvanceTime{});
  EXPECT_EQ(mails().connected_us, 660'000'000u);
  EXPECT_EQ(ana().counters.busy_us, 740'000'000u);
}

TEST_F(Interruption, HeldUnitsAreThoseOfWhatGoesOn) {
  EXPECT_EQ(ana().held_units, 100u);
  apply(65s, DeclineOffer{"ana", OfferId{3}});
  EXPECT_EQ(ana().held_units, 50u);
}

TEST_F(Interruption, ARestoredEngineGoesOnAlike) {
  Engine restored;
  ASSERT_EQ(restored.restore(engine_.snapshot()), std::nullopt);
  EXPECT_EQ(restored.digest(), engine_.digest());
  std::vector<Event> events;
  for (Engine* engine : {&engine_, &restored}) {
    events.clear();
    ASSERT_TRUE(engine->apply({Time{70s}, "", DeclineOffer{"ana", OfferId{3}}}, events).accepted());
  }
  EXPECT_EQ(restored.digest(), engine_.digest());
}

std::string refusal_of(std::vector<ChannelConfig> channels) {
  Engine engine;
  std::vector<Event> events;
  const Outcome outcome =
      engine.apply({Time{}, "", ApplyConfig{1, config_with(std::move(channels))}}, events);
  return outcome.rejection ? outcome.rejection->detail : "";
}

TEST(InterruptionRules, ContradictionsAreRefused) {
  EXPECT_EQ(refusal_of({{"a", 10, 1, {"b"}}}), "channel 'a' is interruptible by 'b', which is no channel");
  EXPECT_EQ(refusal_of({{"a", 10, 1, {"b"}}, {"b", 10, 1, {"c"}}, {"c", 10, 1, {"a"}}}),
            "channel 'a' would be interruptible by itself, over others perhaps");
  EXPECT_EQ(refusal_of({{"a", 10, 2, {}, true}}), "channel 'a' is exclusive: its max_contacts must be 1");
  EXPECT_EQ(refusal_of({{"a", 10, 1, {"b"}, true}, {"b", 10, 1}}),
            "channel 'a' is exclusive, so nothing interrupts it");
  EXPECT_EQ(refusal_of({{"a", 10, 1, {"b", "c"}}, {"b", 10, 1, {"c"}}, {"c", 10, 1, {}, true}}), "");
}

}  // namespace
}  // namespace cordboard::testing
