// A watch is the state: a snapshot and gap-free deltas, resumed or reset.

#include "tests/grpc/session_client.h"
#include "tests/grpc/watch_client.h"

namespace cordboard::testing {
namespace {

// Some life: contacts that are served, that leave, and that stay. Ends with a command that a watcher sees.
std::uint64_t play(ServerUnderTest& server, GatewayClient& gateway, AgentClient& desk,
                   const std::string& prefix, const std::string& tenant = "") {
  EXPECT_TRUE(desk.ask(login("ana")).has_login());
  v1::Offer served;
  for (int i = 0; i < 20; ++i) {
    const std::string contact = prefix + std::to_string(i);
    gateway.ask(submit(contact, i % 3 == 0 ? "chat" : "sales"));
    if (i % 4 == 1) gateway.ask(end_contact(contact));
    if (i == 0) served = next_offer(desk, "ana");
    if (i == 0) desk.ask(accept("ana", served.offer_id()));
    if (i == 10) desk.ask(end_call("ana", served.contact_id()));
    if (i == 15) desk.ask(finish_wrap_up("ana", served.contact_id()));
    server.clock().advance(1s);
  }
  v1::AgentRequest release;
  release.mutable_logout()->set_agent_id("ana");
  EXPECT_TRUE(desk.ask(release).has_ok());
  gateway.ask(submit(prefix + "last", "sales"));
  return server.revision(tenant);
}

TEST(Watch, SnapshotAndDeltasFoldToWhatTheListsSay) {
  ServerUnderTest server;
  GatewayClient gateway = open_gateway(server, "pbx");
  AgentClient desk = open_agents(server);
  gateway.ask(submit("before", "sales"));
  WatchClient watch(server, {});
  watch.read();
  EXPECT_EQ(watch.rows(), list_rows(server));
  watch.read_until(play(server, gateway, desk, "c"));
  EXPECT_EQ(watch.rows(), list_rows(server));
  EXPECT_FALSE(watch.events().empty());
}

TEST(Watch, ResumesWithoutAGap) {
  ServerUnderTest server;
  GatewayClient gateway = open_gateway(server, "pbx");
  AgentClient desk = open_agents(server);
  Rows rows;
  std::uint64_t seen = 0;
  {
    WatchClient watch(server, {});
    watch.read_until(play(server, gateway, desk, "a"));
    seen = watch.revision();
    rows = watch.rows();
  }
  const std::uint64_t now = play(server, gateway, desk, "b");
  v1::WatchRequest resume;
  resume.set_resume_revision(seen);
  auto with = context();
  auto stream = server.supervisor().Watch(with.get(), resume);
  v1::WatchResponse first;
  ASSERT_TRUE(stream->Read(&first));
  ASSERT_TRUE(first.has_deltas()) << first.ShortDebugString();
  EXPECT_GT(first.deltas().deltas(0).revision(), seen);
  std::uint64_t last = seen;
  for (;;) {
    for (const v1::Delta& delta : first.deltas().deltas()) {
      EXPECT_GT(delta.revision(), last);
      last = delta.revision();
    }
    if (last >= now) break;
    ASSERT_TRUE(stream->Read(&first));
  }
  with->TryCancel();
  stream->Finish();
}

TEST(Watch, ResetsWithAFreshSnapshotWhenItCannotResume) {
  ServerUnderTest server;
  GatewayClient gateway = open_gateway(server, "pbx");
  AgentClient desk = open_agents(server);
  const std::uint64_t now = play(server, gateway, desk, "a");
  v1::WatchRequest future;
  future.set_resume_revision(now + 1000);
  WatchClient ahead(server, future);
  EXPECT_EQ(ahead.read()->reset().reason(), v1::Reset::UNKNOWN_REVISION);
  ahead.read();
  EXPECT_EQ(ahead.rows(), list_rows(server));
  // Nobody watched when this was new, so it was not kept.
  v1::WatchRequest old;
  old.set_resume_revision(now - 5);
  old.mutable_filter()->add_queues("sales");
  WatchClient behind(server, old);
  EXPECT_EQ(behind.read()->reset().reason(), v1::Reset::TOO_OLD);
  server.restart();
  WatchClient restarted(server, old);
  EXPECT_EQ(restarted.read()->reset().reason(), v1::Reset::ROUTER_RESTARTED);
}

TEST(Watch, ForgetsDeltasBeyondItsHistory) {
  ServerUnderTest::Options options;
  options.server.watch_history = 10;
  ServerUnderTest server(options);
  GatewayClient gateway = open_gateway(server, "pbx");
  AgentClient desk = open_agents(server);
  WatchClient watch(server, {});
  watch.read();
  const std::uint64_t start = watch.revision();
  watch.read_until(play(server, gateway, desk, "a"));
  v1::WatchRequest old;
  old.set_resume_revision(start);
  WatchClient behind(server, old);
  EXPECT_EQ(behind.read()->reset().reason(), v1::Reset::TOO_OLD);
}

TEST(Watch, AFilterSelectsQueuesAndKinds) {
  ServerUnderTest server;
  GatewayClient gateway = open_gateway(server, "pbx");
  AgentClient desk = open_agents(server);
  v1::WatchRequest chat;
  chat.mutable_filter()->add_queues("chat");
  chat.mutable_filter()->add_kinds(v1::WatchRequest::QUEUES);
  chat.mutable_filter()->add_kinds(v1::WatchRequest::CONTACTS);
  WatchClient watch(server, chat);
  watch.read();
  play(server, gateway, desk, "a");
  watch.read_until(gateway.ask(submit("the-end", "chat")).ok().revision());
  EXPECT_EQ(watch.rows().queues.size(), 1u);
  EXPECT_TRUE(watch.rows().agents.empty());
  EXPECT_TRUE(watch.events().empty());
  const Rows all = list_rows(server);
  EXPECT_EQ(watch.rows().queues.at("chat"), all.queues.at("chat"));
  for (const auto& [id, row] : watch.rows().contacts) EXPECT_EQ(row, all.contacts.at(id));
}

TEST(Watch, AQuietWatchGetsHeartbeatsWithTheRevision) {
  ServerUnderTest server;
  WatchClient watch(server, {});
  watch.read();
  server.clock().advance(5s);
  const auto response = watch.read();
  ASSERT_TRUE(response && response->has_heartbeat());
  EXPECT_EQ(response->heartbeat().revision(), server.revision());
}

TEST(Watch, ALateJoinerOfAFilterGetsNothingTwice) {
  ServerUnderTest server;
  GatewayClient gateway = open_gateway(server, "pbx");
  AgentClient desk = open_agents(server);
  WatchClient first(server, {});
  first.read();
  for (int i = 0; i < 50; ++i) {
    gateway.send(submit("c" + std::to_string(i)));  // no wait: the joiner comes in between
    if (i % 10 != 0) continue;
    WatchClient late(server, {});
    late.read();
    late.read_until(gateway.ask(submit("d" + std::to_string(i))).ok().revision());  // checks the order
  }
  first.read_until(gateway.ask(submit("the-end")).ok().revision());
  EXPECT_EQ(first.rows(), list_rows(server));
}

TEST(Watch, StreamsAreLimited) {
  ServerUnderTest::Options options;
  options.server.max_streams = 1;
  ServerUnderTest server(options);
  WatchClient watch(server, {});
  watch.read();
  WatchClient refused(server, {});
  EXPECT_EQ(rejection(refused.finish()).reason(), v1::RejectionDetail::TOO_MANY_STREAMS);
}

TEST(Watch, TenantsSeeNothingOfEachOther) {
  ServerUnderTest::Options options;
  options.tenants = {{"default", kTestConfig}, {"acme", kTestConfig}};
  ServerUnderTest server(options);
  WatchClient other(server, {}, "acme");
  other.read();
  const std::uint64_t digest = server.digest("acme");
  GatewayClient gateway = open_gateway(server, "pbx");
  AgentClient desk = open_agents(server);
  play(server, gateway, desk, "a");
  EXPECT_EQ(server.digest("acme"), digest);
  GatewayClient theirs = open_gateway(server, "pbx", 0, "acme");
  other.read_until(theirs.ask(submit("x")).ok().revision());
  EXPECT_EQ(other.rows(), list_rows(server, "acme"));
  EXPECT_EQ(other.rows().contacts.size(), 1u);
  for (const v1::GatewayResponse& item : theirs.kept()) {
    EXPECT_TRUE(!item.has_notice() || item.notice().event().contact_queued().contact_id() == "x");
  }
}

}  // namespace
}  // namespace cordboard::testing
