// docs/CONFIGURATION.md says about every key exactly what the schema says.
//
// The tables between "<!-- keys of PATH -->" and "<!-- end -->" are generated: CORDBOARD_UPDATE_GOLDEN=1
// rewrites them. Everything around them is written by hand.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "router/config/config.h"

namespace cordboard {
namespace {

const std::string kPage = CORDBOARD_SOURCE_DIR "/docs/CONFIGURATION.md";
const std::string kEnd = "<!-- end -->\n";

std::string read_page() {
  std::ostringstream text;
  text << std::ifstream(kPage).rdbuf();
  return std::move(text).str();
}

std::string code(const std::string& text) { return text.empty() ? "" : "`" + text + "`"; }

std::string table_of(const SectionDoc& section) {
  std::string table = "| Key | Type | Default | Limits | Effect |\n|---|---|---|---|---|\n";
  for (const KeyDoc& key : section.keys) {
    // A default with a space is prose: "see below".
    const bool prose = key.fallback.find(' ') != std::string::npos;
    const std::string fallback = key.required ? "required" : prose ? key.fallback : code(key.fallback);
    table += "| " + code(key.name) + " | " + key.type + " | " + fallback + " | " + key.limits + " | " +
             key.effect + " |\n";
  }
  return table;
}

std::string begin_mark(const SectionDoc& section) {
  return "<!-- keys of " + (section.path.empty() ? "the file" : section.path) + " -->\n";
}

TEST(ConfigurationPage, ListsEveryKeyWithItsDefaultAndLimits) {
  std::string page = read_page();
  for (const SectionDoc& section : config_sections()) {
    const std::size_t mark = page.find(begin_mark(section));
    ASSERT_NE(mark, std::string::npos) << begin_mark(section);
    const std::size_t begin = mark + begin_mark(section).size();
    const std::size_t end = page.find(kEnd, begin);
    ASSERT_NE(end, std::string::npos) << "no end after " << begin_mark(section);
    if (std::getenv("CORDBOARD_UPDATE_GOLDEN") != nullptr) {
      page.replace(begin, end - begin, table_of(section));
    } else {
      EXPECT_EQ(page.substr(begin, end - begin), table_of(section))
          << "set CORDBOARD_UPDATE_GOLDEN=1 to rewrite it";
    }
  }
  if (page != read_page()) std::ofstream(kPage) << page;
}

TEST(ConfigurationPage, HasAnExampleOfEveryStrategy) {
  const std::string page = read_page();
  for (int i = 0; i <= static_cast<int>(AgentStrategy::Random); ++i) {
    const std::string heading = "### `" + std::string(to_string(static_cast<AgentStrategy>(i))) + "`";
    EXPECT_NE(page.find(heading), std::string::npos) << heading;
  }
}

// The blocks marked ```yaml on the page are whole files.
TEST(ConfigurationPage, ShowsOnlyConfigurationsThatLoad) {
  const std::string page = read_page();
  const std::string fence = "```yaml\n";
  std::size_t blocks = 0;
  for (std::size_t at = page.find(fence); at != std::string::npos; at = page.find(fence, at)) {
    at += fence.size();
    const std::size_t end = page.find("```\n", at);
    const ConfigResult result = parse_config(page.substr(at, end - at), "example");
    EXPECT_TRUE(result.config.has_value()) << page.substr(at, end - at);
    EXPECT_EQ(result.diagnostics.text(), "");
    at = end;
    ++blocks;
  }
  EXPECT_GE(blocks, 3u);
}

}  // namespace
}  // namespace cordboard
