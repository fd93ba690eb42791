// Browsers' calls to a whole router, byte by byte.

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>

#include <filesystem>
#include <fstream>

#include "router/connect/envelope.h"
#include "router/grpc/gate.h"
#include "tests/access/token_issuer.h"
#include "tests/connect/connect_client.h"
#include "tests/grpc/server_under_test.h"

namespace cordboard::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Detail = v1::RejectionDetail;

std::string submit(const std::string& contact, const std::string& queue = "sales") {
  v1::SubmitContactRequest request;
  request.set_contact_id(contact);
  request.set_queue(queue);
  return request.SerializeAsString();
}

Detail::Reason reason_of(const std::string& json) {
  const ReadError error = read_error(json);
  EXPECT_EQ(error.detail_type, "cordboard.v1.RejectionDetail") << json;
  Detail detail;
  EXPECT_TRUE(detail.ParseFromString(error.detail_value));
  return detail.reason();
}

class ConnectCallsTest : public ::testing::Test {
 protected:
  const std::string& address() { return router_.server().http_address(); }
  ConnectAnswer call(const std::string& path, const std::string& message = "",
                     const std::string& headers = "") {
    return connect_call(address(), path, message, headers);
  }
  std::uint64_t open_watches() {
    return router_.server().tenant("default")->counters().open[static_cast<int>(StreamKind::Watch)];
  }

  ServerUnderTest router_;
};

// ---- Unary ----

TEST_F(ConnectCallsTest, AUnaryCallIsAnsweredInBinary) {
  const ConnectAnswer answer = call("SupervisorService/GetStatus");
  ASSERT_EQ(answer.status, 200) << answer.head << answer.body;
  EXPECT_THAT(answer.head, HasSubstr("Content-Type: application/proto\r\n"));
  EXPECT_THAT(answer.head, HasSubstr("Cache-Control: no-store"));
  v1::GetStatusResponse response;
  ASSERT_TRUE(response.ParseFromString(answer.body));
  EXPECT_EQ(response.revision(), router_.revision());
}

TEST_F(ConnectCallsTest, ARequestOfABrowserChangesWhatOthersSee) {
  ASSERT_EQ(call("GatewayService/SubmitContact", submit("c1")).status, 200);
  v1::ListContactsResponse contacts;
  ASSERT_TRUE(cordboard::testing::call(&v1::SupervisorService::Stub::ListContacts, router_.supervisor(),
                                       v1::ListContactsRequest{}, &contacts)
                  .ok());
  ASSERT_EQ(contacts.contacts_size(), 1);
  EXPECT_EQ(contacts.contacts(0).contact_id(), "c1");
}

TEST_F(ConnectCallsTest, ARefusalHasItsCodeAndDetails) {
  const ConnectAnswer answer = call("GatewayService/SubmitContact", submit("c1", "nowhere"));
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.head, HasSubstr("Content-Type: application/json"));
  EXPECT_EQ(read_error(answer.body).code, "not_found");
  EXPECT_THAT(read_error(answer.body).message, HasSubstr("UNKNOWN_QUEUE"));
  EXPECT_EQ(reason_of(answer.body), Detail::UNKNOWN_QUEUE);
}

TEST_F(ConnectCallsTest, BytesThatAreNoMessageAreRefusedByName) {
  const ConnectAnswer answer = call("GatewayService/SubmitContact", "\xff\xff\xff");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(read_error(answer.body).code, "invalid_argument");
  EXPECT_THAT(read_error(answer.body).message, HasSubstr("not a cordboard.v1.SubmitContactRequest"));
}

TEST_F(ConnectCallsTest, ATenantIsNamedByAHeader) {
  const ConnectAnswer answer = call("SupervisorService/GetStatus", "", "cordboard-tenant: nobody\r\n");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(reason_of(answer.body), Detail::UNKNOWN_TENANT);
}

// Each answers, whatever it thinks of an empty request; the streams both ways say why not.
TEST_F(ConnectCallsTest, EveryMethodOfEveryServiceIsThere) {
  int methods = 0;
  for (const std::string& name : kServices) {
    const auto* const service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
    for (int i = 0; i < service->method_count(); ++i, ++methods) {
      const auto* const method = service->method(i);
      const std::string path = "/" + name + "/" + method->name();
      if (method->server_streaming() && !method->client_streaming()) {
        ConnectStream stream(address(), path, v1::WatchRequest{});
        if (stream.read<v1::WatchResponse>()) continue;
        const std::string code = read_error(stream.end()).code;
        EXPECT_TRUE(!code.empty() && code != "unimplemented") << path << ": " << stream.end();
        continue;
      }
      const std::string code = read_error(call(path).body).code;
      EXPECT_EQ(code == "unimplemented", method->client_streaming()) << path;
    }
  }
  EXPECT_EQ(methods, static_cast<int>(access_table().size()));
}

TEST_F(ConnectCallsTest, WhatIsNotThereIsToldFromWhatIsNotAllowed) {
  const ConnectAnswer unknown = call("SupervisorService/GetNothing");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(read_error(unknown.body).code, "unimplemented");
  EXPECT_THAT(read_error(unknown.body).message, HasSubstr("no /cordboard.v1.SupervisorService/GetNothing"));
  const ConnectAnswer session = call("GatewayService/Session");
  EXPECT_EQ(session.status, 501);
  EXPECT_THAT(read_error(session.body).message, HasSubstr("gRPC only"));
  const std::string path = "/cordboard.v1.SupervisorService/GetStatus";
  for (const char* method : {"GET", "OPTIONS", "PUT"}) {
    const ConnectAnswer answer =
        http_exchange(address(), std::string(method) + " " + path +
                                     " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_THAT(answer.head, HasSubstr("Allow: POST"));
    EXPECT_THAT(answer.head, Not(HasSubstr("Access-Control"))) << "a preflight must not succeed";
  }
}

TEST_F(ConnectCallsTest, HeadersThatAreWrongAreToldAndHarmNobody) {
  EXPECT_EQ(call("SupervisorService/GetStatus", "{}", "Content-Type: application/json\r\n").status, 415);
  EXPECT_EQ(call("SupervisorService/GetStatus", "", "Connect-Timeout-Ms: soon\r\n").status, 400);
  EXPECT_EQ(call("SupervisorService/GetStatus", "", "Content-Encoding: gzip\r\n").status, 501);
  EXPECT_EQ(call("SupervisorService/GetStatus", "", "authorization: Bearer \xff\r\n").status, 400);
  EXPECT_EQ(call("SupervisorService/GetStatus", "", "cordboard-tenant: \xc3\xa4\r\n").status, 400);
  EXPECT_EQ(call("SupervisorService/GetStatus", "", "Host: evil.example\r\n").status, 403);
  EXPECT_EQ(call("SupervisorService/GetStatus", "", "Origin: http://evil.example\r\n").status, 403);
  EXPECT_EQ(call("SupervisorService/GetStatus").status, 200);
}

TEST_F(ConnectCallsTest, ABodyMayBeAsLargeAsAMessage) {
  const std::size_t limit = ServerConfig{}.max_message_bytes;
  const auto size = [&](std::size_t bytes) {
    return call("ConfigService/Validate", std::string(bytes, '\0'));
  };
  EXPECT_EQ(size(limit).status, 400) << "no message, but not too large";
  EXPECT_EQ(size(limit + 100).status, 413);
}

TEST_F(ConnectCallsTest, AConnectionCarriesOneCallAfterAnother) {
  const std::string one =
      "POST /cordboard.v1.SupervisorService/GetDigest HTTP/1.1\r\nHost: localhost\r\n"
      "Content-Type: application/proto\r\nContent-Length: 0\r\n\r\n";
  const std::string last =
      "POST /cordboard.v1.SupervisorService/GetStatus HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
      "Content-Type: application/proto\r\nContent-Length: 0\r\n\r\n";
  const ConnectAnswer answers = http_exchange(address(), one + one + last);
  std::size_t count = 0;
  const std::string text = answers.head + answers.body;
  for (std::size_t at = 0; (at = text.find("HTTP/1.1 200 OK", at)) != std::string::npos; ++at) ++count;
  EXPECT_EQ(count, 3u);
}

// ---- Streams ----

TEST_F(ConnectCallsTest, AWatchIsASnapshotAndThenWhatChanges) {
  ConnectStream watch(address(), "SupervisorService/Watch", v1::WatchRequest{});
  EXPECT_THAT(watch.head(), HasSubstr("200 OK"));
  EXPECT_THAT(watch.head(), HasSubstr("Content-Type: application/connect+proto"));
  const auto snapshot = watch.read<v1::WatchResponse>();
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->snapshot().queues_size(), 3);
  ASSERT_EQ(call("GatewayService/SubmitContact", submit("c1")).status, 200);
  const auto deltas = watch.read<v1::WatchResponse>();
  ASSERT_TRUE(deltas);
  ASSERT_EQ(deltas->deltas().deltas_size(), 1);
  EXPECT_EQ(deltas->deltas().deltas(0).contacts(0).contact_id(), "c1");
}

TEST_F(ConnectCallsTest, AStreamThatIsRefusedSaysWhyAtItsEnd) {
  v1::WatchRequest request;
  request.mutable_filter()->add_queues("nowhere");
  ConnectStream watch(address(), "SupervisorService/Watch", request);
  EXPECT_THAT(watch.head(), HasSubstr("200 OK"));
  EXPECT_FALSE(watch.read<v1::WatchResponse>());
  EXPECT_EQ(read_error(watch.end()).code, "not_found");
  EXPECT_EQ(reason_of(watch.end()), Detail::UNKNOWN_QUEUE);
}

TEST_F(ConnectCallsTest, AStreamWhoseRequestIsNoEnvelopeSaysSoAtItsEnd) {
  const ConnectAnswer answer =
      call("SupervisorService/Watch", "abc", "Content-Type: application/connect+proto\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr(R"("code":"invalid_argument")"));
  EXPECT_THAT(answer.body, HasSubstr("the body has 3 bytes"));
}

TEST_F(ConnectCallsTest, AStreamForAForeignPageSaysWhyAtItsEnd) {
  ConnectAnswer answer = call("SupervisorService/Watch", envelope(""),
                              "Content-Type: application/connect+proto\r\nOrigin: http://evil.example\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(read_error(answer.body.erase(0, kEnvelopeHeaderBytes)).code, "permission_denied");
}

TEST_F(ConnectCallsTest, AStreamNeedsHttp11) {
  const std::string body = envelope("");
  const ConnectAnswer answer =
      http_exchange(address(),
                    "POST /cordboard.v1.SupervisorService/Watch HTTP/1.0\r\nHost: localhost\r\n"
                    "Content-Type: application/connect+proto\r\nContent-Length: 5\r\n\r\n" +
                        body);
  EXPECT_EQ(answer.status, 505);
  EXPECT_EQ(read_error(answer.body).code, "unimplemented");
  EXPECT_THAT(read_error(answer.body).message, HasSubstr("needs HTTP/1.1"));
}

TEST_F(ConnectCallsTest, ATimeoutEndsAStream) {
  ConnectStream watch(address(), "SupervisorService/Watch", v1::WatchRequest{}, "Connect-Timeout-Ms: 50\r\n");
  while (watch.read<v1::WatchResponse>()) {
  }
  EXPECT_EQ(read_error(watch.end()).code, "deadline_exceeded");
}

TEST_F(ConnectCallsTest, ABrowserThatGoesAwayIsForgotten) {
  {
    ConnectStream watch(address(), "SupervisorService/Watch", v1::WatchRequest{});
    ASSERT_TRUE(watch.read<v1::WatchResponse>());
    EXPECT_EQ(open_watches(), 1u);
  }
  const auto limit = std::chrono::steady_clock::now() + kLongLimit;
  while (open_watches() > 0 && std::chrono::steady_clock::now() < limit) {
    ASSERT_EQ(call("SupervisorService/GetStatus").status, 200);
  }
  EXPECT_EQ(open_watches(), 0u);
}

TEST_F(ConnectCallsTest, AStopIsToldToThoseWhoWatch) {
  ConnectStream watch(address(), "SupervisorService/Watch", v1::WatchRequest{});
  ASSERT_TRUE(watch.read<v1::WatchResponse>());
  EXPECT_EQ(router_.server().stop(), ExitCode::Ok);
  while (watch.read<v1::WatchResponse>()) {
  }
  EXPECT_EQ(read_error(watch.end()).code, "unavailable") << watch.end();
  EXPECT_EQ(read_error(watch.end()).detail_type, "cordboard.v1.StreamClosedDetail");
  v1::StreamClosedDetail detail;
  ASSERT_TRUE(detail.ParseFromString(read_error(watch.end()).detail_value));
  EXPECT_EQ(detail.reason(), v1::StreamClosedDetail::SHUTTING_DOWN);
}

TEST_F(ConnectCallsTest, ThereAreOnlySoManyStreams) {
  ServerUnderTest::Options options;
  options.server.http_connections = 16;
  ServerUnderTest small(options);
  const std::string& address = small.server().http_address();
  std::vector<std::unique_ptr<ConnectStream>> watches;
  for (int i = 0; i < 12; ++i) {
    watches.push_back(
        std::make_unique<ConnectStream>(address, "SupervisorService/Watch", v1::WatchRequest{}));
    ASSERT_TRUE(watches.back()->read<v1::WatchResponse>());
  }
  // Clients read why only when it is said as a stream's end.
  ConnectAnswer more = connect_call(address, "SupervisorService/Watch", envelope(""),
                                    "Content-Type: application/connect+proto\r\n");
  EXPECT_EQ(more.status, 200);
  EXPECT_THAT(more.head, HasSubstr("Content-Type: application/connect+proto"));
  const ReadError why = read_error(more.body.erase(0, kEnvelopeHeaderBytes));
  EXPECT_EQ(why.code, "resource_exhausted");
  EXPECT_THAT(why.message, HasSubstr("server.http_connections"));
  EXPECT_EQ(connect_call(address, "SupervisorService/GetStatus", "").status, 200) << "calls have room";
}

// ---- Whom it counts for ----

TEST(ConnectRatesTest, EachBrowserHasItsOwnAddressAndNobodyAnothers) {
  ServerUnderTest::Options options;
  options.server.rates = {.client_requests = 1, .burst = std::chrono::seconds(1)};
  ServerUnderTest router(options);
  const auto ask = [&](const std::string& from) {
    return connect_call(router.server().http_address(), "SupervisorService/ListQueues", "", "", from).status;
  };
  EXPECT_EQ(ask("127.0.0.2"), 200);
  EXPECT_EQ(ask("127.0.0.2"), 429);
  EXPECT_EQ(ask("127.0.0.3"), 200) << "another browser";
  // Whoever speaks gRPC is counted for where they are, whatever they say.
  int taken = 0;
  for (const char* claim : {"ipv4:127.0.0.9", "0123456789abcdef0123456789abcdef ipv4:127.0.0.9"}) {
    const auto with = context();
    with->AddMetadata(kBrowserKey, claim);
    v1::ListQueuesResponse response;
    taken += router.supervisor().ListQueues(with.get(), v1::ListQueuesRequest{}, &response).ok();
  }
  EXPECT_EQ(taken, 1);
  EXPECT_EQ(ask("127.0.0.1"), 429) << "the same address by gRPC";
}

// ---- Who they are ----

class ConnectAccessTest : public ::testing::Test {
 protected:
  ConnectAccessTest() {
    ServerUnderTest::Options options;
    options.server.access.tokens = issuer_.config();
    router_ = std::make_unique<ServerUnderTest>(options);
  }
  std::string token(const std::string& role, Time until = kLater) const {
    return "authorization: Bearer " + issuer_.sign(claims("jo", R"([")" + role + R"("])", until)) + "\r\n";
  }
  const std::string& address() { return router_->server().http_address(); }
  ConnectAnswer call(const std::string& path, const std::string& headers) {
    return connect_call(address(), path, "", headers);
  }

  PublishedIssuer issuer_;
  std::unique_ptr<ServerUnderTest> router_;
};

TEST_F(ConnectAccessTest, ABrowserIsLetInByItsTokenAndRole) {
  EXPECT_EQ(call("SupervisorService/GetStatus", token("observer")).status, 200);
  EXPECT_EQ(call("SupervisorService/GetStatus", token("observer") + "Host: cordboard.example\r\n").status,
            200)
      << "who proves who they are may use any name";
  const ConnectAnswer stranger = call("SupervisorService/GetStatus", "");
  EXPECT_EQ(stranger.status, 401);
  EXPECT_EQ(reason_of(stranger.body), Detail::NOT_AUTHENTICATED);
  const ConnectAnswer wrong = call("SupervisorService/GetStatus", "authorization: Bearer a.b.c\r\n");
  EXPECT_EQ(wrong.status, 401);
  const ConnectAnswer role = call("SupervisorService/SetQueueMode", token("observer"));
  EXPECT_EQ(role.status, 403);
  EXPECT_EQ(reason_of(role.body), Detail::NOT_ALLOWED);
}

TEST_F(ConnectAccessTest, AWatchEndsWithItsToken) {
  ConnectStream watch(address(), "SupervisorService/Watch", v1::WatchRequest{},
                      token("supervisor", kNow + std::chrono::minutes(1)));
  ASSERT_TRUE(watch.read<v1::WatchResponse>());
  router_->clock().advance(std::chrono::minutes(2));
  while (watch.read<v1::WatchResponse>()) {
  }
  EXPECT_EQ(read_error(watch.end()).code, "unauthenticated");
  EXPECT_THAT(read_error(watch.end()).message, HasSubstr("TOKEN_EXPIRED"));
}

}  // namespace
}  // namespace cordboard::testing
