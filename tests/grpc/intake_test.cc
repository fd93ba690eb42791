// Who is let in while too many come, and in which order the others are refused.

#include "router/grpc/intake.h"

#include <future>
#include <set>

#include "tests/grpc/held_loop.h"
#include "tests/grpc/session_client.h"

namespace cordboard::testing {
namespace {

using namespace std::chrono_literals;
using Reason = v1::RejectionDetail;

constexpr RequestClass kAll[] = {RequestClass::Look, RequestClass::Submit, RequestClass::AgentState,
                                 RequestClass::Progress};

// ---- Buckets ----

TEST(TokenBucketTest, LetsTheBurstThroughAtOnceAndThenTheRate) {
  const BucketRate rate{10, 2s};
  TokenBucket bucket;
  const Time now = time_from_us(1'000'000'000);
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(bucket.wait(rate, now), 0s) << i;
    bucket.take(rate, now);
  }
  EXPECT_EQ(bucket.wait(rate, now), 100ms);
  EXPECT_EQ(bucket.wait(rate, now + 99ms), 1ms);
  EXPECT_EQ(bucket.wait(rate, now + 100ms), 0s);
  bucket.take(rate, now + 100ms);
  EXPECT_EQ(bucket.wait(rate, now + 100ms), 100ms);
}

TEST(TokenBucketTest, ALowRateStillLetsOneThrough) {
  const BucketRate rate{1, 500ms};
  TokenBucket bucket;
  const Time now = time_from_us(1'000'000'000);
  EXPECT_EQ(bucket.wait(rate, now), 0s);
  bucket.take(rate, now);
  EXPECT_EQ(bucket.wait(rate, now), 1s);
}

TEST(TokenBucketTest, WithoutARateEverythingPasses) {
  TokenBucket bucket;
  for (int i = 0; i < 1'000; ++i) bucket.take({0, 1s}, Time{});
  EXPECT_EQ(bucket.wait({0, 1s}, Time{}), 0s);
}

TEST(ClientBucketsTest, AreBoundedAndForgetWhoWasQuiet) {
  ClientBuckets buckets(3, 5s);
  const Time now = time_from_us(1'000'000'000);
  for (const char* client : {"a", "b", "c"}) buckets.of(client, now);
  ClientBuckets::Pair* const shared = &buckets.of("d", now);
  EXPECT_EQ(&buckets.of("e", now), shared);
  EXPECT_NE(&buckets.of("a", now + 4s), shared);
  EXPECT_EQ(buckets.size(), 3u);
  EXPECT_NE(&buckets.of("d", now + 6s), shared);
  EXPECT_EQ(buckets.size(), 2u) << "a and d";
}

// ---- The order of shedding ----

class ShedTest : public ::testing::Test {
 protected:
  std::set<RequestClass> taken(std::uint64_t waiting, Duration delay, Duration shed_after = 100ms) {
    Intake intake(
        {shed_after, {}}, clock_,
        [&] {
          return LoopLoad{waiting, 1'000, delay};
        },
        counters_);
    std::set<RequestClass> admitted;
    for (const RequestClass what : kAll) {
      if (!intake.admit(what, "")) admitted.insert(what);
    }
    return admitted;
  }
  // The classes that go last.
  static std::set<RequestClass> last(std::size_t count) {
    return {std::end(kAll) - static_cast<std::ptrdiff_t>(count), std::end(kAll)};
  }

  ManualClock clock_{time_from_us(1'000'000'000)};
  EdgeCounters counters_;
};

TEST_F(ShedTest, TheMoreWaitsTheMoreIsRefusedInOrder) {
  EXPECT_EQ(taken(249, 0s), last(4));
  EXPECT_EQ(taken(250, 0s), last(3));
  EXPECT_EQ(taken(499, 0s), last(3));
  EXPECT_EQ(taken(500, 0s), last(2));
  EXPECT_EQ(taken(750, 0s), last(1));
  EXPECT_EQ(taken(1'000, 0s), last(1)) << "the inbox itself refuses these";
}

TEST_F(ShedTest, TheLongerItWaitsTheMoreIsRefusedInOrder) {
  EXPECT_EQ(taken(1, 50ms), last(4));
  EXPECT_EQ(taken(1, 51ms), last(3));
  EXPECT_EQ(taken(1, 101ms), last(2));
  EXPECT_EQ(taken(1, 501ms), last(1));
  EXPECT_EQ(taken(1, 1h), last(1));
}

TEST_F(ShedTest, CanBeTurnedOff) { EXPECT_EQ(taken(1'000, 1h, 0s), last(4)); }

TEST_F(ShedTest, RefusalsSayWhenToTryAgainAndAreCounted) {
  Intake intake(
      {100ms, {}}, clock_,
      [] {
        return LoopLoad{500, 1'000, 0s};
      },
      counters_);
  const Refused refused = intake.admit(RequestClass::Submit, "");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->reason, Reason::OVERLOADED);
  EXPECT_EQ(refused->retry_delay, 100ms);
  const auto counted = [&](RequestClass what, RefusedBy why) {
    return counters_.refused[static_cast<std::size_t>(what)][static_cast<std::size_t>(why)].load();
  };
  EXPECT_EQ(counted(RequestClass::Submit, RefusedBy::Overload), 1u);
  EXPECT_EQ(counted(RequestClass::Look, RefusedBy::Overload), 0u);
}

TEST(ClassTest, WhatBringsContactsToTheirEndGoesLast) {
  EXPECT_EQ(class_of(SubmitContact{}), RequestClass::Submit);
  EXPECT_EQ(class_of(UpdateContact{}), RequestClass::Submit);
  EXPECT_EQ(class_of(Login{}), RequestClass::AgentState);
  EXPECT_EQ(class_of(SetReady{}), RequestClass::AgentState);
  EXPECT_EQ(class_of(AcceptOffer{}), RequestClass::Progress);
  EXPECT_EQ(class_of(EndContact{}), RequestClass::Progress);
  EXPECT_EQ(class_of(CancelContact{}), RequestClass::Progress);
  EXPECT_EQ(class_of(FinishWrapUp{}), RequestClass::Progress);
}

// ---- Rates ----

class RatesTest : public ::testing::Test {
 protected:
  static RateLimits one_each() {
    return {
        .client_submits = 1, .client_requests = 1, .tenant_submits = 2, .tenant_requests = 2, .burst = 1s};
  }
  Refused ask(RequestClass what, const std::string& client) { return intake_.admit(what, client); }

  ManualClock clock_{time_from_us(1'000'000'000)};
  EdgeCounters counters_;
  Intake intake_{{0s, one_each()}, clock_, [] { return LoopLoad{}; }, counters_};
};

TEST_F(RatesTest, AClientThatAsksForTooMuchIsRefusedAndNobodyElse) {
  EXPECT_FALSE(ask(RequestClass::Submit, "ana"));
  const Refused refused = ask(RequestClass::Submit, "ana");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->reason, Reason::RATE_LIMITED);
  EXPECT_EQ(refused->retry_delay, 1s);
  EXPECT_NE(refused->detail.find("client_submits"), std::string::npos);
  EXPECT_FALSE(ask(RequestClass::Submit, "ben"));
  EXPECT_FALSE(ask(RequestClass::Look, "ana")) << "submits and requests are counted apart";
  clock_.advance(1s);
  EXPECT_FALSE(ask(RequestClass::Submit, "ana"));
}

TEST_F(RatesTest, TheClientsOfATenantShareItsRate) {
  EXPECT_FALSE(ask(RequestClass::Look, "ana"));
  EXPECT_FALSE(ask(RequestClass::AgentState, "ben"));
  const Refused refused = ask(RequestClass::Look, "cleo");
  ASSERT_TRUE(refused);
  EXPECT_NE(refused->detail.find("tenant_requests"), std::string::npos);
  EXPECT_EQ(refused->retry_delay, 500ms);
  clock_.advance(500ms);
  EXPECT_FALSE(ask(RequestClass::Look, "cleo")) << "a refusal takes nothing from the client";
}

TEST_F(RatesTest, OthersCannotKeepOutWhatBringsContactsToTheirEnd) {
  for (const char* client : {"ana", "ben"}) EXPECT_FALSE(ask(RequestClass::Look, client));
  EXPECT_TRUE(ask(RequestClass::Look, "cleo"));
  EXPECT_FALSE(ask(RequestClass::Progress, "cleo"));
  EXPECT_TRUE(ask(RequestClass::Progress, "cleo")) << "its own rate holds";
}

// ---- The whole router ----

v1::SubmitContactRequest contact(const std::string& id) {
  v1::SubmitContactRequest request;
  request.set_contact_id(id);
  request.set_queue("sales");
  return request;
}

void expect_retry(const grpc::Status& status, Reason::Reason reason) {
  EXPECT_EQ(status.error_code(), grpc::RESOURCE_EXHAUSTED);
  const v1::RejectionDetail detail = rejection(status);
  EXPECT_EQ(detail.reason(), reason);
  EXPECT_TRUE(detail.has_retry_delay());
  v1::ErrorStatus packed;
  ASSERT_TRUE(packed.ParseFromString(status.error_details()));
  ASSERT_EQ(packed.details_size(), 2);
  EXPECT_EQ(packed.details(1).type_url(), "type.googleapis.com/google.rpc.RetryInfo");
  v1::RetryInfo retry;
  ASSERT_TRUE(retry.ParseFromString(packed.details(1).value()));
  EXPECT_EQ(retry.retry_delay().nanos(), detail.retry_delay().nanos());
  EXPECT_EQ(retry.retry_delay().seconds(), detail.retry_delay().seconds());
}

TEST(IntakeTest, AClientsRateHoldsOverUnaryCallsAndSessions) {
  ServerUnderTest::Options options;
  options.server.rates.client_submits = 1;
  options.server.rates.burst = 2s;
  ServerUnderTest server(options);
  v1::SubmitContactResponse response;
  EXPECT_TRUE(
      call(&v1::GatewayService::Stub::SubmitContact, server.gateway(), contact("c1"), &response).ok());
  GatewayClient gateway = open_gateway(server, "pbx");
  EXPECT_TRUE(gateway.ask(submit("c2")).has_ok());
  const v1::GatewayReply refused = gateway.ask(submit("c3"));
  EXPECT_EQ(refused.rejection().reason(), Reason::RATE_LIMITED);
  EXPECT_EQ(refused.rejection().retry_delay().seconds(), 1);
  const auto with = context();
  const grpc::Status status = server.gateway().SubmitContact(with.get(), contact("c4"), &response);
  expect_retry(status, Reason::RATE_LIMITED);
  EXPECT_EQ(with->GetServerTrailingMetadata().count("grpc-retry-pushback-ms"), 1u);
  server.clock().advance(1s);
  EXPECT_TRUE(gateway.ask(submit("c3")).has_ok());
}

// Everybody is one address here, so that these two share a rate that each connection would have alone.
TEST(IntakeTest, ConnectionsOfOneAddressShareARate) {
  ServerUnderTest::Options options;
  options.server.rates.client_requests = 1;
  options.server.rates.burst = 1s;
  ServerUnderTest server(options);
  grpc::ChannelArguments own;
  own.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  const auto other = v1::SupervisorService::NewStub(
      grpc::CreateCustomChannel(server.server().grpc_address(), grpc::InsecureChannelCredentials(), own));
  v1::ListQueuesResponse response;
  const auto list = &v1::SupervisorService::Stub::ListQueues;
  EXPECT_TRUE(call(list, server.supervisor(), {}, &response).ok());
  expect_retry(call(list, *other, {}, &response), Reason::RATE_LIMITED);
}

// One unary call of each class on a thread of its own, while the loop is held.
class Callers {
 public:
  explicit Callers(ServerUnderTest& server) : server_(server) {}

  // Whether it is refused at once; otherwise it waits for the loop.
  bool is_refused(RequestClass what) {
    // A command brings its look at the result along, a moment later.
    const std::uint64_t mails = what == RequestClass::Look ? 1 : 2;
    const std::uint64_t taken = load().waiting + mails;
    const std::string id = "n" + std::to_string(++calls_);
    auto asked = std::async(std::launch::async, [this, what, id] { return ask(what, id); });
    const auto limit = std::chrono::steady_clock::now() + kLongLimit;
    while (asked.wait_for(0s) != std::future_status::ready && load().waiting < taken) {
      if (std::chrono::steady_clock::now() > limit) {
        ADD_FAILURE() << "neither refused nor taken";
        break;
      }
      std::this_thread::yield();
    }
    if (asked.wait_for(0s) != std::future_status::ready) {
      waiting_.push_back(std::move(asked));
      return false;
    }
    const grpc::Status status = asked.get();
    expect_retry(status, Reason::OVERLOADED);
    return true;
  }

 private:
  LoopLoad load() { return server_.server().tenant("default")->loop().load(); }

  grpc::Status ask(RequestClass what, const std::string& id) {
    switch (what) {
      case RequestClass::Look: {
        v1::ListQueuesResponse response;
        return call(&v1::SupervisorService::Stub::ListQueues, server_.supervisor(), {}, &response);
      }
      case RequestClass::Submit: {
        v1::SubmitContactResponse response;
        return call(&v1::GatewayService::Stub::SubmitContact, server_.gateway(), contact(id), &response);
      }
      case RequestClass::AgentState: {
        v1::LoginRequest request;
        request.set_agent_id(id);
        v1::LoginResponse response;
        return call(&v1::AgentService::Stub::Login, server_.agent(), request, &response);
      }
      case RequestClass::Progress: {
        v1::CancelContactRequest request;
        request.set_contact_id(id);
        v1::CancelContactResponse response;
        return call(&v1::GatewayService::Stub::CancelContact, server_.gateway(), request, &response);
      }
    }
    return {};
  }

  ServerUnderTest& server_;
  int calls_ = 0;
  std::vector<std::future<grpc::Status>> waiting_;  // their ends are waited for
};

std::vector<Request> cancels(std::size_t count) {
  std::vector<Request> requests(count);
  for (Request& request : requests) request.body = CancelContact{.contact = "nobody"};
  return requests;
}

TEST(IntakeTest, AHeldLoopRefusesDashboardsThenSubmitsThenAgents) {
  ServerUnderTest::Options options;
  options.server.inbox_limit = 1'000;
  options.server.shed_after = 100ms;
  ServerUnderTest server(options);
  Callers callers(server);
  HeldLoop hold(server);
  std::size_t refused = 0;
  for (const std::size_t more : {0u, 250u, 250u, 250u}) {  // of 1,000
    if (more > 0) {
      ASSERT_EQ(hold.loop().submit(cancels(more)), Admission::Admitted);
    }
    for (std::size_t i = 0; i < std::size(kAll); ++i) {
      EXPECT_EQ(callers.is_refused(kAll[i]), i < refused) << "class " << i << ", refused " << refused;
    }
    ++refused;
  }
  hold.go_on();
}

TEST(IntakeTest, ALoopThatIsLateRefusesDashboardsThenSubmitsThenAgents) {
  ServerUnderTest::Options options;
  options.server.shed_after = 100ms;
  ServerUnderTest server(options);
  Callers callers(server);
  HeldLoop hold(server);
  std::size_t refused = 0;
  for (const Duration more : {Duration(0ms), Duration(51ms), Duration(50ms), Duration(400ms)}) {
    server.clock().advance(more);
    for (std::size_t i = 0; i < std::size(kAll); ++i) {
      EXPECT_EQ(callers.is_refused(kAll[i]), i < refused) << "class " << i << ", refused " << refused;
    }
    ++refused;
  }
  hold.go_on();
}

}  // namespace
}  // namespace cordboard::testing
