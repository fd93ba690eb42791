#include "agents-sim/compare/compare_command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "agents-sim/compare/comparison.h"
#include "agents-sim/scenario/scenario_reader.h"
#include "agents-sim/virtual/replications.h"

namespace cordboard::sim {
namespace {

struct CompareArguments {
  std::string a;
  std::string b;
  SimulationOptions options{.replications = 10};
  bool any_contacts = false;
  bool json = false;
};

std::optional<Scenario> load(const std::string& path) {
  ScenarioResult loaded = load_scenario_file(path);
  std::fputs(loaded.diagnostics.text().c_str(), stderr);
  return std::move(loaded.scenario);
}

std::optional<Results> simulate_named(const NamedScenario& named, const CellPlan& plan,
                                      const SimulationOptions& options) {
  Results results = simulate(*named.scenario, plan, options);
  for (const std::string& problem : results.problems()) {
    if (problem.empty()) continue;
    std::fprintf(stderr, "%s: %s\n", named.name.c_str(), problem.c_str());
    return std::nullopt;
  }
  return results;
}

bool accept_contacts(const NamedScenario& a, const NamedScenario& b, bool any_contacts) {
  const std::vector<std::string> differences = contact_differences(a, b);
  for (const std::string& difference : differences) std::fprintf(stderr, "%s\n", difference.c_str());
  if (differences.empty() || any_contacts) return true;
  std::fputs(
      "the contacts differ, so a difference would not be that of the policies; "
      "--different-contacts compares all the same\n",
      stderr);
  return false;
}

int run(const CompareArguments& arguments) {
  const auto scenario_a = load(arguments.a);
  const auto scenario_b = load(arguments.b);
  if (!scenario_a || !scenario_b) return 1;
  const NamedScenario a{&*scenario_a, arguments.a};
  const NamedScenario b{&*scenario_b, arguments.b};
  if (!accept_contacts(a, b, arguments.any_contacts)) return 1;
  const CellPlan plan_a(*scenario_a);
  const CellPlan plan_b(*scenario_b);
  const auto results_a = simulate_named(a, plan_a, arguments.options);
  const auto results_b = simulate_named(b, plan_b, arguments.options);
  if (!results_a || !results_b) return 1;
  const std::string report = arguments.json ? comparison_json(*results_a, *results_b)
                                            : "A " + arguments.a + "\nB " + arguments.b + "\n" +
                                                  comparison_table(*results_a, *results_b);
  std::fputs(report.c_str(), stdout);
  return 0;
}

}  // namespace

void add_compare_command(CLI::App& app, int& status) {
  const auto arguments = std::make_shared<CompareArguments>();
  CLI::App* command =
      app.add_subcommand("compare", "Run two scenarios on the same contacts (docs/SIMULATOR.md)");
  command->add_option("a", arguments->a, "Scenario file (YAML)")->required();
  command->add_option("b", arguments->b, "The other scenario file")->required();
  command->add_option("--seed", arguments->options.seed, "Of all random numbers")->capture_default_str();
  command->add_option("--replications", arguments->options.replications, "Pairs of runs")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command->add_option("--threads", arguments->options.threads, "Runs at the same time; 0 is one per core")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  command->add_flag("--different-contacts", arguments->any_contacts, "Compare although the contacts differ");
  command->add_flag("--json", arguments->json, "Print one JSON object");
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace cordboard::sim
