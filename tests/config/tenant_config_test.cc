#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "router/config/config.h"
#include "router/config/yaml_reader.h"

namespace cordboard {
namespace {

using testing::ElementsAre;

LoadedConfig load(const std::string& yaml) {
  const ConfigResult result = parse_config(yaml, "x.yaml");
  EXPECT_EQ(result.diagnostics.text(), "");
  return result.config.value_or(LoadedConfig{});
}

std::string warnings_of(const std::string& yaml) {
  const ConfigResult result = parse_config(yaml, "x.yaml");
  EXPECT_TRUE(result.config.has_value()) << result.diagnostics.text();
  return result.diagnostics.text();
}

TEST(Config, OfOneNamedQueueHasTheDefaultsOfTheStructs) {
  const LoadedConfig config = load("queues: [{name: main}]");
  ASSERT_EQ(config.tenant.queues.size(), 1u);
  const QueueConfig defaults;
  const QueueConfig& queue = config.tenant.queues[0];
  EXPECT_EQ(queue.name, "main");
  EXPECT_EQ(queue.requirement, "");
  EXPECT_EQ(queue.channel, defaults.channel);
  EXPECT_EQ(queue.offer_timeout, defaults.offer_timeout);
  EXPECT_EQ(queue.max_wait, defaults.max_wait);
  EXPECT_EQ(config.tenant.channels.size(), TenantConfig{}.channels.size());
  EXPECT_TRUE(config.tenant.undeclared_agents);
  EXPECT_EQ(config.server.grpc_listen, "127.0.0.1:7070");
}

TEST(Config, ReadsEveryKeyOfAQueue) {
  const LoadedConfig config = load(R"(
queues:
  - name: sales
    requires: english >= 60 and (billing or refunds >= 30)
    channel: chat
    strategy: least_skilled
    priority: -4
    service_level: {percent: 90, within: 45s}
    short_abandon: 3s
    max_waiting: 12
    ageing: 0.125
    offer_timeout: 250ms
    wrap_up_timeout: 0
    max_wait: 1h30m
    scheduled_spacing: 20s
    redial: {within: 10m}
    callback: {channel: callback, attempts: 5, retry_delay: 7m, promise: 2h, dial_timeout: 40s}
)");
  const QueueConfig& queue = config.tenant.queues.at(0);
  EXPECT_EQ(queue.requirement, "english >= 60 and (billing or refunds >= 30)");
  EXPECT_EQ(queue.channel, "chat");
  EXPECT_EQ(queue.strategy, AgentStrategy::LeastSkilled);
  EXPECT_EQ(queue.priority, -4);
  EXPECT_EQ(queue.service_level.percent, 90u);
  EXPECT_EQ(queue.service_level.within, 45s);
  EXPECT_EQ(queue.short_abandon, 3s);
  EXPECT_EQ(queue.max_waiting, 12u);
  EXPECT_EQ(queue.ageing, 125u);
  EXPECT_EQ(queue.offer_timeout, 250ms);
  EXPECT_EQ(queue.wrap_up_timeout, 0s);
  EXPECT_EQ(queue.max_wait, 90min);
  EXPECT_EQ(queue.scheduled_spacing, 20s);
  EXPECT_EQ(queue.redial_within, 10min);
  EXPECT_EQ(queue.callback.channel, "callback");
  EXPECT_EQ(queue.callback.attempts, 5u);
  EXPECT_EQ(queue.callback.retry_delay, 7min);
  EXPECT_EQ(queue.callback.promise, 2h);
  EXPECT_EQ(queue.callback.dial_timeout, 40s);
}

TEST(Config, ReadsEveryKeyOfATenant) {
  const TenantConfig tenant = load(R"(
queues: [{name: main}]
priority_point: 90s
undeclared_agents: true
decline_cooldown: 1s
not_responding_return: 0
disconnect_grace: 3s
gateway_grace: 4s
max_handling: 5h
remember_ended: 6m
random_seed: 9223372036854775807
limits:
  live_contacts: 11
  agents: 12
  gateways: 13
  requirement_classes: 14
  profile_classes: 15
  ended_contacts: 16
  request_ids: 17
  attributes_bytes: 18
  explained_offers: 19
  scheduled_contacts: 20
  redials: 21
  last_agents: 22
)")
                                  .tenant;
  EXPECT_EQ(tenant.priority_point, 90s);
  EXPECT_EQ(tenant.decline_cooldown, 1s);
  EXPECT_EQ(tenant.not_responding_return, 0s);
  EXPECT_EQ(tenant.disconnect_grace, 3s);
  EXPECT_EQ(tenant.gateway_grace, 4s);
  EXPECT_EQ(tenant.max_handling, 5h);
  EXPECT_EQ(tenant.remember_ended, 6min);
  EXPECT_EQ(tenant.random_seed, 9223372036854775807u);
  const Limits& limits = tenant.limits;
  EXPECT_THAT((std::vector<std::uint32_t>{
                  limits.live_contacts, limits.agents, limits.gateways, limits.requirement_classes,
                  limits.profile_classes, limits.ended_contacts, limits.request_ids, limits.attributes_bytes,
                  limits.explained_offers, limits.scheduled_contacts, limits.redials, limits.last_agents}),
              ElementsAre(11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22));
}

TEST(Config, ReadsTheLastAgentOfAQueue) {
  const auto queues = load(R"(
queues:
  - {name: sales, last_agent: {within: 30d, wait: 60s, first: true}}
  - {name: chats, last_agent: {within: 2h}}
  - {name: mails}
)")
                          .tenant.queues;
  EXPECT_EQ(queues.at(0).last_agent, (LastAgentRule{30 * 24h, 60s, true}));
  EXPECT_EQ(queues.at(1).last_agent, (LastAgentRule{2h, 0s, false}));
  EXPECT_EQ(queues.at(2).last_agent, LastAgentRule{});
}

TEST(Config, ReadsEveryKeyOfTheServer) {
  const ServerConfig server = load(R"(
queues: [{name: main}]
server:
  grpc_listen: 0.0.0.0:1
  http_listen: "[::1]:2"
  metrics_listen: metrics.example.com:0
  heartbeat_timeout: 10s
  drain_timeout: 5s
  log_level: debug
  snapshot_every: 5000
  keep_log: 7000
  keep_history: 90d
  inbox_limit: 2048
  shed_after: 20ms
  rates: {client_submits: 1, client_requests: 2, tenant_submits: 3, tenant_requests: 4, burst: 10s}
  max_message_bytes: 64KiB
  max_streams: 9
  stream_buffer_bytes: 1MiB
  slow_reader_timeout: 20s
  watch_history: 0
)")
                                  .server;
  EXPECT_EQ(server.grpc_listen, "0.0.0.0:1");
  EXPECT_EQ(server.http_listen, "[::1]:2");
  EXPECT_EQ(server.metrics_listen, "metrics.example.com:0");
  EXPECT_EQ(server.heartbeat_timeout, 10s);
  EXPECT_EQ(server.drain_timeout, 5s);
  EXPECT_EQ(server.log_level, LogLevel::Debug);
  EXPECT_EQ(server.snapshot_every, 5000u);
  EXPECT_EQ(server.keep_log, 7000u);
  EXPECT_EQ(server.keep_history, 90 * 24h);
  EXPECT_EQ(server.inbox_limit, 2048u);
  EXPECT_EQ(server.shed_after, 20ms);
  EXPECT_EQ(server.rates.client_submits, 1u);
  EXPECT_EQ(server.rates.client_requests, 2u);
  EXPECT_EQ(server.rates.tenant_submits, 3u);
  EXPECT_EQ(server.rates.tenant_requests, 4u);
  EXPECT_EQ(server.rates.burst, 10s);
  EXPECT_EQ(server.max_message_bytes, 65536u);
  EXPECT_EQ(server.max_streams, 9u);
  EXPECT_EQ(server.stream_buffer_bytes, 1u << 20);
  EXPECT_EQ(server.slow_reader_timeout, 20s);
  EXPECT_EQ(server.watch_history, 0u);
}

TEST(Config, ReadsEveryStrategyByItsName) {
  for (int i = 0; i <= static_cast<int>(AgentStrategy::Random); ++i) {
    const auto strategy = static_cast<AgentStrategy>(i);
    const std::string name(to_string(strategy));
    EXPECT_EQ(load("queues: [{name: q, strategy: " + name + "}]").tenant.queues.at(0).strategy, strategy);
  }
}

TEST(Config, AListOfSkillsMeansLevelOne) {
  const TenantConfig tenant =
      load("{queues: [{name: q}], agents: [{id: ana, skills: [french, english]}]}").tenant;
  EXPECT_THAT(tenant.agents.at(0).profile.skills,
              ElementsAre(SkillLevel{"english", 1}, SkillLevel{"french", 1}));
}

TEST(Config, SkillsAreSortedByName) {
  const TenantConfig tenant =
      load("{queues: [{name: q}], agents: [{id: ana, skills: {b: 100, a: 1}}]}").tenant;
  EXPECT_THAT(tenant.agents.at(0).profile.skills, ElementsAre(SkillLevel{"a", 1}, SkillLevel{"b", 100}));
}

TEST(Config, APrefixDeclaresNumberedAgents) {
  const TenantConfig tenant = load(R"(
queues: [{name: q}]
agents:
  - {id_prefix: agent-, count: 3, skills: {english: 80}}
  - {id_prefix: agent-, first: 4, count: 2}
  - {id_prefix: lone}
)")
                                  .tenant;
  std::vector<std::string> ids;
  for (const AgentConfig& agent : tenant.agents) ids.push_back(agent.id);
  EXPECT_THAT(ids, ElementsAre("agent-1", "agent-2", "agent-3", "agent-4", "agent-5", "lone1"));
  EXPECT_EQ(tenant.agents[2].profile.skills.size(), 1u);
  EXPECT_EQ(tenant.agents[3].profile.skills.size(), 0u);
}

TEST(Config, AnAgentTakesTheCostsOfItsChannelsUnlessItHasItsOwn) {
  const TenantConfig tenant = load(R"(
queues: [{name: q}]
agents:
  - {id: a, channels: [voice, chat]}
  - {id: b, channels: {voice: , chat: {max_contacts: 2}}}
  - {id: c}
channels: {voice: {}, chat: {units: 30, max_contacts: 3}}
)")
                                  .tenant;
  const auto& listed = tenant.agents.at(0).profile.channels;
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_EQ(listed[0].units, 100u);
  EXPECT_EQ(listed[1].units, 30u);
  EXPECT_EQ(listed[1].max_contacts, 3u);
  const auto& own = tenant.agents.at(1).profile.channels;
  ASSERT_EQ(own.size(), 2u);
  EXPECT_EQ(own[1].units, 30u);
  EXPECT_EQ(own[1].max_contacts, 2u);
  EXPECT_TRUE(tenant.agents.at(2).profile.channels.empty());
}

TEST(Config, ChannelsReplaceTheBuiltInOnesAndKeepTheirCosts) {
  const TenantConfig tenant =
      load("{queues: [{name: q}], channels: {voice: , chat: {units: 10}, fax: {}}}").tenant;
  ASSERT_EQ(tenant.channels.size(), 3u);
  EXPECT_EQ(tenant.channels[0].units, 100u);
  EXPECT_EQ(tenant.channels[1].units, 10u);
  EXPECT_EQ(tenant.channels[1].max_contacts, 4u);
  EXPECT_EQ(tenant.channels[2].name, "fax");
  EXPECT_EQ(tenant.channels[2].units, 100u);
}

TEST(Config, AnchorsAndAliasesMayBeUsed) {
  const TenantConfig tenant = load(R"(
queues:
  - {name: a, service_level: &target {percent: 95, within: 5s}}
  - {name: b, service_level: *target}
)")
                                  .tenant;
  EXPECT_EQ(tenant.queues.at(1).service_level.percent, 95u);
}

TEST(Config, IsAbsentExactlyWhenThereIsAnError) {
  EXPECT_FALSE(parse_config("queues: [{name: q, x: 1}]", "x.yaml").config);
  EXPECT_TRUE(parse_config("queues: []", "x.yaml").config);
}

TEST(ConfigWarning, WithoutAQueueSaysThatNothingWillBeAccepted) {
  const std::string expected = "warning: no queue is configured: every contact will be refused\n";
  EXPECT_EQ(warnings_of("queues: []"), "x.yaml:1:1: " + expected);
  EXPECT_EQ(warnings_of(""), "x.yaml: " + expected);
}

TEST(ConfigWarning, NamesAQueueThatNoDeclaredAgentCanServe) {
  EXPECT_EQ(warnings_of(R"(
queues:
  - {name: sales, requires: english >= 60}
  - {name: chat, requires: english, channel: chat}
  - {name: open}
agents: [{id: ana, skills: {english: 59}, channels: [voice]}]
undeclared_agents: false
)"),
            "x.yaml:3:29: warning: queues[0].requires: no declared agent can serve this queue, and "
            "undeclared_agents is false\n"
            "x.yaml:4:28: warning: queues[1].requires: no declared agent can serve this queue, and "
            "undeclared_agents is false\n");
}

TEST(ConfigWarning, IsNotGivenWhenUndeclaredAgentsMayComeWithTheSkill) {
  EXPECT_EQ(warnings_of("{queues: [{name: q, requires: klingon}], agents: [{id: ana, skills: [english]}]}"),
            "");
}

TEST(ConfigWarning, NamesASkillThatLooksMisspelt) {
  EXPECT_EQ(warnings_of("{queues: [{name: q, requires: englsh}], agents: [{id: ana, skills: [english]}]}"),
            "x.yaml:1:31: warning: queues[0].requires: no declared agent has the skill englsh; did you mean "
            "english?\n");
}

TEST(ConfigWarning, NamesAStepOfRelaxationThatChangesNothingOrNeverComes) {
  EXPECT_EQ(
      warnings_of(R"(
queues:
  - name: sales
    requires: english
    max_wait: 10m
    relax:
      - {after: 30s, requires: english >= 1}
      - {after: 60s, requires: ""}
      - {after: 10m, requires: french}
)"),
      "x.yaml:7:9: warning: queues[0].relax[0]: accepts the same as before: the step changes nothing\n"
      "x.yaml:9:9: warning: queues[0].relax[2]: every agent may serve already: the step changes nothing\n"
      "x.yaml:9:9: warning: queues[0].relax[2]: never comes: contacts wait at most 10m (max_wait)\n");
}

TEST(ConfigWarning, NamesAWaitForTheLastAgentThatOutlastsTheContact) {
  EXPECT_EQ(warnings_of("queues: [{name: q, max_wait: 60s, last_agent: {within: 30d, wait: 60s}}]"),
            "x.yaml:1:67: warning: queues[0].last_agent.wait: nobody else is asked: contacts wait at most 1m "
            "(max_wait)\n");
}

TEST(ConfigWarning, NamesQueuesThatSendContactsAroundAndRulesWithoutEffect) {
  EXPECT_EQ(
      warnings_of(R"(
queues:
  - name: a
    escalate:
      - {when: {waited: 30s}, do: [{move_to_queue: b}]}
      - {when: {waited: 24h}, do: [relax]}
  - name: b
    escalate: [{when: {waited: 30s}, do: [{move_to_queue: c}]}]
  - name: c
    escalate: [{when: {waited: 30s}, do: [{move_to_queue: a}]}]
)"),
      "x.yaml:5:7: warning: queues[0].escalate: rules send contacts around: a -> b -> c -> a; a contact goes "
      "to each of them once\n"
      "x.yaml:6:9: warning: queues[0].escalate[1]: never fires: contacts wait at most 1d (max_wait)\n"
      "x.yaml:6:36: warning: queues[0].escalate[1].do[0]: changes nothing: the queue has no steps of "
      "relaxation (relax)\n"
      "x.yaml:8:15: warning: queues[1].escalate: rules send contacts around: b -> c -> a -> b; a contact "
      "goes to each of them once\n"
      "x.yaml:10:15: warning: queues[2].escalate: rules send contacts around: c -> a -> b -> c; a contact "
      "goes to each of them once\n");
}

TEST(ConfigWarning, SaysThatNobodyCanLogIn) {
  EXPECT_EQ(warnings_of("{queues: [{name: q}], undeclared_agents: false}"),
            "x.yaml:1:11: warning: queues[0]: no declared agent can serve this queue, and undeclared_agents "
            "is false\n"
            "x.yaml:1:42: warning: undeclared_agents: no agent is declared and undeclared_agents is false: "
            "nobody can "
            "log in\n");
}

TEST(ConfigWarning, SaysThatMoreContactsAreAllowedThanFit) {
  EXPECT_EQ(warnings_of("{queues: [{name: q}], channels: {voice: {}, chat: {units: 40, max_contacts: 4}}}"),
            "x.yaml:1:51: warning: channels.chat: max_contacts is 4, but only 2 contacts of 40 units fit "
            "into the 100 "
            "units of an agent\n");
}

TEST(TenantConfigInADocument, IsReportedWithThePathThatLeadsToIt) {
  YamlFile file("horizon: 5h\nrouter:\n  queues:\n    - {name: sales, max_waitin: 0}\n", "scenario.yaml");
  EXPECT_FALSE(parse_tenant_config(*file.root().find("router")));
  EXPECT_EQ(file.diagnostics().text(),
            "scenario.yaml:4:21: router.queues[0].max_waitin: unknown key; did you mean max_waiting?\n");
}

TEST(TenantConfigInADocument, IsRightWhateverIsWrongElsewhere) {
  YamlFile file("router: {queues: [{name: q}]}\n", "scenario.yaml");
  file.root().error("something else");
  EXPECT_TRUE(parse_tenant_config(*file.root().find("router")));
}

TEST(TenantConfigInADocument, MayBeAWholeFileOfTheRouter) {
  YamlFile file("router: {queues: [{name: q}], server: {log_level: debug}}\n", "scenario.yaml");
  EXPECT_TRUE(parse_tenant_config(*file.root().find("router")));
  EXPECT_EQ(file.diagnostics().text(), "scenario.yaml:1:39: warning: router.server: has no effect here\n");
}

TEST(ListenAddress, SplitsHostAndPort) {
  const auto check = [](std::string_view text, std::string_view host, int port) {
    const auto address = parse_listen_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->host, host);
    EXPECT_EQ(address->port, port);
  };
  check("127.0.0.1:7070", "127.0.0.1", 7070);
  check("[::1]:0", "::1", 0);
  check("router-1.example.com:65535", "router-1.example.com", 65535);
  for (const char* wrong : {"", ":", "7070", "localhost", "localhost:", "localhost:65536", "localhost:-1",
                            "::1:70", "[]:1", "[::1]", "a b:1", "localhost:1x"}) {
    EXPECT_FALSE(parse_listen_address(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace cordboard
