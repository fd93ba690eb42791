#include "agents-sim/agent_group_reader.h"

#include <algorithm>
#include <utility>

#include "agents-sim/distribution_reader.h"
#include "agents-sim/mapping.h"
#include "router/core/requirement.h"

namespace cordboard::sim {
namespace {

constexpr std::size_t kLongestName = 56;  // leaves room for "-100000" in an agent id of 64

bool is_agent_name(const std::string& name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-' || c == '@';
  };
  return !name.empty() && name.size() <= kLongestName && std::all_of(name.begin(), name.end(), allowed);
}

std::string read_name(const Reader& reader) {
  std::string name = reader.text().value_or("invalid");
  if (!is_agent_name(name)) reader.expected("a name of 1 to 56 letters, digits and _ . @ -");
  return name;
}

std::vector<SkillLevel> read_skills(const Reader& reader) {
  std::vector<SkillLevel> skills;
  for (const Field& field : reader.fields()) {
    if (!is_skill_name(field.name)) field.key.expected("the name of a skill");
    const auto level = field.value.integer({1, 100});
    skills.push_back({field.name, static_cast<std::uint8_t>(level.value_or(1))});
  }
  std::sort(skills.begin(), skills.end());
  return skills;
}

ChannelConfig read_channel(const Reader& reader) {
  ChannelConfig channel;
  Mapping mapping(reader);
  if (const auto name = mapping.require("name")) channel.name = name->text().value_or("");
  if (const auto units = mapping.find("units")) {
    channel.units = static_cast<std::uint32_t>(units->integer({1, kAgentCapacityUnits}).value_or(1));
  }
  if (const auto most = mapping.find("max_contacts")) {
    channel.max_contacts = static_cast<std::uint32_t>(most->integer({1, 100}).value_or(1));
  }
  mapping.reject_unknown();
  return channel;
}

Disconnects read_disconnects(const Reader& reader, const std::string& directory) {
  Disconnects disconnects;
  Mapping mapping(reader);
  const auto every = mapping.require("every");
  const auto absence = mapping.require("for");
  mapping.reject_unknown();
  if (every) disconnects.every = read_distribution(*every, directory).value_or(Distribution::never());
  if (absence) disconnects.absence = read_distribution(*absence, directory).value_or(Distribution{});
  if (every && disconnects.every.upper_bound() == Duration::zero()) every->error("must be longer than 0s");
  return disconnects;
}

double read_probability(const std::optional<Reader>& reader) {
  return reader ? reader->number({0.0, 1.0}).value_or(0) : 0;
}

}  // namespace

AgentGroup read_agent_group(const Reader& reader, const std::string& directory) {
  AgentGroup group;
  Mapping mapping(reader);
  const auto distribution = [&](std::string_view key) {
    const auto value = mapping.find(key);
    return value ? read_distribution(*value, directory).value_or(Distribution{}) : Distribution{};
  };
  if (const auto name = mapping.require("name")) group.name = read_name(*name);
  if (const auto count = mapping.find("count")) {
    group.count = static_cast<std::uint32_t>(count->integer({1, 100'000}).value_or(1));
  }
  if (const auto skills = mapping.find("skills")) group.profile.skills = read_skills(*skills);
  if (const auto channels = mapping.find("channels")) {
    for (const Reader& item : channels->items()) group.profile.channels.push_back(read_channel(item));
  }
  group.wrap_up = distribution("wrap_up");
  group.answer_delay = distribution("answer_delay");
  group.no_answer_probability = read_probability(mapping.find("no_answer_probability"));
  group.decline_probability = read_probability(mapping.find("decline_probability"));
  if (const auto disconnects = mapping.find("disconnects")) {
    group.disconnects = read_disconnects(*disconnects, directory);
  }
  mapping.reject_unknown();
  return group;
}

}  // namespace cordboard::sim
