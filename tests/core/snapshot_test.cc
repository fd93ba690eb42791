#include <gtest/gtest.h>

#include "router/core/state.h"
#include "tests/support/random_tape.h"

namespace cordboard::testing {
namespace {

// An engine with something of everything in it.
CheckedEngine lived_in(std::uint64_t seed, int commands) {
  TapeWriter writer(seed);
  CheckedEngine checked;
  EXPECT_FALSE(checked.apply({time_from_us(0), "", ApplyConfig{1, writer.config()}}));
  for (int i = 0; i < commands; ++i) {
    const Command command = writer.next(checked.engine());
    if (checked.engine().next_deadline() <= command.at) {
      EXPECT_EQ(checked.apply({command.at, "", AdvanceTime{}}), std::nullopt);
    }
    EXPECT_EQ(checked.apply(command), std::nullopt);
  }
  return checked;
}

TEST(Snapshot, ARestoredEngineGoesOnExactlyLikeTheOriginal) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    CheckedEngine original = lived_in(seed, 100);
    CheckedEngine restored;
    ASSERT_EQ(restored.engine().restore(original.engine().snapshot()), std::nullopt);
    ASSERT_TRUE(restored.engine().check_invariants().empty());
    TapeWriter writer(seed + 1000);
    for (int i = 0; i < 100; ++i) {
      Command command = writer.next(original.engine());
      if (original.engine().next_deadline() <= command.at) {
        ASSERT_EQ(original.apply({command.at, "", AdvanceTime{}}), std::nullopt);
        ASSERT_EQ(restored.apply({command.at, "", AdvanceTime{}}), std::nullopt);
      }
      ASSERT_EQ(original.apply(command), std::nullopt);
      ASSERT_EQ(restored.apply(command), std::nullopt);
      ASSERT_EQ(original.engine().digest(), restored.engine().digest())
          << "seed " << seed << " command " << i;
    }
  }
}

// Fewer requests are remembered from the next request on; the snapshot in between has all of them.
TEST(Snapshot, ALoweredLimitOfRequestsIsNoDamage) {
  CheckedEngine checked;
  TenantConfig config;
  config.queues.push_back({.name = "sales"});
  EXPECT_FALSE(checked.apply({time_from_us(0), "", ApplyConfig{1, config}}));
  for (int i = 0; i < 10; ++i) {
    const std::string id = std::to_string(i);
    EXPECT_FALSE(
        checked.apply({time_from_us(1), "r" + id, SubmitContact{.contact = "c" + id, .queue = "sales"}}));
  }
  config.limits.request_ids = 4;
  EXPECT_FALSE(checked.apply({time_from_us(2), "", ApplyConfig{2, config}}));
  Engine restored;
  ASSERT_EQ(restored.restore(checked.engine().snapshot()), std::nullopt);
  EXPECT_EQ(restored.digest(), checked.engine().digest());
}

TEST(Snapshot, EveryTruncationIsRefusedAndChangesNothing) {
  CheckedEngine original = lived_in(3, 80);
  const std::string bytes = original.engine().snapshot();
  Engine engine;
  const std::uint64_t before = engine.digest();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_TRUE(engine.restore(std::string_view(bytes).substr(0, size)).has_value()) << size;
    ASSERT_EQ(engine.digest(), before);
  }
  EXPECT_EQ(engine.restore(bytes), std::nullopt);
}

TEST(Snapshot, ADamagedByteNeverCrashes) {
  CheckedEngine original = lived_in(4, 80);
  const std::string bytes = original.engine().snapshot();
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
    Engine engine;
    engine.restore(damaged);  // the store's checksum finds such damage; here it must only not go astray
  }
}

// An engine whose queue was removed while a contact waits in it, and which nothing can be sent to any more.
Engine with_a_drained_queue() {
  TenantConfig config;
  config.removed_queues = RemovedQueues::Drain;
  config.queues.push_back({.name = "sales", .relax = {{60s, "english >= 50"}}});
  config.queues.front().hours.at_closing = {ClosedAction::Deflect, "voicemail"};
  Engine engine;
  std::vector<Event> events;
  EXPECT_TRUE(engine.apply({Time{}, "", ApplyConfig{1, config}}, events).accepted());
  EXPECT_TRUE(
      engine.apply({Time{}, "", SubmitContact{.contact = "c1", .queue = "sales"}}, events).accepted());
  config.queues.clear();
  EXPECT_TRUE(engine.apply({Time{}, "", ApplyConfig{2, config}}, events).accepted());
  return engine;
}

TEST(Snapshot, AQueueOfThePastIsOpen) {
  std::string bytes = with_a_drained_queue().snapshot();
  Engine engine;
  ASSERT_EQ(engine.restore(bytes), std::nullopt);
  constexpr std::size_t kLastAgent = 8 + 8 + 1;  // what follows in the configuration
  const std::size_t open = bytes.find("voicemail") + std::string("voicemail").size() + kLastAgent;
  ASSERT_EQ(bytes[open], 1);
  bytes[open] = 0;
  EXPECT_TRUE(engine.restore(bytes).has_value());
}

TEST(Snapshot, AStepOfAQueueIsNoLongerThanAConfigurationAllows) {
  std::string bytes = with_a_drained_queue().snapshot();
  const std::string step = "english >= 50";
  std::string longer = step;
  while (longer.size() <= kMaxRequirementLength) longer += " and " + step;
  const std::size_t at = bytes.find(step);
  ASSERT_EQ(bytes[at - 8], static_cast<char>(step.size()));
  bytes.replace(at, step.size(), longer);
  bytes[at - 8] = static_cast<char>(longer.size() % 256);
  bytes[at - 7] = static_cast<char>(longer.size() / 256);
  Engine engine;
  EXPECT_TRUE(engine.restore(bytes).has_value());
}

TEST(Snapshot, AnotherFormatIsRefusedWithAWordOnWhatToDo) {
  for (const auto& [format, word] : {std::pair(99, "newer"), std::pair(1, "before the first release")}) {
    std::string bytes = Engine().snapshot();
    bytes[4] = static_cast<char>(format);
    Engine engine;
    const auto error = engine.restore(bytes);
    ASSERT_TRUE(error.has_value());
    EXPECT_NE(error->find(word), std::string::npos) << *error;
  }
}

TEST(Snapshot, AnEngineWithoutAConfigurationGoesOnAlike) {
  Engine engine;
  std::vector<Event> events;
  ASSERT_TRUE(engine.apply({Time{}, "", Login{"ana", {}, true}}, events).accepted());
  Engine restored;
  ASSERT_EQ(restored.restore(engine.snapshot()), std::nullopt);
  for (Engine* each : {&engine, &restored}) {
    ASSERT_TRUE(each->apply({Time{Duration{1}}, "", SetNotReady{"ana", "lunch"}}, events).accepted());
  }
  EXPECT_EQ(restored.digest(), engine.digest());
}

}  // namespace
}  // namespace cordboard::testing
