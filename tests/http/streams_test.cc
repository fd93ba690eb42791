// Answers that take a while, or are streams: whoever answers, and whoever does not read.

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include "router/http/http_server.h"
#include "tests/http/http_client.h"

namespace cordboard::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

constexpr std::size_t kPiece = 64u << 10;
constexpr std::size_t kConnections = 16;
constexpr std::size_t kStreams = 12;

// POST /calls/later is not answered; /calls/pieces is three pieces; /calls/endless goes on for ever.
class TestCalls final : public HttpCalls {
 public:
  struct Call final : HttpCall {
    Call(TestCalls& test, std::shared_ptr<HttpReply> to, std::string what)
        : calls(test), reply(std::move(to)), path(std::move(what)) {}
    void written() override {
      ++calls.pieces;
      if (path == "/calls/pieces" && ++sent == 3) return reply->end("end");
      reply->write(path == "/calls/pieces" ? std::to_string(sent) : std::string(kPiece, 'x'));
    }
    void gone() override {
      if (calls.gone_count++ == 0) calls.gone.set_value();
    }
    TestCalls& calls;
    std::shared_ptr<HttpReply> reply;
    std::string path;
    int sent = 0;
  };

  bool has(std::string_view path) const override { return path.starts_with("/calls/"); }
  std::shared_ptr<HttpCall> begin(HttpRequest request, std::shared_ptr<HttpReply> reply) override {
    last = reply;
    if (request.path == "/calls/later") return std::make_shared<Call>(*this, reply, request.path);
    if (request.path == "/calls/thread") {
      std::thread([reply] { reply->send({.body = "from elsewhere"}); }).detach();
      return nullptr;
    }
    if (!reply->reserve_stream()) {
      reply->send({.status = 503});
      return nullptr;
    }
    reply->begin({.content_type = "text/x-pieces"});
    reply->write("0");
    return std::make_shared<Call>(*this, reply, request.path);
  }

  std::atomic<int> pieces{0};
  std::atomic<int> gone_count{0};
  std::promise<void> gone;  // the first of them
  std::shared_ptr<HttpReply> last;
};

class StreamsTest : public ::testing::Test {
 protected:
  void SetUp() override { start(kHttpTimeout); }
  void start(std::chrono::milliseconds timeout) {
    server_.reset();
    HttpSite site;
    site.calls = calls_;
    site.routes.emplace("/late", [this](const std::shared_ptr<HttpReply>& reply) {
      late_ = reply;
      reply->send_after(10ms, {.status = 503, .body = "late"});
    });
    site.routes.emplace("/hold", [this](const std::shared_ptr<HttpReply>& reply) {
      held_.set_value();
      release_.get_future().wait();
      reply->send({});
    });
    HttpListen listen{"127.0.0.1", 0};
    listen.max_body_bytes = 1u << 20;
    listen.max_connections = kConnections;
    listen.piece_timeout = timeout;
    auto started = HttpServer::start(listen, std::move(site));
    ASSERT_TRUE(std::holds_alternative<std::unique_ptr<HttpServer>>(started));
    server_ = std::move(std::get<0>(started));
  }
  static std::string post(const std::string& path) {
    return "POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
  }
  // A connection that has sent something and reads nothing.
  int say(const std::string& bytes) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    const int small = 4096;
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server_->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
    return fd;
  }
  static std::string read_some(int fd) {
    std::string answer(4096, '\0');
    const ssize_t got = ::recv(fd, answer.data(), answer.size(), 0);
    answer.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return answer;
  }
  bool is_gone() { return calls_->gone.get_future().wait_for(60s) == std::future_status::ready; }

  std::promise<void> held_;  // the server's thread is in /hold, until release_
  std::promise<void> release_;
  std::shared_ptr<TestCalls> calls_ = std::make_shared<TestCalls>();
  std::shared_ptr<HttpReply> late_;  // of the last request to /late
  std::unique_ptr<HttpServer> server_;
};

TEST_F(StreamsTest, AStreamIsChunksAndAnEnd) {
  const std::string answer = exchange(server_->port(), post("/calls/pieces"));
  EXPECT_THAT(answer, HasSubstr("Transfer-Encoding: chunked"));
  EXPECT_THAT(answer, HasSubstr("text/x-pieces"));
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n1\r\n0\r\n1\r\n1\r\n1\r\n2\r\n3\r\nend\r\n0\r\n\r\n"));
}

TEST_F(StreamsTest, AnAnswerMayComeFromAnyThread) {
  EXPECT_THAT(exchange(server_->port(), post("/calls/thread")), EndsWith("from elsewhere"));
}

TEST_F(StreamsTest, ARouteThatDoesNotAnswerIsAnsweredFor) {
  EXPECT_EQ(http_get(server_->port(), "/late").body, "late");
}

TEST_F(StreamsTest, AnAnswerThatComesTooLateIsDropped) {
  EXPECT_EQ(http_get(server_->port(), "/late").status, 503);
  late_->send({.body = "too late"});
  late_->begin({});
  late_->write("too late");
  server_.reset();
  late_->send({.body = "later than the server"});
  late_->end("later than the server");
}

TEST_F(StreamsTest, WhoAnswersIsToldThatTheClientHasGone) {
  ::close(say(post("/calls/endless")));
  EXPECT_TRUE(is_gone());
}

// The kernel takes some megabytes before it says that nobody reads.
TEST_F(StreamsTest, AClientThatDoesNotReadIsCutAndGivenNoMoreThanTheKernelTakes) {
  start(200ms);
  const int fd = say(post("/calls/endless"));
  EXPECT_TRUE(is_gone());
  EXPECT_LT(calls_->pieces * kPiece, 64u << 20);
  ::close(fd);
}

// All are read before the first of them has begun.
TEST_F(StreamsTest, StreamsThatAreAskedForAtOnceAreNoMoreThanThereMayBe) {
  std::vector<int> clients;
  for (std::size_t i = 0; i < kStreams + 2; ++i) clients.push_back(say(""));
  const int holder = say("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
  held_.get_future().wait();
  for (const int fd : clients) ::send(fd, post("/calls/endless").data(), post("/calls/endless").size(), 0);
  release_.set_value();
  std::size_t streams = 0;
  for (const int fd : clients) streams += read_some(fd).starts_with("HTTP/1.1 200");
  EXPECT_EQ(streams, kStreams);
  for (const int fd : clients) ::close(fd);
  ::close(holder);
  // Those that have ended make room.
  const auto limit = std::chrono::steady_clock::now() + 60s;
  std::string answer;
  while (!answer.starts_with("HTTP/1.1 200") && std::chrono::steady_clock::now() < limit) {
    answer = exchange(server_->port(), post("/calls/pieces"));
  }
  EXPECT_THAT(answer, EndsWith("end\r\n0\r\n\r\n"));
}

TEST_F(StreamsTest, SilentConnectionsKeepNobodyOut) {
  std::vector<int> clients;
  for (std::size_t i = 0; i < kStreams; ++i) clients.push_back(say(post("/calls/endless")));
  for (const int fd : clients) EXPECT_THAT(read_some(fd), HasSubstr("200 OK"));
  for (std::size_t i = kStreams; i < kConnections; ++i) clients.push_back(say("POST /late HTTP/1.1\r\n"));
  EXPECT_EQ(http_get(server_->port(), "/late").status, 503);
  EXPECT_EQ(read_some(clients[kStreams]), "") << "the oldest has given way";
  char byte = 0;
  EXPECT_EQ(::recv(clients[kStreams + 1], &byte, 1, MSG_DONTWAIT), -1) << "and no other";
  EXPECT_EQ(calls_->gone_count, 0) << "streams stay";
  for (const int fd : clients) ::close(fd);
}

TEST_F(StreamsTest, OnlyCallsHaveLargeBodies) {
  const std::string body(2'000, 'x');
  const auto sized = [&](const std::string& path) {
    return exchange(server_->port(),
                    "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n" + body);
  };
  EXPECT_THAT(sized("/late"), HasSubstr("413"));
  EXPECT_THAT(sized("/late"), EndsWith("larger than 1024 bytes\n"));
  EXPECT_THAT(sized("/calls/pieces?a=b"), HasSubstr("200 OK"));
  const std::string chunked = exchange(
      server_->port(),
      "POST /late HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + body + "\r\n0\r\n\r\n");
  EXPECT_THAT(chunked, HasSubstr("413"));
}

// A reset would take the answer away from those that still send.
TEST_F(StreamsTest, WhoIsRefusedMaySendOnAndReadWhy) {
  const int fd = say("POST /late HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
  EXPECT_THAT(read_some(fd), HasSubstr("413"));
  const std::string part(10'000, 'x');
  for (int i = 0; i < 100; ++i) ASSERT_GT(::send(fd, part.data(), part.size(), MSG_NOSIGNAL), 0) << i;
  ::shutdown(fd, SHUT_WR);
  char byte = 0;
  EXPECT_EQ(::recv(fd, &byte, 1, 0), 0);
  ::close(fd);
}

TEST_F(StreamsTest, AConnectionWhoseOtherEndHasDiedIsNoticed) {
  const int fd = say(post("/calls/later"));
  EXPECT_EQ(http_get(server_->port(), "/late").status, 503);
  const int server = server_side(fd);
  const auto option = [&](int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    EXPECT_EQ(::getsockopt(server, level, name, &value, &size), 0);
    return value;
  };
  EXPECT_EQ(option(SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPIDLE), 10);
  EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPINTVL), 5);
  EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPCNT), 1);
  EXPECT_EQ(option(IPPROTO_TCP, TCP_USER_TIMEOUT), 15'000);
  ::close(fd);
}

TEST_F(StreamsTest, TheEndOfTheServerIsToldToWhoAnswers) {
  for (const char* path : {"/calls/endless", "/calls/later"}) {
    calls_->gone = {};
    calls_->gone_count = 0;
    const int fd = say(post(path));
    // An answered probe shows that the request before it was taken.
    EXPECT_EQ(http_get(server_->port(), "/late").status, 503);
    server_.reset();
    EXPECT_TRUE(is_gone()) << path;
    ::close(fd);
    start(kHttpTimeout);
  }
}

TEST_F(StreamsTest, ADrainingServerEndsWhatItHasBegun) {
  const int idle = say("");
  const int waiting = say(post("/calls/later"));
  EXPECT_EQ(http_get(server_->port(), "/late").status, 503);
  auto drained = std::async(std::launch::async, [&] { server_->drain(60s); });
  // The idle one is closed at once, the other waits for its answer.
  char byte = 0;
  EXPECT_EQ(::recv(idle, &byte, 1, 0), 0);
  calls_->last->send({.body = "the answer"});
  drained.get();
  EXPECT_THAT(read_some(waiting), EndsWith("the answer"));
  EXPECT_EQ(server_->connections(), 0u);
  ::close(idle);
  ::close(waiting);
}

}  // namespace
}  // namespace cordboard::testing
