// How requests and errors of the Connect protocol look.

#include <gmock/gmock.h>

#include "router/connect/connect_error.h"
#include "router/connect/connect_request.h"
#include "router/connect/envelope.h"
#include "router/connect/same_site.h"

namespace cordboard::testing {
namespace {

using ::testing::HasSubstr;

// ---- Errors ----

TEST(ConnectErrorTest, EachCodeOfGrpcHasItsNameAndHttpStatus) {
  const struct {
    int grpc;
    const char* name;
    unsigned http;
  } expected[] = {{1, "canceled", 499},
                  {2, "unknown", 500},
                  {3, "invalid_argument", 400},
                  {4, "deadline_exceeded", 504},
                  {5, "not_found", 404},
                  {6, "already_exists", 409},
                  {7, "permission_denied", 403},
                  {8, "resource_exhausted", 429},
                  {9, "failed_precondition", 400},
                  {10, "aborted", 409},
                  {11, "out_of_range", 400},
                  {12, "unimplemented", 501},
                  {13, "internal", 500},
                  {14, "unavailable", 503},
                  {15, "data_loss", 500},
                  {16, "unauthenticated", 401}};
  for (const auto& row : expected) {
    EXPECT_EQ(name_of(connect_code(row.grpc)), row.name);
    EXPECT_EQ(http_status_of(connect_code(row.grpc)), row.http) << row.name;
  }
  for (const int foreign : {0, -1, 17, 4711}) EXPECT_EQ(name_of(connect_code(foreign)), "unknown");
}

TEST(ConnectErrorTest, IsJsonWithBase64WithoutPadding) {
  const ConnectError error{
      ConnectCode::NotFound, "no \"queue\"", {{"cordboard.v1.RejectionDetail", "\x08\x03"}}};
  EXPECT_EQ(error_json(error), R"({"code":"not_found","message":"no \"queue\"",)"
                               R"("details":[{"type":"cordboard.v1.RejectionDetail","value":"CAM"}]})");
  EXPECT_EQ(error_json({ConnectCode::Internal, "x", {{"a.B", ""}}}),
            R"({"code":"internal","message":"x","details":[{"type":"a.B","value":""}]})");
}

TEST(ConnectErrorTest, WhatIsNoTextIsMadeOne) {
  EXPECT_EQ(error_json({ConnectCode::Unknown, "a\xff\n\x01z"}), R"({"code":"unknown","message":"a???z"})");
}

TEST(ConnectErrorTest, AStreamEndsWithItOrWithoutAWord) {
  const ConnectError error{ConnectCode::Unavailable, "SHUTTING_DOWN"};
  EXPECT_EQ(end_of_stream_json(&error), R"({"error":{"code":"unavailable","message":"SHUTTING_DOWN"}})");
  EXPECT_EQ(end_of_stream_json(nullptr), "{}");
}

// ---- Envelopes ----

std::string bytes_of(std::initializer_list<int> values) {
  std::string bytes;
  for (const int value : values) bytes += static_cast<char>(value);
  return bytes;
}

TEST(EnvelopeTest, HasFlagsAndALengthWithTheHighestByteFirst) {
  EXPECT_EQ(envelope_header(EnvelopeKind::Message, 0x01020304), bytes_of({0, 1, 2, 3, 4}));
  EXPECT_EQ(envelope_header(EnvelopeKind::EndOfStream, 2), bytes_of({2, 0, 0, 0, 2}));
}

TEST(EnvelopeTest, ARequestIsOneMessage) {
  const std::string body = bytes_of({0, 0, 0, 0, 3}) + "abc";
  const auto message = only_message(body);
  ASSERT_TRUE(std::holds_alternative<std::string_view>(message));
  EXPECT_EQ(std::get<std::string_view>(message), "abc");
  EXPECT_EQ(std::get<std::string_view>(only_message(bytes_of({0, 0, 0, 0, 0}))), "");
}

ConnectError wrong(const std::string& body) {
  const auto message = only_message(body);
  const auto* const error = std::get_if<ConnectError>(&message);
  return error == nullptr ? ConnectError{ConnectCode::Unknown, "it was taken"} : *error;
}

TEST(EnvelopeTest, WhatIsNotOneMessageIsRefusedWithTheReason) {
  EXPECT_THAT(wrong("").message, HasSubstr("the body has 0 bytes"));
  EXPECT_THAT(wrong(bytes_of({0, 0, 0, 0})).message, HasSubstr("the body has 4 bytes"));
  EXPECT_THAT(wrong(bytes_of({0, 0, 0, 0, 4}) + "abc").message, HasSubstr("says 4 bytes, and 3 follow"));
  EXPECT_THAT(wrong(bytes_of({0, 255, 255, 255, 255})).message, HasSubstr("says 4294967295 bytes, and 0"));
  EXPECT_THAT(wrong(bytes_of({0, 0, 0, 0, 1}) + "abc").message, HasSubstr("2 bytes follow the message"));
  EXPECT_THAT(wrong(bytes_of({2, 0, 0, 0, 2}) + "{}").message, HasSubstr("flags 2"));
  EXPECT_THAT(wrong(bytes_of({128, 0, 0, 0, 0})).message, HasSubstr("flags 128"));
  EXPECT_EQ(wrong("").code, ConnectCode::InvalidArgument);
  EXPECT_EQ(wrong(bytes_of({1, 0, 0, 0, 0})).code, ConnectCode::Unimplemented);
  EXPECT_THAT(wrong(bytes_of({1, 0, 0, 0, 0})).message, HasSubstr("supported: identity"));
}

// ---- Headers ----

HttpRequest request(std::vector<HttpHeader> headers) {
  HttpRequest made{.method = "POST", .path = "/cordboard.v1.SupervisorService/GetStatus"};
  made.headers = std::move(headers);
  return made;
}

TEST(ConnectRequestTest, TakesWhatTheClientsSend) {
  const auto read = read_headers(request({{"content-type", "application/proto"},
                                          {"CONNECT-PROTOCOL-VERSION", "1"},
                                          {"connect-timeout-ms", "1500"},
                                          {"Authorization", "Bearer a.b.c"},
                                          {"Cordboard-Tenant", "acme"},
                                          {"x-anything", "else"}}),
                                 false);
  ASSERT_TRUE(std::holds_alternative<ConnectHeaders>(read)) << std::get<ConnectError>(read).message;
  const auto& headers = std::get<ConnectHeaders>(read);
  EXPECT_EQ(headers.timeout, std::chrono::milliseconds(1500));
  EXPECT_EQ(headers.authorization, "Bearer a.b.c");
  EXPECT_EQ(headers.tenant, "acme");
  const auto stream =
      read_headers(request({{"Content-Type", "application/connect+proto; charset=utf-8"}}), true);
  ASSERT_TRUE(std::holds_alternative<ConnectHeaders>(stream));
  EXPECT_FALSE(std::get<ConnectHeaders>(stream).timeout);
}

ConnectError refusal(const HttpHeader& header, bool streams = false) {
  std::vector<HttpHeader> headers = {header};
  if (header.name != "Content-Type") {
    headers.push_back({"Content-Type", streams ? "application/connect+proto" : "application/proto"});
  }
  const auto read = read_headers(request(headers), streams);
  const auto* const error = std::get_if<ConnectError>(&read);
  return error == nullptr ? ConnectError{ConnectCode::Unknown, "it was taken"} : *error;
}

TEST(ConnectRequestTest, AnotherContentTypeIsRefusedByHttp) {
  for (const char* type :
       {"application/json", "text/plain", "application/connect+proto", "application/grpc", ""}) {
    EXPECT_EQ(refusal({"Content-Type", type}).http_status, 415u) << type;
  }
  EXPECT_EQ(refusal({"Content-Type", "application/proto"}, true).http_status, 415u);
  EXPECT_THAT(refusal({"Content-Type", "text/plain"}).message,
              HasSubstr("expected application/proto, found \"text/plain\""));
  const auto none = read_headers(request({}), false);
  EXPECT_THAT(std::get<ConnectError>(none).message, HasSubstr("found none"));
}

TEST(ConnectRequestTest, OtherHeadersAreRefusedWithTheReason) {
  EXPECT_THAT(refusal({"Connect-Protocol-Version", "2"}).message, HasSubstr("expected 1, found \"2\""));
  EXPECT_EQ(refusal({"Content-Encoding", "gzip"}).code, ConnectCode::Unimplemented);
  EXPECT_THAT(refusal({"Content-Encoding", "gzip"}).message, HasSubstr("supported: identity"));
  EXPECT_EQ(refusal({"Connect-Content-Encoding", "br"}, true).code, ConnectCode::Unimplemented);
  for (const char* time : {"0", "-1", "1s", "", " 5", "12345678901", "99999999999999999999"}) {
    EXPECT_EQ(refusal({"Connect-Timeout-Ms", time}).code, ConnectCode::InvalidArgument) << time;
  }
  EXPECT_THAT(refusal({"Connect-Timeout-Ms", "1s"}).message, HasSubstr("at most 10 digits, found \"1s\""));
}

// gRPC stops the process at metadata that are not ASCII.
TEST(ConnectRequestTest, MetadataAreAscii) {
  for (const char* name : {"authorization", "cordboard-tenant"}) {
    EXPECT_THAT(refusal({name, "a\xffz"}).message, HasSubstr("printable ASCII only"));
    EXPECT_THAT(refusal({name, "a\tz"}).message, HasSubstr("printable ASCII only"));
  }
}

// ---- Whose pages may call ----

std::optional<ConnectError> foreign(std::vector<HttpHeader> headers, const HostRule& rule) {
  return check_same_site(request(std::move(headers)), rule);
}

TEST(SameSiteTest, PagesOfThisRouterMayCall) {
  const HostRule rule{.any = false, .listened_on = "router.example"};
  for (const char* host : {"localhost:7080", "LOCALHOST", "127.0.0.1:7080", "10.0.0.7", "[::1]:7080",
                           "[fe80::1]", "router.example:7080"}) {
    EXPECT_FALSE(foreign({{"Host", host}}, rule)) << host;
    EXPECT_FALSE(foreign({{"Host", host}, {"Origin", std::string("http://") + host}}, rule)) << host;
    EXPECT_FALSE(foreign({{"Host", host}, {"Origin", std::string("https://") + host}}, rule)) << host;
  }
}

TEST(SameSiteTest, PagesOfOthersMayNot) {
  for (const bool any : {false, true}) {
    const HostRule rule{.any = any, .listened_on = "127.0.0.1"};
    for (const char* origin : {"http://evil.example", "http://localhost:7081", "http://localhost", "null", "",
                               "localhost:7080", "http://localhost:7080.evil.example"}) {
      const auto error = foreign({{"Host", "localhost:7080"}, {"Origin", origin}}, rule);
      ASSERT_TRUE(error) << origin;
      EXPECT_EQ(error->code, ConnectCode::PermissionDenied);
      EXPECT_THAT(error->message, HasSubstr("Origin"));
    }
    EXPECT_THAT(foreign({}, rule)->message, HasSubstr("Host: missing"));
  }
}

// The name of a stranger's host, which now leads here.
TEST(SameSiteTest, ANameThatAStrangerMayHaveChangedIsForThoseWhoProveWhoTheyAre) {
  const std::vector<HttpHeader> headers = {{"Host", "evil.example:7080"},
                                           {"Origin", "http://evil.example:7080"}};
  const auto error = foreign(headers, {.any = false, .listened_on = "127.0.0.1"});
  ASSERT_TRUE(error);
  EXPECT_THAT(error->message, HasSubstr("evil.example:7080"));
  EXPECT_THAT(error->message, HasSubstr("server.access"));
  EXPECT_FALSE(foreign(headers, {.any = true, .listened_on = "127.0.0.1"}));
  for (const char* host : {"127.0.0.1.evil.example", "localhost.evil.example", "127.1", "1"}) {
    EXPECT_TRUE(foreign({{"Host", host}}, {.any = false, .listened_on = "127.0.0.1"})) << host;
  }
}

}  // namespace
}  // namespace cordboard::testing
