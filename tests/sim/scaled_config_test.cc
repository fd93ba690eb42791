#include "agents-sim/demo/scaled_config.h"

#include <gtest/gtest.h>

#include "router/config/config.h"
#include "router/config/config_changes.h"

namespace cordboard::sim {
namespace {

constexpr const char* kText = R"(server: {grpc_listen: "127.0.0.1:0"}
priority_point: 10s
gateway_grace: 5m
channels: {voice: {units: 100, max_contacts: 1}}
calendars: [{name: office, zone: Europe/Paris, week: {mon: ["09:00-17:00"]}}]
splits: [{name: overflow, to: [{queue: sales, percent: 60}, {queue: billing, percent: 40}]}]
queues:
  - name: sales
    renamed_from: shop
    requires: "english >= 60"
    ring: 3
    service_level: {within: 20s}
    short_abandon: 5s
    offer_timeout: 15s
    wrap_up_timeout: 0s
    max_wait: 1h
    hours: office
    when_closed: {deflect: voicemail}
    scheduled_spacing: 2s
    redial: {within: 5m}
    callback: {attempts: 2, retry_delay: 10m, promise: 1h, dial_timeout: 40s}
    last_agent: {within: 240h, wait: 30s}
    relax: [{after: 30s, requires: english}]
    escalate: [{when: {waited: 60s}, do: [{raise_priority: 5}]}, {when: {queue_length: 9}, do: [cancel]}]
  - {name: billing}
)";

TEST(ScaledConfig, KeepsEveryKeyAndDividesTheTimesOfPeople) {
  const ConfigResult given = parse_config(kText, "given");
  ASSERT_TRUE(given.config) << given.diagnostics.text();
  const std::string yaml = scaled_yaml(kText, scaled(given.config->tenant, 10));
  const ConfigResult read = parse_config(yaml, "scaled");
  EXPECT_TRUE(read.config) << read.diagnostics.text();
  std::string changes;
  for (const ConfigChange& change : config_changes(kText, yaml).changes) changes += to_string(change) + "\n";
  EXPECT_EQ(changes, R"(priority_point: 10s -> 1s
queues[sales].service_level.within: 20s -> 2s
queues[sales].short_abandon: 5s -> 500ms
queues[sales].offer_timeout: 15s -> 1s500ms
queues[sales].max_wait: 1h -> 6m
queues[sales].scheduled_spacing: 2s -> 200ms
queues[sales].redial.within: 5m -> 30s
queues[sales].callback.retry_delay: 10m -> 1m
queues[sales].callback.promise: 1h -> 6m
queues[sales].callback.dial_timeout: 40s -> 4s
queues[sales].last_agent.within: 240h -> 1d
queues[sales].last_agent.wait: 30s -> 3s
queues[sales].relax[0].after: 30s -> 3s
queues[sales].escalate[0].when.waited: 60s -> 6s
queues[billing].service_level: added {within: 2s}
queues[billing].short_abandon: added 500ms
queues[billing].offer_timeout: added 1s500ms
queues[billing].wrap_up_timeout: added 3s
queues[billing].max_wait: added 2h24m
queues[billing].callback: added {retry_delay: 30s, dial_timeout: 6s}
decline_cooldown: added 3s
not_responding_return: added 6s
max_handling: added 1h12m
server: removed {grpc_listen: 127.0.0.1:0}
)");
}

TEST(ScaledConfig, ZeroStaysZero) {
  TenantConfig config;
  config.priority_point = 0s;
  config.not_responding_return = 0s;
  const TenantConfig fast = scaled(config, 60);
  EXPECT_EQ(fast.priority_point, 0s);
  EXPECT_EQ(fast.not_responding_return, 0s);
}

}  // namespace
}  // namespace cordboard::sim
