#include "agents-sim/scenario/agent_group_reader.h"

#include <algorithm>
#include <utility>

#include "agents-sim/scenario/distribution_reader.h"
#include "agents-sim/scenario/duty_reader.h"
#include "agents-sim/scenario/mapping.h"
#include "router/config/tenant_schema.h"

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

// Skills and channels are written and read as in the router's own configuration.
void read_as_router_does(std::string_view key, const Reader& value, cordboard::AgentGroup& agent) {
  for (const auto& known : agent_schema().keys()) {
    if (known.doc.name == key) known.read(value, agent);
  }
}

// Names must be those of the router's channels; a cost that is not given is theirs.
void resolve_channels(const Reader& reader, const TenantConfig& router,
                      std::vector<ChannelConfig>& channels) {
  for (ChannelConfig& own : channels) {
    const auto same = [&](const ChannelConfig& channel) { return channel.name == own.name; };
    const auto found = std::find_if(router.channels.begin(), router.channels.end(), same);
    if (found == router.channels.end()) {
      std::vector<std::string_view> names;
      for (const ChannelConfig& channel : router.channels) names.emplace_back(channel.name);
      reader.error("no channel `" + own.name + "`", did_you_mean(own.name, names));
    } else {
      if (own.units == 0) own.units = found->units;
      if (own.max_contacts == 0) own.max_contacts = found->max_contacts;
    }
  }
}

AgentProfile read_profile(Mapping& mapping, const TenantConfig& router) {
  cordboard::AgentGroup agent;
  const auto skills = mapping.find("skills");
  const auto channels = mapping.find("channels");
  if (skills) read_as_router_does("skills", *skills, agent);
  if (channels) {
    read_as_router_does("channels", *channels, agent);
    resolve_channels(*channels, router, agent.profile.channels);
  }
  return agent.profile;
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

AgentGroup read_agent_group(const Reader& reader, const std::string& directory, const TenantConfig& router,
                            std::size_t first_day) {
  AgentGroup group;
  Mapping mapping(reader);
  const auto distribution = [&](std::string_view key) {
    const auto value = mapping.find(key);
    return value ? read_distribution(*value, directory).value_or(Distribution{}) : Distribution{};
  };
  if (const auto name = mapping.require("name")) group.name = read_name(*name);
  read_duty(mapping, directory, first_day, group);
  group.profile = read_profile(mapping, router);
  group.wrap_up = distribution("wrap_up");
  group.answer_delay = distribution("answer_delay");
  group.no_answer_probability = read_probability(mapping.find("no_answer_probability"));
  group.decline_probability = read_probability(mapping.find("decline_probability"));
  if (const auto back = mapping.find("return_after")) {
    group.return_after = read_distribution(*back, directory, true).value_or(Distribution::never());
  }
  if (const auto disconnects = mapping.find("disconnects")) {
    group.disconnects = read_disconnects(*disconnects, directory);
  }
  mapping.reject_unknown();
  return group;
}

}  // namespace cordboard::sim
