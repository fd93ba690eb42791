#include "router/config/config_changes.h"

#include <gtest/gtest.h>

#include "router/core/utf8.h"

namespace cordboard {
namespace {

std::string changes(std::string_view before, std::string_view after) {
  std::string text;
  for (const ConfigChange& change : config_changes(before, after).changes) text += to_string(change) + "\n";
  return text;
}

TEST(ConfigChanges, TheSameTextHasNone) {
  const char* const text = "queues: [{name: a, requires: x}]\nagents: [{id: b, skills: {x: 1}}]\n";
  EXPECT_EQ(changes(text, text), "");
}

TEST(ConfigChanges, CommentsAndTheOrderOfKeysAreNone) {
  EXPECT_EQ(changes("a: 1\nb: [2]  # why\n", "b:\n  - 2\na: 1\n"), "");
}

TEST(ConfigChanges, QueuesAndAgentsAreMatchedByName) {
  EXPECT_EQ(changes("queues: [{name: a}, {name: b, max_wait: 1h}]\nagents: [{id: ana, skills: {x: 5}}]\n",
                    "queues: [{name: b, max_wait: 2h}, {name: a, priority: 3}, {name: c, requires: x}]\n"
                    "agents: [{id: ana, skills: {x: 6}}, {id_prefix: t, count: 2}]\n"),
            "queues[b].max_wait: 1h -> 2h\n"
            "queues[a].priority: added 3\n"
            "queues[c]: added {name: c, requires: x}\n"
            "agents[ana].skills.x: 5 -> 6\n"
            "agents[t]: added {id_prefix: t, count: 2}\n");
}

TEST(ConfigChanges, WhatIsGoneComesLast) {
  EXPECT_EQ(changes("queues: [{name: a, priority: 1}, {name: b}]\npriority_point: 5s\n",
                    "queues: [{name: a}]\ndecline_cooldown: 1s\n"),
            "queues[a].priority: removed 1\n"
            "queues[b]: removed {name: b}\n"
            "decline_cooldown: added 1s\n"
            "priority_point: removed 5s\n");
}

TEST(ConfigChanges, ARenamedQueueIsComparedWithWhatItWas) {
  EXPECT_EQ(
      changes("queues: [{name: a, requires: x}]\n", "queues: [{name: b, renamed_from: a, requires: y}]\n"),
      "queues[b].name: a -> b\n"
      "queues[b].renamed_from: added a\n"
      "queues[b].requires: x -> y\n");
}

TEST(ConfigChanges, ListsWithoutNamesAreComparedByPlace) {
  EXPECT_EQ(changes("a: [1, 2, 3]\n", "a: [1, 5]\n"), "a[1]: 2 -> 5\na[2]: removed 3\n");
}

TEST(ConfigChanges, AnotherKindOfValueIsShownWhole) {
  EXPECT_EQ(changes("a: {b: [1, 2]}\n", "a: 5\n"), "a: {b: [1, 2]} -> 5\n");
}

TEST(ConfigChanges, LongValuesAndLongListsAreCut) {
  const std::string requirement(1000, 'x');
  const auto long_value = config_changes("a: 1\n", "a: " + requirement + "\n");
  EXPECT_EQ(long_value.changes.at(0).after.size(), kMaxShownValue);
  std::string many = "queues:\n";
  for (std::size_t i = 0; i < kMaxConfigChanges + 7; ++i) many += "  - {name: q" + std::to_string(i) + "}\n";
  const auto added = config_changes("queues: []\n", many);
  EXPECT_EQ(added.changes.size(), kMaxConfigChanges);
  EXPECT_EQ(added.left_out, 7u);
}

TEST(ConfigChanges, LongValuesThatDifferOnlyAtTheEndAreAChange) {
  const std::string same(299, 'x');
  const auto found = config_changes("a: " + same + "y\n", "a: " + same + "z\n");
  ASSERT_EQ(found.changes.size(), 1u);
  const ConfigChange& change = found.changes[0];
  EXPECT_LE(change.before.size(), kMaxShownValue);
  EXPECT_TRUE(change.before.starts_with("...x") && change.before.ends_with("xy")) << change.before;
  EXPECT_TRUE(change.after.starts_with("...x") && change.after.ends_with("xz")) << change.after;
}

// A reply with half a character in it is refused by proto3.
TEST(ConfigChanges, NoCutGoesThroughACharacter) {
  for (std::size_t shift = 0; shift < 4; ++shift) {
    std::string value(shift, 'x');
    while (value.size() < 2 * kMaxShownValue) value += "\xF0\x9F\x93\x9E";
    const std::string other = value + "y" + value;
    for (const auto& found : {config_changes("a: 1\n", "a: " + value + "\n"),
                              config_changes("a: " + value + "\n", "a: " + other + "\n")}) {
      for (const std::string& shown : {found.changes.at(0).before, found.changes.at(0).after}) {
        EXPECT_LE(shown.size(), kMaxShownValue);
        EXPECT_EQ(find_invalid_utf8(shown), std::string::npos) << shown;
      }
    }
  }
}

}  // namespace
}  // namespace cordboard
