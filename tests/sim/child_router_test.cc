// The router as a child: what happens when it does not behave.

#include "agents-sim/live/child_router.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "agents-sim/base/temporary_directory.h"

namespace cordboard::sim {
namespace {

class ChildRouterTest : public testing::Test {
 protected:
  // A program that does `body` in a shell, whatever its arguments are.
  std::string program(const std::string& body) const {
    const std::string path = directory_.path() + "/router";
    std::ofstream(path) << "#!/bin/sh\n" << body << "\n";
    chmod(path.c_str(), 0700);
    return path;
  }

  // Runs the loop until the router is ready or gone; why it is gone.
  std::string why_over(const std::string& binary, Duration ready_within) {
    std::string over;
    ChildRouter router(loop_, {binary, "c.yaml", "data", directory_.path() + "/log", ready_within},
                       {[this](const ReadyLine&, Duration) { loop_.stop(); },
                        [&](const std::string& why) {
                          over = why;
                          loop_.stop();
                        }});
    EXPECT_EQ(router.start(), std::nullopt);
    loop_.run();
    return over;
  }

  const TemporaryDirectory directory_{"cordboard-child"};
  EventLoop loop_;
};

TEST_F(ChildRouterTest, OneThatDoesNotGetReadyIsKilledAtTheLimit) {
  const std::string why = why_over(program("exec tail -f /dev/null"), Duration{50'000});
  EXPECT_TRUE(why.starts_with("the router was not ready after ")) << why;
}

TEST_F(ChildRouterTest, OneThatEndsByItselfIsOverWithTheEndOfItsLog) {
  const std::string why = why_over(program("echo broken >&2"), Duration{60'000'000});
  EXPECT_EQ(why, "the router ended by itself:\n  broken\n");
}

TEST_F(ChildRouterTest, ItsReadyLineEndsTheWait) {
  EXPECT_EQ(why_over(program("echo ready grpc=127.0.0.1:1; exec tail -f /dev/null"), Duration{60'000'000}),
            "");
}

TEST_F(ChildRouterTest, ItsPageHasTheSameAddressWhenItIsStartedAgain) {
  const std::string binary = program("echo $* >&2; echo ready grpc=127.0.0.1:1 http=127.0.0.1:4711");
  ChildRouterOptions options{binary, "c.yaml", "data", directory_.path() + "/log"};
  options.dashboard = "page";
  ChildRouter router(loop_, options,
                     {[](const ReadyLine&, Duration) {}, [this](const std::string&) { loop_.stop(); }});
  for (const char* address : {"127.0.0.1:0", "127.0.0.1:4711"}) {
    ASSERT_EQ(router.start(), std::nullopt);
    loop_.run();
    const std::string expected =
        std::string("--http-listen ") + address + " --metrics-listen 127.0.0.1:0 --dashboard page\n";
    EXPECT_TRUE(router.log_tail().ends_with(expected)) << router.log_tail();
  }
}

TEST(ReadyLineTest, GivesTheAddresses) {
  const auto ready = parse_ready_line("ready grpc=127.0.0.1:1 http=127.0.0.1:2 metrics=[::1]:3");
  ASSERT_TRUE(ready);
  EXPECT_EQ(ready->grpc, "127.0.0.1:1");
  EXPECT_EQ(ready->http, "127.0.0.1:2");
  EXPECT_EQ(ready->metrics, "[::1]:3");
  EXPECT_FALSE(parse_ready_line("already grpc=127.0.0.1:1"));
  EXPECT_FALSE(parse_ready_line("ready"));
}

}  // namespace
}  // namespace cordboard::sim
