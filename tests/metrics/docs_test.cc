// docs/METRICS.md says what is exported, and its rules compute what it says they compute.

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
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

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "cordboard-rules-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

// The numbers of the example in the page, growing evenly over ten minutes.
const char* const kRuleTest = R"(
rule_files: [rules.yaml]
evaluation_interval: 15s
tests:
  - interval: 1m
    input_series:
      - {series: 'cordboard_queue_left_total{tenant="t",queue="q",outcome="answered"}', values: '0+100x10'}
      - {series: 'cordboard_queue_left_total{tenant="t",queue="q",outcome="abandoned"}', values: '0+6x10'}
      - {series: 'cordboard_queue_answered_within_total{tenant="t",queue="q"}', values: '0+86x10'}
      - {series: 'cordboard_queue_abandoned_within_total{tenant="t",queue="q"}', values: '0+2x10'}
      - {series: 'cordboard_queue_abandoned_short_total{tenant="t",queue="q"}', values: '0+1x10'}
      - {series: 'cordboard_queue_waiting_late{tenant="t",queue="q"}', values: '0x10'}
    promql_expr_test:
)";

TEST(MetricsDocs, RulesComputeTheExample) {
  const std::string docs = read_docs();
  const std::size_t start = docs.find("```yaml\n") + 8;
  const Folder folder;
  folder.write("rules.yaml", docs.substr(start, docs.find("```", start) - start));
  std::string test = kRuleTest;
  const std::pair<const char*, const char*> expected[] = {
      {"strict", "811"},   {"ignore_within", "827"},  {"ignore_short", "819"},
      {"positive", "830"}, {"positive_short", "821"}, {"answered_only", "860"}};
  for (const auto& [variant, permille] : expected) {
    test += "      - expr: round(1000 * cordboard:queue_service_level_" + std::string(variant) +
            ":ratio15m)\n        eval_time: 10m\n        exp_samples: [{labels: "
            "'{tenant=\"t\",queue=\"q\"}', value: " +
            permille + "}]\n";
  }
  const std::string path = folder.write("test.yaml", test);
  EXPECT_EQ(std::system(("promtool test rules " + path).c_str()), 0);
}

}  // namespace
}  // namespace cordboard
