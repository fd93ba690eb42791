// Golden scenarios: tests/scenarios/*.txt. CORDBOARD_REWRITE=1 writes what happens into the files; review the
// difference before committing it.

#include "tests/support/scenario.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace cordboard::testing {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> scenario_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(fs::path(CORDBOARD_SOURCE_DIR) / "tests/scenarios")) {
    if (entry.path().extension() == ".txt") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Scenario : public ::testing::TestWithParam<std::string> {};

TEST_P(Scenario, HappensAsWritten) {
  const fs::path file = fs::path(CORDBOARD_SOURCE_DIR) / "tests/scenarios" / (GetParam() + ".txt");
  std::stringstream golden;
  golden << std::ifstream(file).rdbuf();
  const std::string happened = run_scenario(golden.str());
  EXPECT_EQ(happened.find("BROKEN"), std::string::npos) << happened;
  if (std::getenv("CORDBOARD_REWRITE") != nullptr) {
    std::ofstream(file) << happened;
  } else {
    EXPECT_EQ(happened, golden.str());
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, Scenario, ::testing::ValuesIn(scenario_names()),
                         [](const auto& name) { return name.param; });

}  // namespace
}  // namespace cordboard::testing
