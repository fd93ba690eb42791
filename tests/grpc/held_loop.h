// Holds the loop's thread, so that a test decides what has arrived before the loop goes on.

#pragma once

#include <chrono>
#include <future>
#include <thread>
#include <utility>

#include "tests/grpc/server_under_test.h"

namespace cordboard::testing {

class HeldLoop {
 public:
  // Holds it from here on.
  explicit HeldLoop(ServerUnderTest& server) : loop_(server.server().tenant("default")->loop()) {
    std::promise<void> held;
    const std::future<void> is_held = held.get_future();
    auto wait = [held = std::move(held), go_on = go_on_.get_future()](
                    const Engine&, std::uint64_t) mutable -> RouterLoop::Release {
      held.set_value();
      go_on.wait();
      return nullptr;
    };
    EXPECT_EQ(loop_.query(std::move(wait)), Admission::Admitted);
    is_held.wait();
  }
  ~HeldLoop() {
    if (!gone_on_) go_on();
  }
  HeldLoop(const HeldLoop&) = delete;
  HeldLoop& operator=(const HeldLoop&) = delete;

  void go_on() {
    gone_on_ = true;
    go_on_.set_value();
  }
  // Until requests and queries of this number wait for the loop.
  void wait_for_mail(std::uint64_t count) {
    wait_until([&] { return loop_.gauges().inbox_depth == count + 1; });  // with what holds it
  }
  void wait_for_overloaded(std::uint64_t count) {
    wait_until([&] { return loop_.gauges().overloaded >= count; });
  }
  RouterLoop& loop() { return loop_; }

 private:
  template <class Condition>
  static void wait_until(Condition&& holds) {
    const auto limit = std::chrono::steady_clock::now() + kLongLimit;
    while (!holds()) {
      ASSERT_LT(std::chrono::steady_clock::now(), limit);
      std::this_thread::yield();
    }
  }

  RouterLoop& loop_;
  std::promise<void> go_on_;
  bool gone_on_ = false;
};

}  // namespace cordboard::testing
