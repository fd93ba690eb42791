#include "agents-sim/scenario/scenario_reader.h"

#include <filesystem>
#include <set>
#include <utility>

#include "agents-sim/scenario/agent_group_reader.h"
#include "agents-sim/scenario/contact_stream_reader.h"
#include "agents-sim/scenario/mapping.h"
#include "agents-sim/scenario/weekday.h"
#include "router/config/config.h"

namespace cordboard::sim {
namespace {

constexpr DurationRange kHorizon{std::chrono::milliseconds{1}, kLongestSample};

// Results are reported by name, so a name that comes twice would hide one of them.
template <class Named>
void reject_repeated(const Reader& list, const std::vector<Named>& items) {
  std::set<std::string_view> seen;
  for (const Named& item : items) {
    if (!item.name.empty() && !seen.insert(item.name).second)
      list.error("the name `" + item.name + "` comes twice");
  }
}

void read_agents(const Reader& list, const std::string& directory, std::size_t first_day,
                 Scenario& scenario) {
  for (const Reader& item : list.items()) {
    scenario.agents.push_back(read_agent_group(item, directory, scenario.router, first_day));
  }
  reject_repeated(list, scenario.agents);
}

void read_contacts(const Reader& list, const std::string& directory, std::size_t first_day,
                   Scenario& scenario) {
  for (const Reader& item : list.items()) {
    scenario.contacts.push_back(read_contact_stream(item, directory, scenario.router, first_day));
  }
  if (list.is_list() && scenario.contacts.empty()) list.error("expected at least one stream of contacts");
  reject_repeated(list, scenario.contacts);
}

// A wrap-up longer than the queue allows is ended by the engine; theory and wishes then part. A queue without
// wrap-up (0s) means it.
void warn_of_short_wrap_up(const Reader& agents, const Scenario& scenario) {
  const QueueConfig* strictest = nullptr;
  for (const QueueConfig& queue : scenario.router.queues) {
    if (queue.wrap_up_timeout == Duration::zero()) continue;
    if (strictest == nullptr || queue.wrap_up_timeout < strictest->wrap_up_timeout) strictest = &queue;
  }
  for (const AgentGroup& group : scenario.agents) {
    if (strictest == nullptr || group.wrap_up.upper_bound() <= strictest->wrap_up_timeout) continue;
    agents.warning("wrap_up of `" + group.name + "` can be longer than the wrap_up_timeout of queue `" +
                   strictest->name + "` (" + format_duration(strictest->wrap_up_timeout) +
                   "), which then ends it");
  }
}

Scenario read_scenario(const Reader& root, const std::string& directory) {
  Scenario scenario;
  Mapping mapping(root);
  const auto horizon = mapping.require("horizon");
  const auto warmup = mapping.find("warmup");
  const auto first_day_reader = mapping.find("first_day");
  const auto router = mapping.require("router");
  const auto agents = mapping.require("agents");
  const auto contacts = mapping.require("contacts");
  mapping.reject_unknown();
  if (horizon) scenario.horizon = horizon->duration(kHorizon).value_or(Duration{1});
  if (warmup)
    scenario.warmup = warmup->duration({Duration::zero(), kLongestSample}).value_or(Duration::zero());
  const std::size_t first_day = first_day_reader ? read_weekday(*first_day_reader).value_or(0) : 0;
  scenario.first_day = first_day;
  if (router) scenario.router = parse_tenant_config(*router).value_or(TenantConfig{});
  if (agents) read_agents(*agents, directory, first_day, scenario);
  if (contacts) read_contacts(*contacts, directory, first_day, scenario);
  if (agents) warn_of_short_wrap_up(*agents, scenario);
  return scenario;
}

ScenarioResult read_file(YamlFile& file, const std::string& directory) {
  ScenarioResult result;
  if (!file.diagnostics().has_errors()) {
    Scenario scenario = read_scenario(file.root(), directory);
    if (!file.diagnostics().has_errors()) result.scenario = std::move(scenario);
  }
  result.diagnostics = file.diagnostics();
  return result;
}

}  // namespace

ScenarioResult load_scenario_file(const std::string& path) {
  YamlFile file = YamlFile::load(path);
  return read_file(file, std::filesystem::path(path).parent_path().string());
}

ScenarioResult parse_scenario(std::string text, std::string source_name, const std::string& directory) {
  YamlFile file(std::move(text), std::move(source_name));
  return read_file(file, directory);
}

}  // namespace cordboard::sim
