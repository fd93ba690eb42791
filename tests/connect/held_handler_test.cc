// A service that takes its time: what the thread of the HTTP server notices of it.

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <optional>
#include <utility>

#include "router/connect/connect_calls.h"
#include "tests/support/manual_clock.h"

namespace cordboard::testing {
namespace {

constexpr std::chrono::seconds kLimit{60};

// Its handler is held until it is let go, and then refuses.
class HeldService final : public grpc::CallbackGenericService {
 public:
  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* context) override {
    called.set_value(context->deadline());
    released.get_future().wait();
    struct Refusal final : grpc::ServerGenericBidiReactor {
      Refusal() { Finish({grpc::StatusCode::ABORTED, "let go"}); }
      void OnDone() override { delete this; }
    };
    return new Refusal;
  }
  std::promise<std::chrono::system_clock::time_point> called;
  std::promise<void> released;
};

// Tells its answer, and holds the thread of gRPC that brings it when it is asked to.
class Answer final : public HttpReply {
 public:
  void send(HttpResponse answered) override {
    response.set_value(std::move(answered));
    if (hold.valid()) hold.wait();
  }
  void send_after(std::chrono::milliseconds, HttpResponse) override {}
  bool reserve_stream() override { return true; }
  void begin(HttpResponse) override {}
  void write(std::string) override {}
  void end(std::string) override {}
  std::promise<HttpResponse> response;
  std::future<void> hold;
};

class HeldHandlerTest : public ::testing::Test {
 protected:
  HeldHandlerTest() {
    grpc::ServerBuilder builder;
    builder.RegisterCallbackGenericService(&service_);
    server_ = builder.BuildAndStart();
    calls_.emplace(server_->InProcessChannel({}), gate_, HostRule{.any = true, .listened_on = ""});
  }
  std::shared_ptr<HttpCall> begin() {
    HttpRequest request{.method = "POST", .path = "/cordboard.v1.SupervisorService/GetStatus"};
    request.headers = {{"Host", "localhost"}, {"Content-Type", "application/proto"}};
    return calls_->begin(std::move(request), answer_);
  }

  HeldService service_;
  std::unique_ptr<grpc::Server> server_;
  const TenantDirectory tenants_;
  const ManualClock clock_{Time{}};
  const Gate gate_{tenants_, clock_, nullptr};
  std::optional<ConnectCalls> calls_;
  const std::shared_ptr<Answer> answer_ = std::make_shared<Answer>();
};

TEST_F(HeldHandlerTest, TheThreadThatBeginsACallDoesNotRunItsHandler) {
  const auto asked_at = std::chrono::system_clock::now();
  auto begun = std::async(std::launch::async, [&] { return begin(); });
  const auto deadline = service_.called.get_future().get();
  EXPECT_EQ(begun.wait_for(kLimit), std::future_status::ready) << "the handler holds it up";
  // A call that names no time has one; gRPC rounds it.
  EXPECT_GE(deadline, asked_at);
  EXPECT_LE(deadline, std::chrono::system_clock::now() + kUnaryTimeout + std::chrono::seconds(1));
  service_.released.set_value();
  begun.get();
  EXPECT_EQ(answer_->response.get_future().get().status, http_status_of(ConnectCode::Aborted));
}

// The channel must not go on a thread of gRPC, which would wait for its own end.
TEST_F(HeldHandlerTest, TheEndWaitsForCallsThatAreAnsweredAndNotOver) {
  std::promise<void> let_go;
  answer_->hold = let_go.get_future();
  service_.released.set_value();
  begin();
  answer_->response.get_future().get();
  auto ended = std::async(std::launch::async, [&] { calls_.reset(); });
  // Too short a look cannot fail the test, only miss a mistake.
  EXPECT_EQ(ended.wait_for(std::chrono::milliseconds(100)), std::future_status::timeout);
  let_go.set_value();
  EXPECT_EQ(ended.wait_for(kLimit), std::future_status::ready);
}

}  // namespace
}  // namespace cordboard::testing
