// A router without edges: one RouterLoop on a disk in memory, whose loop thread is the test's own.
//
// The clock is moved by hand, nothing sleeps, and the log writer's thread is the only other one.

#pragma once

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "router/core/state.h"
#include "router/loop/router_loop.h"
#include "tests/loop/memory_store.h"
#include "tests/support/manual_clock.h"

namespace cordboard::testing {

inline constexpr Time kMorning = time_from_us(1'700'000'000'000'000);

// Two queues, `sales` and `support`; everybody may log in; offers ring for 15 s.
TenantConfig small_config();
StartConfig start_config(const TenantConfig& config = small_config());

SubmitContact contact(std::string id, std::string queue = "sales");
Login ready_agent(std::string id);

// What a publisher was told, in order.
class Recorder final : public Publisher {
 public:
  struct Staged {
    std::uint64_t revision;
    Time at;
    std::vector<Event> events;
  };

  void stage(std::uint64_t revision, Time at, const State&, std::span<const Event> events) override {
    staged.push_back({revision, at, {events.begin(), events.end()}});
  }
  void release(std::uint64_t revision) override { released = revision; }

  // Whether an event of this kind was staged; the newest one.
  template <class Kind>
  const Kind* last() const {
    for (auto command = staged.rbegin(); command != staged.rend(); ++command) {
      for (auto event = command->events.rbegin(); event != command->events.rend(); ++event) {
        if (const auto* found = std::get_if<Kind>(&*event)) return found;
      }
    }
    return nullptr;
  }

  std::vector<Staged> staged;
  std::uint64_t released = 0;
};

class LoopTest : public ::testing::Test {
 protected:
  using Pending = std::shared_ptr<std::optional<Answer>>;

  // Recovers from the disk and serves. Fails the test when it cannot.
  void boot(RouterLoopOptions options = {}, std::optional<StartConfig> config = start_config());
  // The process is gone, without a word.
  void crash() { loop_.reset(); }
  // Stops gracefully; true when everything was written.
  bool stop();

  std::variant<Recovered, RecoveryError> recover_from_disk(
      std::optional<StartConfig> config = start_config());

  Pending submit(CommandBody body, std::string request_id = {});
  // Submits and waits for the answer.
  Answer ask(CommandBody body, std::string request_id = {});
  // Waits for what a function of the engine says.
  template <class Look>
  auto look(Look look) {
    std::optional<decltype(look(std::declval<const Engine&>()))> seen;
    EXPECT_EQ(loop_->query([&](const Engine& engine, std::uint64_t) -> RouterLoop::Release {
      return [&seen, value = look(engine)]() mutable { seen = std::move(value); };
    }),
              Admission::Admitted);
    run_until([&] { return seen.has_value(); });
    return *seen;
  }
  std::uint64_t digest() {
    return look([](const Engine& engine) { return engine.digest(); });
  }
  ContactState state_of(const std::string& contact) {
    return look([&](const Engine& engine) {
      const State& state = engine.state();
      return state[state.find_contact(contact)].state;
    });
  }
  AgentActivity activity_of(const std::string& agent) {
    return look([&](const Engine& engine) {
      const State& state = engine.state();
      return state[state.find_agent(agent)].activity;
    });
  }
  OfferId offer_to(const std::string& agent);

  // Runs handlers until it is true; fails the test after a long time.
  void run_until(const std::function<bool()>& reached);
  // Runs what can run now.
  void run_ready() { io_.poll(); }

  ManualClock clock_{kMorning};
  MemoryDisk disk_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
  Recorder recorder_;
  std::optional<StoreError> failure_;
  std::vector<std::string> warnings_;
  Recovered report_;  // of the last boot, without the engine
  std::unique_ptr<RouterLoop> loop_;
};

}  // namespace cordboard::testing
