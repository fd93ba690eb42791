#include "agents-sim/demo/scaled_config.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "router/config/duration_text.h"
#include "router/core/event.h"

namespace cordboard::sim {
namespace {

// 0 means "never" or "none" in places, and stays 0; everything else stays at least `least`.
void divide(Duration& duration, double speed, Duration least = Duration{1}) {
  if (duration == Duration::zero()) return;
  duration = std::max(least, Duration{std::llround(static_cast<double>(duration.count()) / speed)});
}

// A time that is 0 is as the file says it or by default.
void set(YAML::Node mapping, const char* key, Duration duration) {
  if (duration > Duration::zero()) mapping[key] = format_duration(duration);
}

void set_rule(YAML::Node rule, const EscalationRule& scaled) {
  const auto trigger = std::string(to_string(scaled.trigger));
  if (scaled.time > Duration::zero()) set(rule["when"], trigger.c_str(), scaled.time);
}

void set_queue(YAML::Node queue, const QueueConfig& scaled) {
  set(queue["service_level"], "within", scaled.service_level.within);
  set(queue, "short_abandon", scaled.short_abandon);
  set(queue, "offer_timeout", scaled.offer_timeout);
  set(queue, "wrap_up_timeout", scaled.wrap_up_timeout);
  set(queue, "max_wait", scaled.max_wait);
  set(queue, "scheduled_spacing", scaled.scheduled_spacing);
  if (scaled.redial_within > Duration::zero()) set(queue["redial"], "within", scaled.redial_within);
  set(queue["callback"], "retry_delay", scaled.callback.retry_delay);
  set(queue["callback"], "promise", scaled.callback.promise);
  set(queue["callback"], "dial_timeout", scaled.callback.dial_timeout);
  if (scaled.last_agent.within > Duration::zero()) {
    set(queue["last_agent"], "within", scaled.last_agent.within);
    set(queue["last_agent"], "wait", scaled.last_agent.wait);
  }
  for (std::size_t i = 0; i < scaled.relax.size(); ++i)
    set(queue["relax"][i], "after", scaled.relax[i].after);
  for (std::size_t i = 0; i < scaled.escalate.size(); ++i) set_rule(queue["escalate"][i], scaled.escalate[i]);
}

}  // namespace

TenantConfig scaled(TenantConfig config, double speed) {
  for (QueueConfig& queue : config.queues) {
    divide(queue.service_level.within, speed);
    divide(queue.short_abandon, speed);
    divide(queue.offer_timeout, speed, 1ms);
    divide(queue.wrap_up_timeout, speed);
    divide(queue.max_wait, speed, 1ms);
    divide(queue.scheduled_spacing, speed);
    divide(queue.redial_within, speed);
    divide(queue.callback.retry_delay, speed);
    divide(queue.callback.promise, speed);
    divide(queue.callback.dial_timeout, speed, 1s);
    divide(queue.last_agent.within, speed, 1s);
    divide(queue.last_agent.wait, speed);
    for (RelaxStep& step : queue.relax) divide(step.after, speed, 1ms);
    for (EscalationRule& rule : queue.escalate) divide(rule.time, speed, 1ms);
  }
  divide(config.priority_point, speed);
  divide(config.decline_cooldown, speed);
  divide(config.not_responding_return, speed);
  divide(config.max_handling, speed, 1s);
  return config;
}

std::string scaled_yaml(std::string_view text, const TenantConfig& scaled) {
  YAML::Node root = YAML::Load(std::string(text));
  root.remove("server");
  set(root, "priority_point", scaled.priority_point);
  set(root, "decline_cooldown", scaled.decline_cooldown);
  set(root, "not_responding_return", scaled.not_responding_return);
  set(root, "max_handling", scaled.max_handling);
  for (std::size_t i = 0; i < scaled.queues.size(); ++i) set_queue(root["queues"][i], scaled.queues[i]);
  return YAML::Dump(root) + "\n";
}

}  // namespace cordboard::sim
