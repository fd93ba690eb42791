#include "agents-sim/virtual/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agents-sim/scenario/scenario_reader.h"
#include "agents-sim/virtual/replications.h"
#include "router/config/yaml_reader.h"

namespace cordboard::sim {
namespace {

Results simulate_file(const std::string& name, std::uint32_t replications) {
  const ScenarioResult loaded =
      load_scenario_file(CORDBOARD_SOURCE_DIR "/tests/sim/scenarios/" + name + ".yaml");
  EXPECT_TRUE(loaded.scenario) << loaded.diagnostics.text();
  const CellPlan plan(*loaded.scenario);
  SimulationOptions options;
  options.replications = replications;
  return simulate(*loaded.scenario, plan, options);
}

// JSON is YAML, so the project's own reader can check its shape.
TEST(Report, JsonHasEveryKeyOfTheContract) {
  YamlFile file(to_json(simulate_file("faults", 2), 1234567.8), "json");
  ASSERT_FALSE(file.diagnostics().has_errors()) << file.diagnostics().text();
  const Reader root = file.root();
  for (const char* key : {"seed", "replications", "contacts", "queues", "agents", "notes", "commands",
                          "commands_per_second", "digest"}) {
    EXPECT_TRUE(root.find(key)) << key;
  }
  const Reader buyers = *root.find("contacts")->find("buyers");
  for (const char* key : {"offered", "answered", "abandoned", "blocked", "p_wait", "mean_wait_s",
                          "mean_wait_answered_s", "p95_wait_s", "service_level", "abandon_rate"}) {
    const auto statistic = buyers.find(key);
    ASSERT_TRUE(statistic) << key;
    EXPECT_TRUE(statistic->find("mean")->number({0, 1e9})) << key;
    EXPECT_TRUE(statistic->find("ci95")->number({0, 1e9})) << key;
  }
  EXPECT_TRUE(root.find("agents")->find("ana")->find("occupancy")->find("mean")->number({0, 1}));
  EXPECT_EQ(root.find("commands_per_second")->integer({0, 10'000'000}), 1234568);
  EXPECT_EQ(root.find("digest")->text()->size(), 16u);
  EXPECT_FALSE(file.diagnostics().has_errors()) << file.diagnostics().text();
}

TEST(Report, WhatIsNotKnownIsNull) {
  const Results results = simulate_file("recorded", 1);
  // All five calls fall into the first batch, so there is nothing to compare it with.
  EXPECT_THAT(to_json(results, 1), testing::HasSubstr("\"p_wait\":{\"mean\":0.8,\"ci95\":null}"));
}

TEST(Report, TheTableShowsWhatHappenedAndLeavesOutWhatDidNot) {
  const std::string table = to_table(simulate_file("recorded", 1), 1, 2);
  EXPECT_THAT(table, testing::HasSubstr("mean_wait_s"));
  EXPECT_THAT(table, testing::HasSubstr("abandoned"));
  EXPECT_THAT(table, testing::Not(testing::HasSubstr("blocked")));
}

// offered = answered + abandoned + expired + cancelled + still waiting, for every stream, queue and unit.
TEST(Report, EveryContactThatEnteredIsAccountedFor) {
  for (const char* name : {"faults", "strategies", "recorded"}) {
    const Results results = simulate_file(name, 1);
    std::uint64_t by_stream = 0;
    std::uint64_t by_queue = 0;
    for (const auto* rows : {&results.streams(), &results.queues()}) {
      for (const ContactRow& row : *rows) {
        for (const ContactTally& t : row.units) {
          EXPECT_EQ(t.offered, t.answered + t.abandoned + t.expired + t.cancelled + t.still_waiting)
              << row.name;
          (rows == &results.streams() ? by_stream : by_queue) += t.offered;
        }
      }
    }
    EXPECT_GT(by_stream, 0u);
    EXPECT_EQ(by_stream, by_queue);
  }
}

}  // namespace
}  // namespace cordboard::sim
