// Every bad input of bad_configs.txt gives exactly the diagnostics written below it.
//
// CORDBOARD_UPDATE_GOLDEN=1 rewrites the file with what the parser says; review the difference.

#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/config/diagnose.h"

namespace cordboard {
namespace {

const std::string kGoldenFile = CORDBOARD_SOURCE_DIR "/tests/config/bad_configs.txt";

struct BadConfig {
  std::string title;
  std::string yaml;
  std::string diagnostics;
};

void PrintTo(const BadConfig& bad, std::ostream* out) { *out << bad.title; }

std::vector<BadConfig> read_golden_file() {
  std::vector<BadConfig> configs;
  std::ifstream file(kGoldenFile);
  std::string* part = nullptr;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("=== ")) {
      configs.push_back({line.substr(4), "", ""});
      part = &configs.back().yaml;
    } else if (line == ">>>") {
      part = &configs.back().diagnostics;
    } else {
      *part += line + "\n";
    }
  }
  return configs;
}

bool update_golden() { return std::getenv("CORDBOARD_UPDATE_GOLDEN") != nullptr; }

class BadConfigTest : public testing::TestWithParam<BadConfig> {};

TEST_P(BadConfigTest, IsRefusedWithExactlyTheseDiagnostics) {
  const ConfigResult result = parse_config(GetParam().yaml, "x.yaml");
  EXPECT_FALSE(result.config.has_value());
  EXPECT_TRUE(result.diagnostics.has_errors());
  if (!update_golden()) {
    EXPECT_EQ(result.diagnostics.text(), GetParam().diagnostics) << GetParam().yaml;
  }
}

std::string test_name(const testing::TestParamInfo<BadConfig>& info) {
  std::string name;
  bool word_begins = true;
  for (const char c : info.param.title) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      name += word_begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    }
    word_begins = c == ' ';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Golden, BadConfigTest, testing::ValuesIn(read_golden_file()), test_name);

void rewrite_golden_file() {
  std::ostringstream text;
  for (const BadConfig& bad : read_golden_file()) {
    text << "=== " << bad.title << "\n" << bad.yaml << ">>>\n" << diagnose(bad.yaml);
  }
  std::ofstream(kGoldenFile) << text.str();
}

TEST(BadConfigFile, HasAtLeastFortyCases) {
  if (update_golden()) rewrite_golden_file();
  EXPECT_GE(read_golden_file().size(), 40u);
}

}  // namespace
}  // namespace cordboard
