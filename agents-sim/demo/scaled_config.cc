#include "agents-sim/demo/scaled_config.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "router/config/config.h"
#include "router/config/duration_text.h"
#include "router/config/yaml_reader.h"

namespace cordboard::sim {
namespace {

class Writer {
 public:
  std::string take() { return std::move(out_); }

  void line(const std::string& text) { out_ += text + "\n"; }

  void queue(const QueueConfig& queue) {
    line("  - name: " + quoted(queue.name));
    line("    requires: " + quoted(queue.requirement));
    line("    channel: " + quoted(queue.channel));
    line("    strategy: " + std::string(to_string(queue.strategy)));
    line("    priority: " + std::to_string(queue.priority));
    line("    service_level: {percent: " + std::to_string(queue.service_level.percent) +
         ", within: " + format_duration(queue.service_level.within) + "}");
    line("    short_abandon: " + format_duration(queue.short_abandon));
    line("    ageing: " + format_thousandths(queue.ageing));
    line("    max_waiting: " + std::to_string(queue.max_waiting));
    line("    offer_timeout: " + format_duration(queue.offer_timeout));
    line("    wrap_up_timeout: " + format_duration(queue.wrap_up_timeout));
    line("    max_wait: " + format_duration(queue.max_wait));
  }

  void agent(const AgentConfig& agent) {
    std::string skills;
    for (const SkillLevel& skill : agent.profile.skills) {
      skills += (skills.empty() ? "" : ", ") + quoted(skill.skill) + ": " + std::to_string(skill.level);
    }
    std::string text = "  - {id: " + quoted(agent.id) + ", skills: {" + skills + "}";
    if (!agent.profile.channels.empty()) text += ", channels: " + channels(agent.profile.channels);
    line(text + "}");
  }

  static std::string channels(const std::vector<ChannelConfig>& channels) {
    std::string text;
    for (const ChannelConfig& channel : channels) {
      text += (text.empty() ? "" : ", ") + quoted(channel.name) +
              ": {units: " + std::to_string(channel.units) +
              ", max_contacts: " + std::to_string(channel.max_contacts) + "}";
    }
    return "{" + text + "}";
  }

  void limits(const Limits& limits) {
    line("limits:");
    line("  live_contacts: " + std::to_string(limits.live_contacts));
    line("  agents: " + std::to_string(limits.agents));
    line("  gateways: " + std::to_string(limits.gateways));
    line("  requirement_classes: " + std::to_string(limits.requirement_classes));
    line("  profile_classes: " + std::to_string(limits.profile_classes));
    line("  ended_contacts: " + std::to_string(limits.ended_contacts));
    line("  request_ids: " + std::to_string(limits.request_ids));
    line("  attributes_bytes: " + std::to_string(limits.attributes_bytes));
  }

 private:
  // Names and requirements hold neither quotes nor backslashes.
  static std::string quoted(const std::string& text) { return '"' + text + '"'; }

  std::string out_;
};

// 0 means "never" or "none" in places, and stays 0; everything else stays at least `least`.
void divide(Duration& duration, double speed, Duration least = Duration{1}) {
  if (duration == Duration::zero()) return;
  duration = std::max(least, Duration{std::llround(static_cast<double>(duration.count()) / speed)});
}

}  // namespace

TenantConfig scaled(TenantConfig config, double speed) {
  for (QueueConfig& queue : config.queues) {
    divide(queue.service_level.within, speed);
    divide(queue.short_abandon, speed);
    divide(queue.offer_timeout, speed, 1ms);
    divide(queue.wrap_up_timeout, speed);
    divide(queue.max_wait, speed, 1ms);
  }
  divide(config.priority_point, speed);
  divide(config.decline_cooldown, speed);
  divide(config.not_responding_return, speed);
  divide(config.max_handling, speed, 1s);
  return config;
}

std::string to_yaml(const TenantConfig& config) {
  Writer out;
  out.line("priority_point: " + format_duration(config.priority_point));
  out.line("undeclared_agents: " + std::string(config.undeclared_agents ? "true" : "false"));
  out.line("decline_cooldown: " + format_duration(config.decline_cooldown));
  out.line("not_responding_return: " + format_duration(config.not_responding_return));
  out.line("disconnect_grace: " + format_duration(config.disconnect_grace));
  out.line("gateway_grace: " + format_duration(config.gateway_grace));
  out.line("max_handling: " + format_duration(config.max_handling));
  out.line("remember_ended: " + format_duration(config.remember_ended));
  out.line("random_seed: " + std::to_string(config.random_seed));
  out.line("channels: " + Writer::channels(config.channels));
  if (!config.splits.empty()) out.line("splits:");
  for (const SplitConfig& split : config.splits) {
    std::string shares;
    for (const SplitShare& share : split.to) {
      shares += (shares.empty() ? "" : ", ") + ("{queue: " + share.queue) +
                ", percent: " + std::to_string(share.percent) + "}";
    }
    out.line("  - {name: " + split.name + ", to: [" + shares + "]}");
  }
  out.line("queues:");
  for (const QueueConfig& queue : config.queues) out.queue(queue);
  if (!config.agents.empty()) out.line("agents:");
  for (const AgentConfig& agent : config.agents) out.agent(agent);
  out.limits(config.limits);
  return out.take();
}

}  // namespace cordboard::sim
