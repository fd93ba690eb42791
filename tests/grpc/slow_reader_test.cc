// Real streams whose clients stop reading: what the router holds for them is bounded, they are cut when the
// time is up and can resume, and nobody else notices.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "router/grpc/edge_options.h"
#include "tests/grpc/session_client.h"
#include "tests/grpc/watch_client.h"

namespace cordboard::testing {
namespace {

constexpr Duration kPatience = 10s;
constexpr Duration kStep = 5s;            // in which a quiet watch is sent something
constexpr std::uint64_t kAtOnce = 5'000;  // what turn_over() tells at once, at most

ServerUnderTest::Options impatient() {
  ServerUnderTest::Options options;
  options.server.slow_reader_timeout = kPatience;
  options.channel = reads_ahead_little();
  return options;
}

// Logs the agent in, ready, and listens.
std::unique_ptr<grpc::ClientReader<v1::ListenResponse>> listen_as(const std::string& agent,
                                                                  ServerUnderTest& server,
                                                                  grpc::ClientContext& with) {
  v1::LoginRequest login;
  login.set_agent_id(agent);
  login.set_ready(true);
  v1::LoginResponse logged_in;
  EXPECT_TRUE(call(&v1::AgentService::Stub::Login, server.agent(), login, &logged_in).ok());
  v1::ListenRequest request;
  request.set_agent_id(agent);
  return server.agent().Listen(&with, request);
}

v1::WatchRequest watch_chat() {
  v1::WatchRequest request;
  request.mutable_filter()->add_queues("chat");
  request.mutable_filter()->add_kinds(v1::WatchRequest::QUEUES);
  return request;
}

class SlowReaderTest : public ::testing::Test {
 protected:
  SlowReaderTest() { witness_.read(); }

  std::uint64_t unread(StreamKind kind) { return of(counters().unread_bytes, kind); }
  std::uint64_t cut(StreamKind kind) { return of(counters().slow_readers, kind); }
  std::uint64_t open(StreamKind kind) { return of(counters().open, kind); }

  // A contact of the gateway that comes and is cancelled, told with its attributes to who may know them.
  void turn_over(const std::string& gateway = "pbx") {
    v1::SubmitContactRequest come;
    come.set_contact_id("c" + std::to_string(next_++));
    come.set_queue("sales");
    come.set_gateway(gateway);
    come.set_attributes(std::string(4'000, 'x'));
    v1::SubmitContactResponse come_response;
    EXPECT_TRUE(call(&Gateway::SubmitContact, server_.gateway(), come, &come_response).ok());
    v1::CancelContactRequest leave;
    leave.set_contact_id(come.contact_id());
    v1::CancelContactResponse leave_response;
    EXPECT_TRUE(call(&Gateway::CancelContact, server_.gateway(), leave, &leave_response).ok());
  }
  // Until a message to the only stream of the kind is stuck, since its client's gRPC has read ahead as far as
  // it will, or the stream is cut. The most that was unread.
  std::uint64_t fill(StreamKind kind, const std::string& gateway = "pbx") {
    std::uint64_t most = 0;
    std::uint64_t sent = 0;
    for (int unsent = 0, turns = 0; unsent < 50 && cut(kind) == 0; ++turns) {
      if (turns == 2'000) {
        ADD_FAILURE() << "everything is read";
        break;
      }
      turn_over(gateway);
      most = std::max(most, unread(kind));
      const std::uint64_t now_sent = of(counters().messages_sent, kind);
      unsent = now_sent == std::exchange(sent, now_sent) && unread(kind) > 0 ? unsent + 1 : 0;
    }
    return most;
  }
  // Time passes in steps in which who reads gets a message, so that only who does not has one for longer.
  void pass(Duration time) {
    for (Duration passed{}; passed < time; passed += kStep) {
      server_.clock().advance(kStep);
      for (bool beat = false; !beat;) {
        const auto message = witness_.read();
        ASSERT_TRUE(message) << "who reads is cut, too";
        beat = message->has_heartbeat();
      }
    }
  }
  // Until only `others` are open, and nothing waits for anybody; what they are told is soon read.
  void wait_until_cut(StreamKind kind, std::uint64_t others) {
    const auto limit = std::chrono::steady_clock::now() + kLongLimit;
    while (open(kind) > others || unread(kind) > 0) {
      server_.revision();
      ASSERT_LT(std::chrono::steady_clock::now(), limit)
          << open(kind) << " are open, " << unread(kind) << " bytes wait";
    }
  }
  // The time of the stuck message comes.
  void expect_cut_in_time(StreamKind kind, std::uint64_t others) {
    pass(kPatience - kStep);
    EXPECT_EQ(open(kind), others + 1) << "its time is not up";
    pass(kStep);
    wait_until_cut(kind, others);
    EXPECT_EQ(cut(kind), 1u);
  }
  static void expect_told(const grpc::Status& status) {
    EXPECT_EQ(status.error_code(), grpc::RESOURCE_EXHAUSTED) << status.error_message();
    EXPECT_EQ(status.error_message().substr(0, 11), "SLOW_READER") << status.error_message();
  }

  using Gateway = v1::GatewayService::Stub;
  ServerUnderTest server_{impatient()};
  WatchClient witness_{server_, watch_chat()};

 private:
  using Counts = std::array<std::atomic<std::uint64_t>, kStreamKinds>;
  const EdgeCounters& counters() { return server_.server().tenant("default")->counters(); }
  static std::uint64_t of(const Counts& counts, StreamKind kind) {
    return counts[static_cast<std::size_t>(kind)].load();
  }

  int next_ = 0;
};

TEST_F(SlowReaderTest, AWatchIsBoundedCutInTimeAndGoesOnWithoutAGap) {
  WatchClient slow(server_, watch_with_data());
  slow.read();
  EXPECT_LE(fill(StreamKind::Watch), 64u << 10);
  EXPECT_EQ(cut(StreamKind::Watch), 0u) << "it falls behind, and has its time";
  EXPECT_GT(unread(StreamKind::Watch), 0u);
  expect_cut_in_time(StreamKind::Watch, 1);
  const grpc::Status status = slow.finish();
  expect_told(status);
  const std::string resume = std::to_string(slow.revision());
  EXPECT_NE(status.error_message().find("; resume_revision " + resume), std::string::npos)
      << status.error_message() << ", it has read " << resume;
  v1::WatchRequest back = watch_with_data();
  back.set_resume_revision(slow.revision());
  WatchClient again(server_, back);
  const auto first = again.read();
  ASSERT_TRUE(first && first->has_deltas());
  EXPECT_EQ(first->deltas().deltas(0).revision(), slow.revision() + 1);
  again.read_until(server_.revision());
}

TEST_F(SlowReaderTest, AWatchThatReadsOnInTimeIsNotCut) {
  WatchClient slow(server_, watch_with_data());
  slow.read();
  fill(StreamKind::Watch);
  pass(kPatience - kStep);
  slow.read_until(server_.revision());  // checks that nothing is missing
  pass(kPatience);
  EXPECT_EQ(cut(StreamKind::Watch), 0u);
  EXPECT_EQ(open(StreamKind::Watch), 2u);
}

TEST_F(SlowReaderTest, AListenIsBoundedAndCutInTime) {
  const auto with = context();
  const auto stream = listen_as("ana", server_, *with);
  v1::ListenResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_LE(fill(StreamKind::Listen), (64u << 10) + kAtOnce);
  expect_cut_in_time(StreamKind::Listen, 0);
  while (stream->Read(&response)) {
  }
  expect_told(stream->Finish());
}

TEST_F(SlowReaderTest, AnAgentsSessionIsBoundedAndCutInTime) {
  AgentClient desk = open_agents(server_);
  EXPECT_TRUE(desk.ask(login("ana")).has_login());
  EXPECT_LE(fill(StreamKind::Agent), (64u << 10) + kBufferOfEach + kAtOnce);
  expect_cut_in_time(StreamKind::Agent, 0);
  expect_told(desk.finish());
  AgentClient again = open_agents(server_);
  EXPECT_TRUE(again.ask(login("ana")).has_login());
}

TEST_F(SlowReaderTest, AGatewaysSessionIsBoundedAndCutInTime) {
  GatewayClient slow = open_gateway(server_, "mute");
  const std::uint64_t begun = slow.next().welcome().revision();
  EXPECT_LE(fill(StreamKind::Gateway, "mute"), (64u << 10) + kBufferOfEach + kAtOnce);
  expect_cut_in_time(StreamKind::Gateway, 0);
  expect_told(slow.finish());
  GatewayClient again = open_gateway(server_, "mute", begun);
  EXPECT_TRUE(again.next().welcome().resumed());
}

// A desk for mail: many offers at once, with large attributes.
class BusyDeskTest : public ::testing::Test {
 protected:
  static ServerUnderTest::Options mail() {
    ServerUnderTest::Options options;
    options.channel = reads_ahead_little();
    options.tenants["default"] = R"(
limits: {attributes_bytes: 300000}
channels: {mail: {units: 5, max_contacts: 20}}
queues: [{name: mail, channel: mail, offer_timeout: 1h}]
agents: [{id: ana}]
)";
    return options;
  }

  void submit_mail(int count, std::size_t attributes) {
    for (int i = 0; i < count; ++i) {
      v1::SubmitContactRequest come;
      come.set_contact_id("m" + std::to_string(i));
      come.set_queue("mail");
      come.set_attributes(std::string(attributes, 'x'));
      v1::SubmitContactResponse response;
      const grpc::Status status =
          call(&v1::GatewayService::Stub::SubmitContact, server_.gateway(), come, &response);
      ASSERT_TRUE(status.ok()) << status.error_message();
    }
  }
  const EdgeCounters& counters() { return server_.server().tenant("default")->counters(); }
  std::uint64_t cut(StreamKind kind) { return counters().slow_readers[static_cast<std::size_t>(kind)]; }
  // What the stream begins with waits, and then something happens of which the reader is told.
  void turn_to(StreamKind kind) {
    const auto limit = std::chrono::steady_clock::now() + kLongLimit;
    while (counters().unread_bytes[static_cast<std::size_t>(kind)] < 128u << 10) {
      ASSERT_LT(std::chrono::steady_clock::now(), limit) << "nothing waits";
      server_.revision();
    }
    v1::CancelContactRequest leave;
    leave.set_contact_id("m0");
    v1::CancelContactResponse response;
    ASSERT_TRUE(call(&v1::GatewayService::Stub::CancelContact, server_.gateway(), leave, &response).ok());
    server_.revision();
  }
  // Logs in and reads at once what comes.
  void expect_offers(int count) {
    AgentClient desk = open_agents(server_);
    desk.send(login("ana"));
    for (int i = 0; i < count && !HasFailure(); ++i) next_offer(desk, "ana");
    EXPECT_EQ(cut(StreamKind::Agent), 0u);
  }

  ServerUnderTest server_{mail()};
};

TEST_F(BusyDeskTest, ALoginBringsAllThatWaitsForTheAgent) {
  submit_mail(20, 4'000);
  for (int i = 0; i < 3 && !HasFailure(); ++i) expect_offers(20);
}

TEST_F(BusyDeskTest, ALoginBringsLargeOffers) {
  submit_mail(3, 200'000);
  expect_offers(3);
}

TEST_F(BusyDeskTest, WhatALoginBringsIsNoBacklog) {
  submit_mail(20, 20'000);
  AgentClient desk = open_agents(server_);
  desk.send(login("ana"));
  turn_to(StreamKind::Agent);
  for (int i = 0; i < 20 && !HasFailure(); ++i) next_offer(desk, "ana");
  EXPECT_EQ(cut(StreamKind::Agent), 0u);
}

TEST_F(BusyDeskTest, AListenBringsAllThatRingsAtTheAgentWhichIsNoBacklog) {
  submit_mail(20, 20'000);
  const auto with = context();
  const auto stream = listen_as("ana", server_, *with);
  turn_to(StreamKind::Listen);
  int offers = 0;
  for (v1::ListenResponse response; offers < 20 && stream->Read(&response);) {
    for (const v1::AgentNotice& notice : response.notices()) offers += notice.has_offer_created() ? 1 : 0;
  }
  EXPECT_EQ(offers, 20);
  EXPECT_EQ(cut(StreamKind::Listen), 0u);
  with->TryCancel();
  stream->Finish();
}

TEST(ResumedSessionTest, ThatIsReplacedAtOnceGoesOnWhereItBegan) {
  ServerUnderTest server;
  const std::uint64_t seen = open_gateway(server, "pbx").next().welcome().revision();
  GatewayClient resumed = open_gateway(server, "pbx", seen);
  EXPECT_TRUE(resumed.next().welcome().resumed());
  GatewayClient other = open_gateway(server, "pbx");
  other.next();
  EXPECT_EQ(stream_closed(resumed.finish()).resume_revision(), seen);
}

}  // namespace
}  // namespace cordboard::testing
