#include "agents-sim/audit/eligibility.h"

#include <gtest/gtest.h>

#include <string>

#include "agents-sim/base/random.h"
#include "router/core/requirement.h"

namespace cordboard::sim {
namespace {

const std::vector<SkillLevel> kAna = {{"billing", 40}, {"english", 80}};
const std::vector<SkillLevel> kBen = {{"english", 50}};
const std::vector<SkillLevel> kCem = {{"billing", 90}, {"trainee", 1}};

// The table of docs/CONFIGURATION.md.
TEST(EligibilityTest, IsAsTheManualSays) {
  struct Row {
    const char* requirement;
    bool ana, ben, cem;
  };
  for (const Row& row : {Row{"english", true, true, false},
                         {"english >= 60 or billing >= 60", true, false, true},
                         {"billing and not trainee", true, false, false},
                         {"english < 60", false, true, false},
                         {"not english >= 60", false, true, true},
                         {"", true, true, true},
                         {"any", true, true, true},
                         {"english==80", true, false, false},
                         {"english != 50", true, false, false},
                         {"english>80 or tier-2", false, false, false},
                         {"(english or billing) and (billing > 40)", false, false, true},
                         {"trainee or english and billing", true, false, true}}) {
    EXPECT_EQ(meets(row.requirement, kAna), row.ana) << row.requirement;
    EXPECT_EQ(meets(row.requirement, kBen), row.ben) << row.requirement;
    EXPECT_EQ(meets(row.requirement, kCem), row.cem) << row.requirement;
  }
}

std::string random_requirement(RandomStream& random, int depth) {
  const auto draw = [&](std::uint64_t below) { return random.next() % below; };
  switch (depth == 0 ? 0 : draw(5)) {
    case 1:
      return random_requirement(random, depth - 1) + " and " + random_requirement(random, depth - 1);
    case 2:
      return random_requirement(random, depth - 1) + " or " + random_requirement(random, depth - 1);
    case 3:
      return "not (" + random_requirement(random, depth - 1) + ")";
    case 4:
      return "(" + random_requirement(random, depth - 1) + ")";
    default:
      break;
  }
  static constexpr const char* kSigns[] = {"", ">=", ">", "<=", "<", "==", "!="};
  const std::string skill = draw(2) == 0 ? "english" : draw(2) == 0 ? "billing" : "trainee";
  const std::string sign = kSigns[draw(7)];
  return sign.empty() ? skill : skill + sign + std::to_string(1 + draw(100));
}

TEST(EligibilityTest, AgreesWithTheRouter) {
  RandomStream random(1, 0, "eligibility");
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = random_requirement(random, 4);
    const auto parsed = parse_requirement(text);
    ASSERT_TRUE(std::holds_alternative<Requirement>(parsed)) << text;
    for (const auto& skills : {kAna, kBen, kCem}) {
      ASSERT_EQ(meets(text, skills), std::get<Requirement>(parsed).accepts(skills)) << text;
    }
  }
}

}  // namespace
}  // namespace cordboard::sim
