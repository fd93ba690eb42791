#include "router/core/requirement.h"

#include <gtest/gtest.h>

#include <functional>

#include "router/core/rng.h"

namespace cordboard {
namespace {

const std::vector<SkillLevel> kAna = {{"billing", 30}, {"english", 80}, {"refunds", 20}};

bool accepts(const std::string& text, const std::vector<SkillLevel>& skills = kAna) {
  const auto parsed = parse_requirement(text);
  EXPECT_TRUE(std::holds_alternative<Requirement>(parsed))
      << text << ": " << std::get<RequirementError>(parsed).message();
  return std::get<Requirement>(parsed).accepts(skills);
}

TEST(Requirement, EveryFormOfTheGrammarMeansWhatItSays) {
  const std::pair<const char*, bool> cases[] = {
      {"", true},
      {"any", true},
      {"english", true},
      {"german", false},
      {"english >= 80", true},
      {"english >= 81", false},
      {"english > 79", true},
      {"english > 80", false},
      {"english <= 80", true},
      {"english < 80", false},
      {"english == 80", true},
      {"english != 80", false},
      {"not german", true},
      {"not english", false},
      {"english and billing", true},
      {"english and german", false},
      {"german or billing", true},
      {"english >= 60 and (billing or refunds >= 30) and not trainee", true},
      {"english >= 60 and (german or refunds >= 30)", false},
      {"german or english and billing", true},
      {"(german or english) and spanish", false},
      {"not (german or spanish)", true},
      {"not not english", true},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(accepts(text), expected) << text;
}

TEST(Requirement, EveryComparisonWithAnAbsentSkillIsFalse) {
  for (const char* op : {">= 1", "> 1", "<= 100", "< 100", "== 1", "!= 1"}) {
    EXPECT_FALSE(accepts(std::string("german ") + op)) << op;
  }
}

TEST(Requirement, ErrorsNameThePositionAndWhatWasExpected) {
  const std::tuple<const char*, std::size_t, const char*> cases[] = {
      {"english >=", 10, "a level from 1 to 100"},
      {"english >= 0", 11, "a level from 1 to 100"},
      {"english >= 101", 11, "a level from 1 to 100"},
      {"english >= 5x", 11, "a level from 1 to 100"},
      {"and english", 0, "a skill, 'not', 'any' or '('"},
      {"english and", 11, "a skill, 'not', 'any' or '('"},
      {"(english", 8, "'and', 'or' or ')'"},
      {"english)", 7, "'and', 'or' or the end"},
      {"english billing", 8, "'and', 'or' or the end"},
      {"7up", 0, "a skill, 'not', 'any' or '('"},
      {"english = 5", 8, "'and', 'or' or the end"},
  };
  for (const auto& [text, position, expected] : cases) {
    const auto parsed = parse_requirement(text);
    ASSERT_TRUE(std::holds_alternative<RequirementError>(parsed)) << text;
    EXPECT_EQ(std::get<RequirementError>(parsed).position, position) << text;
    EXPECT_EQ(std::get<RequirementError>(parsed).expected, expected) << text;
  }
}

TEST(Requirement, TooLongAndTooDeepAreErrorsNotCrashes) {
  EXPECT_TRUE(std::holds_alternative<RequirementError>(parse_requirement(std::string(2000, ' ') + "a")));
  EXPECT_TRUE(std::holds_alternative<RequirementError>(parse_requirement(std::string(500, '(') + "a")));
  std::string nots;
  for (int i = 0; i < 100; ++i) nots += "not ";
  EXPECT_TRUE(std::holds_alternative<RequirementError>(parse_requirement(nots + "a")));
}

TEST(Requirement, EqualRequirementsHaveOneCanonicalText) {
  const auto canonical = [](const char* text) {
    return std::get<Requirement>(parse_requirement(text)).canonical();
  };
  EXPECT_EQ(canonical("b and a"), canonical(" a  and b and a"));
  EXPECT_EQ(canonical("a and (b and c)"), canonical("(c and a) and b"));
  EXPECT_EQ(canonical("a"), canonical("a >= 1"));
  EXPECT_EQ(canonical("any"), "");
  EXPECT_NE(canonical("a and (b or c)"), canonical("(a and b) or c"));
}

// The canonical text spells out levels and parentheses: it may be longer and deeper than a client's may be.
TEST(Requirement, TheCanonicalTextOfTheLongestAndDeepestCanBeRead) {
  std::string deep;  // a or b and (a or b and (...
  for (std::size_t i = 1; i < kMaxRequirementDepth; ++i) deep += "a or b and (";
  deep += "c" + std::string(kMaxRequirementDepth - 1, ')');
  std::string wide = "(aa)";
  for (char a = 'a'; wide.size() < kMaxRequirementLength - 30; ++a) {
    for (char b = 'b'; b <= 'x' && wide.size() < kMaxRequirementLength - 30; b += 2) {
      wide += std::string("or(") + a + b + ")and(" + a + static_cast<char>(b + 1) + ")";
    }
  }
  for (const std::string& text : {deep, wide}) {
    const auto given = parse_requirement(text);
    ASSERT_TRUE(std::holds_alternative<Requirement>(given)) << std::get<RequirementError>(given).message();
    const std::string& canonical = std::get<Requirement>(given).canonical();
    ASSERT_TRUE(std::holds_alternative<RequirementError>(parse_requirement(canonical))) << canonical;
    const auto again = parse_canonical(canonical);
    ASSERT_TRUE(std::holds_alternative<Requirement>(again)) << canonical;
    EXPECT_EQ(std::get<Requirement>(again).canonical(), canonical);
  }
}

TEST(Requirement, TheCanonicalTextMeansTheSame) {
  Rng rng{7};
  const std::function<std::string(int)> random_text = [&](int depth) -> std::string {
    const auto pick = rng.next() % (depth == 0 ? 2 : 5);
    const std::string skill(1, static_cast<char>('a' + rng.next() % 3));
    if (pick == 0) return skill;
    if (pick == 1) return skill + " < " + std::to_string(1 + rng.next() % 100);
    if (pick == 2) return "not (" + random_text(depth - 1) + ")";
    return "(" + random_text(depth - 1) + (pick == 3 ? " and " : " or ") + random_text(depth - 1) + ")";
  };
  for (int i = 0; i < 2000; ++i) {
    const std::string text = random_text(4);
    const auto requirement = std::get<Requirement>(parse_requirement(text));
    const auto again = std::get<Requirement>(parse_canonical(requirement.canonical()));
    EXPECT_EQ(again.canonical(), requirement.canonical()) << text;
    for (std::uint32_t who = 0; who < 8; ++who) {
      std::vector<SkillLevel> skills;
      for (std::uint32_t s = 0; s < 3; ++s) {
        if ((who >> s & 1) != 0) skills.push_back({std::string(1, static_cast<char>('a' + s)), 50});
      }
      EXPECT_EQ(requirement.accepts(skills), again.accepts(skills)) << text;
    }
  }
}

}  // namespace
}  // namespace cordboard
