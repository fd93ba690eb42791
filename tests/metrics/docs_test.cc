// docs/METRICS.md says what is exported.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>

#include "router/metrics/metric_catalog.h"

namespace cordboard {
namespace {

std::string read_docs() {
  std::ifstream file(std::string(CORDBOARD_SOURCE_DIR) + "/docs/METRICS.md");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string type_name(prometheus::MetricType type) {
  if (type == prometheus::MetricType::Counter) return "counter";
  return type == prometheus::MetricType::Gauge ? "gauge" : "histogram";
}

struct Row {
  std::string type;
  std::string labels;
  std::string meaning;
  friend bool operator==(const Row&, const Row&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Row& row) {
    return out << row.type << " | " << row.labels << " | " << row.meaning;
  }
};

TEST(MetricsDocs, NameExactlyWhatIsExported) {
  std::map<std::string, Row> documented;
  const std::string docs = read_docs();
  const std::regex row("\\| `(cordboard_\\w+)` \\| (\\w+) \\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\|");
  for (std::sregex_iterator match(docs.begin(), docs.end(), row), end; match != end; ++match) {
    EXPECT_TRUE(documented.try_emplace((*match)[1], Row{(*match)[2], (*match)[4], (*match)[5]}).second);
  }
  std::map<std::string, Row> exported;
  for (const MetricInfo& info : metric_catalog()) {
    const std::string labels = info.labels.empty() ? "-" : std::string(info.labels);
    exported.emplace(info.name, Row{type_name(info.type), labels, std::string(info.help)});
  }
  EXPECT_EQ(documented, exported);
}

TEST(MetricsDocs, FormulasNameOnlyMetricsThatExist) {
  const std::string docs = read_docs();
  const std::regex name("cordboard_\\w+");
  for (std::sregex_iterator match(docs.begin(), docs.end(), name), end; match != end; ++match) {
    std::string found = match->str();
    found = std::regex_replace(found, std::regex("_(sum|bucket|count)$"), "");
    const auto catalog = metric_catalog();
    EXPECT_TRUE(std::any_of(catalog.begin(), catalog.end(), [&](const MetricInfo& i) {
      return i.name == found;
    })) << found;
  }
}

}  // namespace
}  // namespace cordboard
