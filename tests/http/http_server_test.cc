#include "router/http/http_server.h"

#include <gtest/gtest.h>

#include "tests/http/http_client.h"

namespace cordboard::testing {
namespace {

class HttpServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    HttpSite site;
    site.routes.emplace("/hello", at_once([] { return HttpResponse{.body = "hi\n"}; }));
    auto started = HttpServer::start({"127.0.0.1", 0}, std::move(site));
    ASSERT_TRUE(std::holds_alternative<std::unique_ptr<HttpServer>>(started));
    server_ = std::move(std::get<std::unique_ptr<HttpServer>>(started));
  }
  std::uint16_t port() const { return server_->port(); }
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, AnswersAPath) {
  const HttpAnswer answer = http_get(port(), "/hello?x=1");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "hi\n");
}

TEST_F(HttpServerTest, HeadHasNoBody) {
  const HttpAnswer answer = http_get(port(), "/hello", "HEAD");
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(answer.head.find("Content-Length: 3"), std::string::npos);
  EXPECT_EQ(answer.body, "");
}

TEST_F(HttpServerTest, AnUnknownPathIsNotFoundAndSaysWhatThereIs) {
  const HttpAnswer answer = http_get(port(), "/goodbye");
  EXPECT_EQ(answer.status, 404);
  EXPECT_NE(answer.body.find("/hello"), std::string::npos);
}

TEST_F(HttpServerTest, OtherMethodsAreNotAllowed) {
  const HttpAnswer answer = http_get(port(), "/hello", "DELETE");
  EXPECT_EQ(answer.status, 405);
  EXPECT_NE(answer.head.find("Allow: GET, HEAD"), std::string::npos);
}

TEST_F(HttpServerTest, AConnectionMayBeKept) {
  const std::string once = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::string last = "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  const std::string answers = exchange(port(), once + last);
  EXPECT_NE(answers.find("hi\n"), answers.rfind("hi\n"));
}

TEST_F(HttpServerTest, ALargeHeaderIsRefused) {
  const std::string request =
      "GET /hello HTTP/1.1\r\nX: " + std::string(kMaxHttpHeaderBytes, 'x') + "\r\n\r\n";
  EXPECT_EQ(exchange(port(), request).substr(9, 3), "431");
}

TEST_F(HttpServerTest, ALargeBodyIsRefused) {
  const std::string request = "POST /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n";
  EXPECT_EQ(exchange(port(), request).substr(9, 3), "413");
}

TEST_F(HttpServerTest, WhatIsNoHttpIsRefused) {
  EXPECT_EQ(exchange(port(), "what is this\r\n\r\n").substr(9, 3), "400");
  EXPECT_EQ(http_get(port(), "/hello").status, 200);
}

TEST_F(HttpServerTest, APortInUseIsAnError) {
  const auto second = HttpServer::start({"127.0.0.1", port()}, {});
  ASSERT_TRUE(std::holds_alternative<std::string>(second));
  EXPECT_NE(std::get<std::string>(second).find("in use"), std::string::npos);
}

}  // namespace
}  // namespace cordboard::testing
