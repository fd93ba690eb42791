// A scrape of a router with some history: well formed, complete, and equal to what the events say.

#include <gmock/gmock.h>

#include <cstdio>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "router/metrics/metric_catalog.h"
#include "tests/grpc/session_client.h"
#include "tests/grpc/watch_client.h"
#include "tests/http/http_client.h"

namespace cordboard::testing {
namespace {

std::string scrape(ServerUnderTest& server) {
  const HttpAnswer answer = http_get(server.server().metrics_address(), "/metrics");
  EXPECT_EQ(answer.status, 200);
  return answer.body;
}

// Samples by "name{labels}".
std::map<std::string, double> samples(const std::string& text) {
  std::map<std::string, double> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::size_t space = line.rfind(' ');
    found[line.substr(0, space)] = std::stod(line.substr(space + 1));
  }
  return found;
}

// One contact that is served, one that is missed once, one that leaves early, one that waits.
void play(ServerUnderTest& server, GatewayClient& gateway, AgentClient& desk) {
  desk.ask(login("ana"));
  gateway.ask(submit("c1"));
  server.clock().advance(2s);
  desk.ask(accept("ana", next_offer(desk, "ana").offer_id()));
  gateway.ask(submit("c2"));
  gateway.ask(submit("c3"));
  server.clock().advance(25s);
  gateway.ask(end_contact("c2"));
  desk.ask(end_call("ana", "c1"));
  desk.ask(finish_wrap_up("ana", "c1"));
  next_offer(desk, "ana");
  server.clock().advance(11s);  // not answered
  desk.notice([](const v1::AgentNotice& n) { return n.event().has_offer_ended(); });
  gateway.ask(submit("c4", "nowhere"));
}

class ExpositionTest : public ::testing::Test {
 protected:
  ServerUnderTest server_;
  GatewayClient gateway_ = open_gateway(server_, "pbx");
  AgentClient desk_ = open_agents(server_);
};

TEST_F(ExpositionTest, PassesPromtool) {
  play(server_, gateway_, desk_);
  std::FILE* const promtool = popen("promtool check metrics", "w");
  ASSERT_NE(promtool, nullptr);
  const std::string text = scrape(server_);
  std::fwrite(text.data(), 1, text.size(), promtool);
  EXPECT_EQ(pclose(promtool), 0);
}

TEST_F(ExpositionTest, HasEveryMetricOfTheCatalogAndNoOther) {
  play(server_, gateway_, desk_);
  std::set<std::string> named;
  std::istringstream lines(scrape(server_));
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("# TYPE ", 0) == 0) named.insert(line.substr(7, line.find(' ', 7) - 7));
  }
  std::set<std::string> catalog;
  for (const MetricInfo& info : metric_catalog()) catalog.emplace(info.name);
  EXPECT_EQ(catalog.erase("cordboard_certificate_expiry_time_seconds"), 1u);  // tests/http/tls_test.cc
  EXPECT_EQ(named, catalog);
}

TEST_F(ExpositionTest, CountersEqualTheFoldOfTheEvents) {
  WatchClient watch(server_, {});
  watch.read();
  play(server_, gateway_, desk_);
  watch.read_until(gateway_.ask(submit("the-end", "chat")).ok().revision());
  std::map<std::string, double> folded;
  const auto count = [&](const std::string& name) { folded[name] += 1; };
  const std::map<v1::Offer::State, std::string> offer_ends = {{v1::Offer::ACCEPTED, "accepted"},
                                                              {v1::Offer::DECLINED, "declined"},
                                                              {v1::Offer::EXPIRED, "expired"},
                                                              {v1::Offer::RESCINDED, "rescinded"}};
  for (const v1::Event& event : watch.events()) {
    if (event.has_contact_queued() && event.contact_queued().queue() == "sales") count("offered");
    if (event.has_offer_created() && event.offer_created().queue() == "sales") count("made");
    if (event.has_offer_ended()) count(offer_ends.at(event.offer_ended().state()));
    if (event.has_contact_connected()) count("answered");
    if (event.has_contact_ended() && event.contact_ended().state() == v1::Contact::ABANDONED)
      count("abandoned");
  }
  const auto metrics = samples(scrape(server_));
  const std::string sales = "tenant=\"default\",queue=\"sales\"";
  const auto value = [&](const std::string& name, const std::string& labels) {
    const auto found = metrics.find("cordboard_queue_" + name + "{" + labels + "}");
    EXPECT_NE(found, metrics.end()) << name;
    return found == metrics.end() ? -1 : found->second;
  };
  EXPECT_EQ(value("offered_total", sales), folded["offered"]);
  EXPECT_EQ(value("offers_made_total", sales), folded["made"]);
  EXPECT_EQ(value("left_total", sales + ",outcome=\"answered\""), folded["answered"]);
  EXPECT_EQ(value("left_total", sales + ",outcome=\"abandoned\""), folded["abandoned"]);
  for (const auto& [state, name] : offer_ends) {
    EXPECT_EQ(value("offers_ended_total", sales + ",outcome=\"" + name + "\""), folded[name]);
  }
  EXPECT_EQ(folded["expired"], 1);
  EXPECT_EQ(folded["abandoned"], 1);
}

TEST_F(ExpositionTest, SaysHowThingsAreNow) {
  play(server_, gateway_, desk_);
  server_.clock().advance(4s);
  const auto metrics = samples(scrape(server_));
  const std::string sales = "{tenant=\"default\",queue=\"sales\"}";
  EXPECT_EQ(metrics.at("cordboard_queue_waiting" + sales), 1);
  EXPECT_EQ(metrics.at("cordboard_queue_waiting_late" + sales), 1);
  EXPECT_EQ(metrics.at("cordboard_queue_longest_wait_seconds" + sales), 40);
  EXPECT_EQ(metrics.at("cordboard_queue_answered_within_total" + sales), 1);
  EXPECT_EQ(metrics.at("cordboard_queue_service_level_target_ratio" + sales), 0.8);
  EXPECT_EQ(
      metrics.at("cordboard_queue_wait_seconds_sum{tenant=\"default\",queue=\"sales\",outcome=\"answered\"}"),
      2);
  EXPECT_EQ(metrics.at("cordboard_queue_agents{tenant=\"default\",queue=\"sales\",state=\"ready\","
                       "activity=\"not_responding\"}"),
            1);
  EXPECT_EQ(metrics.at("cordboard_queue_agents{tenant=\"default\",queue=\"tiny\",state=\"ready\","
                       "activity=\"not_responding\"}"),
            0);
  EXPECT_EQ(metrics.at("cordboard_agents{tenant=\"default\",state=\"logged_out\",activity=\"idle\"}"), 1);
  EXPECT_EQ(metrics.at("cordboard_rejections_total{tenant=\"default\",reason=\"unknown_queue\"}"), 1);
  EXPECT_EQ(metrics.at("cordboard_streams{tenant=\"default\",kind=\"gateway\"}"), 1);
  EXPECT_EQ(metrics.at("cordboard_limit_used{tenant=\"default\",limit=\"gateways\"}"), 1);
  EXPECT_EQ(metrics.at("cordboard_ready"), 1);
  // Handled for 25 s after 2 s of ringing; then nothing but ringing and not responding.
  EXPECT_EQ(metrics.at("cordboard_agents_busy_seconds_total{tenant=\"default\"}"), 25);
}

TEST_F(ExpositionTest, HasTheServiceLevelThresholdAmongTheBounds) {
  ServerUnderTest::Options options;
  options.tenants["default"] = "queues: [{name: q, service_level: {within: 25s}}]\n";
  ServerUnderTest server(options);
  const auto metrics = samples(scrape(server));
  EXPECT_TRUE(
      metrics.contains("cordboard_queue_wait_seconds_bucket{tenant=\"default\",queue=\"q\","
                       "outcome=\"answered\",le=\"25\"}"));
}

TEST_F(ExpositionTest, NoLabelHoldsWhatAClientSent) {
  v1::GatewayRequest request = submit("canary-contact");
  request.mutable_submit()->set_customer("canary-customer");
  request.mutable_submit()->set_attributes("canary-attributes");
  gateway_.ask(request);
  desk_.ask(login("canary-agent"));
  EXPECT_THAT(scrape(server_), ::testing::Not(::testing::HasSubstr("canary")));
}

TEST(Exposition, ARemovedQueueDisappears) {
  ServerUnderTest server;
  EXPECT_THAT(scrape(server), ::testing::HasSubstr("queue=\"tiny\""));
  server.restart({{"default", "queues: [{name: sales}]\n"}});
  EXPECT_THAT(scrape(server), ::testing::HasSubstr("queue=\"sales\""));
  EXPECT_THAT(scrape(server), ::testing::Not(::testing::HasSubstr("queue=\"tiny\"")));
}

}  // namespace
}  // namespace cordboard::testing
