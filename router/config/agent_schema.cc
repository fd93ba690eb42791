#include <algorithm>
#include <set>

#include "router/config/names.h"
#include "router/config/tenant_schema.h"
#include "router/core/match_index.h"

namespace cordboard {
namespace {

constexpr IntegerRange kLevels{1, 100};
constexpr IntegerRange kNumbers{0, 1'000'000};

// [english, billing]: has them, and nothing is said about how well.
void read_skill_list(const Reader& reader, std::vector<SkillLevel>& skills) {
  std::set<std::string> seen;
  for (const Reader& item : reader.items()) {
    const auto name = item.text();
    if (!name) continue;
    auto [problem, suggestion] = skill_rule().check(*name);
    if (!problem.empty()) {
      item.error(std::move(problem), std::move(suggestion));
    } else if (!seen.insert(*name).second) {
      item.error("the skill " + *name + " comes twice", "remove one of them");
    } else {
      skills.push_back({*name, 1});
    }
  }
}

void read_skill_levels(const Reader& reader, std::vector<SkillLevel>& skills) {
  for (const Field& field : reader.fields()) {
    if (!check_key(field, skill_rule())) continue;
    const auto level = field.value.integer(kLevels);
    if (level) skills.push_back({field.name, static_cast<std::uint8_t>(*level)});
  }
}

void read_skills(const Reader& reader, AgentGroup& group) {
  if (reader.node().size() > kMaxSkillsPerAgent) {
    reader.error("more than " + std::to_string(kMaxSkillsPerAgent) + " skills");
    return;
  }
  if (reader.is_list()) {
    read_skill_list(reader, group.profile.skills);
  } else if (reader.is_mapping()) {
    read_skill_levels(reader, group.profile.skills);
  } else {
    reader.expected("a mapping such as {english: 80}, or a list such as [english, billing]");
  }
  std::sort(group.profile.skills.begin(), group.profile.skills.end());
}

void read_channel_list(const Reader& reader, std::vector<ChannelConfig>& channels) {
  std::set<std::string> seen;
  for (const Reader& item : reader.items()) {
    const auto name = item.text();
    if (!name) continue;
    if (!seen.insert(*name).second) {
      item.error("the channel " + printable(*name) + " comes twice", "remove one of them");
    } else {
      channels.push_back({*name, 0, 0});
    }
  }
}

void read_channel_costs(const Reader& reader, std::vector<ChannelConfig>& channels) {
  for (const Field& field : reader.fields()) {
    ChannelConfig& channel = channels.emplace_back(ChannelConfig{field.name, 0, 0});
    if (!field.value.is_null()) agent_channel_schema().read(field.value, channel);
  }
}

void read_agent_channels(const Reader& reader, AgentGroup& group) {
  if (reader.node().size() > MatchIndex::kMaxChannels) {
    reader.error("more than " + std::to_string(MatchIndex::kMaxChannels) + " channels");
    return;
  }
  if (reader.is_list()) {
    read_channel_list(reader, group.profile.channels);
  } else if (reader.is_mapping()) {
    read_channel_costs(reader, group.profile.channels);
  } else {
    reader.expected("a list such as [voice, chat], or a mapping such as {chat: {max_contacts: 2}}");
    return;
  }
  if (reader.node().size() == 0) reader.error("no channel is listed", "remove the key for every channel");
}

// A cost that the agent does not have of its own is that of the tenant.
Key<ChannelConfig> own_cost(Key<ChannelConfig> key) {
  key.doc.fallback = "the channel's";
  return key;
}

Key<AgentGroup> alternative(Key<AgentGroup> key, std::string fallback) {
  key.doc.fallback = std::move(fallback);
  return key;
}

}  // namespace

const Schema<AgentGroup>& agent_schema() {
  using T = AgentGroup;
  static const Schema<T> schema({
      alternative(
          text_key<T>("id", &T::id, agent_id_rule(), "One agent with this id, unique among the agents."),
          "one of `id` and `id_prefix`"),
      alternative(
          text_key<T>("id_prefix", &T::id_prefix, agent_id_rule(),
                      "A group: the ids are the prefix and a number, `sales-1`, `sales-2` and so on."),
          "one of `id` and `id_prefix`"),
      integer_key<T>("count", &T::count, {1, kNumbers.max}, "With `id_prefix`: how many agents."),
      integer_key<T>("first", &T::first, kNumbers, "With `id_prefix`: the number of the first one."),
      custom_key<T>({"skills", "mapping or list", "{}", "levels 1..100, at most 100 skills",
                     "`{english: 80, billing: 40}`. A list, `[english, billing]`, means level 1 of each."},
                    read_skills),
      custom_key<T>({"channels", "list or mapping", "every channel", "names from `channels`",
                     "The channels the agent serves: `[voice, chat]`, or with costs of its own: "
                     "`{voice: {}, chat: {max_contacts: 2}}`."},
                    read_agent_channels),
  });
  return schema;
}

const Schema<ChannelConfig>& agent_channel_schema() {
  using T = ChannelConfig;
  static const Schema<T> schema({
      own_cost(integer_key<T>("units", &T::units, {1, kAgentCapacityUnits},
                              "What one contact takes of the 100 capacity units of this agent.")),
      own_cost(integer_key<T>("max_contacts", &T::max_contacts, {1, kAgentCapacityUnits},
                              "Contacts of this channel that this agent has at most at once.")),
  });
  return schema;
}

}  // namespace cordboard
