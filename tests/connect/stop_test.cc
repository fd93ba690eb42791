// The end of a router while browsers call it, and while somebody does not read.

#include <gmock/gmock.h>
#include <sys/socket.h>

#include <future>
#include <optional>
#include <utility>

#include "tests/connect/connect_client.h"
#include "tests/grpc/watch_client.h"
#include "tests/http/http_client.h"

namespace cordboard::testing {
namespace {

using ::testing::HasSubstr;

ServerUnderTest::Options options() {
  ServerUnderTest::Options options;
  options.server.drain_timeout = kLongLimit;
  options.channel = reads_ahead_little();
  return options;
}

// Contacts come until a message to the only watch is stuck.
void fill(ServerUnderTest& router) {
  constexpr auto kWatch = static_cast<std::size_t>(StreamKind::Watch);
  const EdgeCounters& counters = router.server().tenant("default")->counters();
  std::uint64_t sent = 0;
  for (int unsent = 0, contacts = 0; unsent < 20; ++contacts) {
    ASSERT_LT(contacts, 2'000) << "everything is read";
    v1::SubmitContactRequest request;
    request.set_contact_id("c" + std::to_string(contacts));
    request.set_queue("sales");
    request.set_attributes(std::string(4'000, 'x'));
    v1::SubmitContactResponse response;
    ASSERT_TRUE(call(&v1::GatewayService::Stub::SubmitContact, router.gateway(), request, &response).ok());
    const std::uint64_t now_sent = counters.messages_sent[kWatch];
    const bool stuck = now_sent == std::exchange(sent, now_sent) && counters.unread_bytes[kWatch] > 0;
    unsent = stuck ? unsent + 1 : 0;
  }
}

ConnectAnswer ask(const std::string& address) {
  return connect_call(address, "SupervisorService/GetStatus", "");
}

bool is_over(const std::future<ExitCode>& stopped) {
  return stopped.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

TEST(ConnectStopTest, CallsDuringAStopAreAnsweredUntilNoneAreTaken) {
  ServerUnderTest router(options());
  std::optional<WatchClient> reads_nothing;  // and holds the stop up
  reads_nothing.emplace(router, watch_with_data());
  fill(router);
  const std::string address = router.server().http_address();
  auto stopped = std::async(std::launch::async, [&] { return router.server().stop(); });
  ConnectAnswer answer;
  while (!is_over(stopped) && (answer = ask(address)).status != 0) {
    if (answer.status == 200) continue;
    EXPECT_EQ(answer.status, 503);
    EXPECT_THAT(read_error(answer.body).message, HasSubstr("SHUTTING_DOWN"));
  }
  EXPECT_FALSE(is_over(stopped));
  reads_nothing.reset();
  EXPECT_EQ(stopped.get(), ExitCode::Ok);
}

TEST(ConnectStopTest, ABrowserThatHasNotReadEverythingIsToldWhyItsStreamEnds) {
  ServerUnderTest router(options());
  const std::string address = router.server().http_address();
  ConnectStream watch(address, "SupervisorService/Watch", watch_with_data());
  ASSERT_TRUE(watch.read<v1::WatchResponse>());
  const int small = 4096;
  ::setsockopt(watch.socket(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  ::setsockopt(server_side(watch.socket()), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  fill(router);
  auto stopped = std::async(std::launch::async, [&] { return router.server().stop(); });
  while (!is_over(stopped) && ask(address).status != 0) {
  }
  EXPECT_FALSE(is_over(stopped));
  while (watch.read<v1::WatchResponse>()) {
  }
  const ReadError end = read_error(watch.end());
  EXPECT_EQ(end.code, "unavailable") << watch.end();
  EXPECT_EQ(end.detail_type, "cordboard.v1.StreamClosedDetail");
  v1::StreamClosedDetail detail;
  ASSERT_TRUE(detail.ParseFromString(end.detail_value));
  EXPECT_EQ(detail.reason(), v1::StreamClosedDetail::SHUTTING_DOWN);
  EXPECT_EQ(stopped.get(), ExitCode::Ok);
}

}  // namespace
}  // namespace cordboard::testing
