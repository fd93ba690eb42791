// /healthz and /readyz of a whole router.

#include <future>
#include <thread>

#include "tests/grpc/server_under_test.h"
#include "tests/http/http_client.h"

namespace cordboard::testing {
namespace {

TEST(Probes, ARouterThatServesIsAliveAndReady) {
  ServerUnderTest server;
  const std::string& address = server.server().http_address();
  EXPECT_EQ(http_get(address, "/healthz").status, 200);
  const HttpAnswer ready = http_get(address, "/readyz");
  EXPECT_EQ(ready.status, 200);
  EXPECT_EQ(ready.body, "serving\n");
  EXPECT_NE(http_get(address, "/").body.find("/readyz"), std::string::npos);
  EXPECT_EQ(http_get(address, "/metrics").status, 404);
}

TEST(Probes, ARouterThatDrainsIsNotReadyAndSaysSo) {
  ServerUnderTest server;
  const std::string address = server.server().http_address();
  // Something is still in hand on the routing thread, so that draining takes until we let go.
  auto hold = std::make_shared<std::promise<void>>();
  auto held = std::make_shared<std::promise<void>>();
  server.server().tenant("default")->loop().query([hold, held](const Engine&, std::uint64_t) {
    held->set_value();
    hold->get_future().wait();
    return RouterLoop::Release{};
  });
  held->get_future().wait();
  auto stopped = std::async(std::launch::async, [&] { return server.server().stop(); });
  HttpAnswer ready;
  do {  // each question is answered; the first ones may come before the stop
    ready = http_get(address, "/readyz");
  } while (ready.status == 200);
  EXPECT_EQ(ready.status, 503);
  EXPECT_EQ(ready.body, "draining\n");
  hold->set_value();
  EXPECT_EQ(stopped.get(), ExitCode::Ok);
}

}  // namespace
}  // namespace cordboard::testing
