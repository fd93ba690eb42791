// Many threads at once on a loop with a thread of its own: run it under ThreadSanitizer.

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <random>
#include <thread>

#include "router/codec/storage_codec.h"
#include "router/loop/snapshot_saver.h"
#include "router/store/sqlite_store.h"
#include "tests/loop/loop_testing.h"
#include "tests/loop/temp_directory.h"

namespace cordboard {
namespace {

using testing::contact;
using testing::kMorning;
using testing::ManualClock;
using testing::MemoryDisk;
using testing::ready_agent;
using testing::start_config;

constexpr int kThreads = 4;
constexpr int kMessages = 150;
constexpr int kPerMessage = 8;

class HammerTest : public ::testing::Test {
 protected:
  void open(std::unique_ptr<Store> store, RouterLoopOptions options) {
    auto outcome = recover(*store, clock_, start_config());
    ASSERT_TRUE(std::holds_alternative<Recovered>(outcome)) << std::get<RecoveryError>(outcome).message;
    loop_ =
        std::make_unique<RouterLoop>(io_, clock_, std::move(store), std::move(std::get<Recovered>(outcome)),
                                     options, [](const StoreError& error) { FAIL() << error.message; });
    loop_->start();
  }

  void run() {
    thread_ = std::thread([this] { io_.run(); });
    std::vector<std::thread> producers;
    for (int producer = 0; producer < kThreads; ++producer) {
      producers.emplace_back([this, producer] { produce(producer); });
    }
    std::thread watcher([this] { watch(); });
    for (auto& producer : producers) producer.join();
    done_ = true;
    watcher.join();
  }

  // The engine's digest and the sequence it was taken at, after everything.
  std::pair<std::uint64_t, std::uint64_t> stop() {
    std::pair<std::uint64_t, std::uint64_t> last;
    std::promise<void> looked;
    loop_->query([&](const Engine& engine, std::uint64_t revision) -> RouterLoop::Release {
      last = {engine.digest(), revision};
      return [&] { looked.set_value(); };
    });
    looked.get_future().wait();
    std::promise<void> stopped;
    loop_->stop([&](const std::optional<StoreError>& error) {
      EXPECT_FALSE(error);
      stopped.set_value();
    });
    stopped.get_future().wait();
    work_.reset();
    thread_.join();
    loop_.reset();
    return last;
  }

  static CommandBody some_command(std::mt19937& random, int producer, int number) {
    const std::string agent = "a" + std::to_string(random() % 10);
    const std::string id = "c" + std::to_string(producer) + "." + std::to_string(number);
    const std::string earlier = "c" + std::to_string(producer) + "." + std::to_string(random() % 500);
    switch (random() % 8) {
      case 0:
        return ready_agent(agent);
      case 1:
        return CancelContact{earlier};
      case 2:
        return AcceptOffer{agent, OfferId{1 + random() % 200}};
      case 3:
        return EndContact{earlier, ""};
      default:
        return contact(id);
    }
  }

  // Every reply must come in the order of the submits, with revisions that never go back.
  void produce(int producer) {
    std::mt19937 random(static_cast<unsigned>(producer) + 1);
    std::atomic<int> answered{0};
    std::uint64_t newest = 0;  // touched on the loop's thread only
    for (int message = 0; message < kMessages; ++message) {
      std::vector<Request> requests;
      for (int i = 0; i < kPerMessage; ++i) {
        const int number = message * kPerMessage + i;
        requests.push_back({.body = some_command(random, producer, number),
                            .reply =
                                [this, &answered, &newest, number](const Answer& answer) {
                                  EXPECT_EQ(answered.load(), number);
                                  EXPECT_GE(answer.revision, newest);
                                  EXPECT_LE(answer.revision, durable_ ? durable_() : ~0ull);
                                  newest = answer.revision;
                                  ++answered;
                                  answered.notify_one();
                                },
                            .session = static_cast<AgentSession>(producer) + 1});
      }
      while (loop_->submit(std::move(requests)) == Admission::Overloaded) std::this_thread::yield();
      const std::string agent = "a" + std::to_string(random() % 10);
      loop_->agent_heard(agent);
      if (random() % 16 == 0) loop_->agent_lost(agent, static_cast<AgentSession>(producer) + 1);
      if (random() % 16 == 0) gateway_session();
      clock_.advance(Duration{static_cast<std::int64_t>(random() % 50'000)});
    }
    for (int seen = answered; seen < kMessages * kPerMessage; seen = answered) answered.wait(seen);
  }

  void gateway_session() {
    while (loop_->gateway_opened("pbx", {}) == Admission::Overloaded) std::this_thread::yield();
    loop_->gateway_closed("pbx");
  }

  // Reads what may be read from anywhere, and queries.
  void watch() {
    while (!done_) {
      const LoopGauges gauges = loop_->gauges();
      EXPECT_TRUE(gauges.serving);
      std::promise<std::uint64_t> seen;
      const Admission admission =
          loop_->query([&](const Engine& engine, std::uint64_t) -> RouterLoop::Release {
            return [&, waiting = engine.state().live_contacts] {
              seen.set_value(waiting + loop_->stats().events);
            };
          });
      if (admission == Admission::Admitted) seen.get_future().wait();
    }
  }

  ManualClock clock_{kMorning};
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
  std::unique_ptr<RouterLoop> loop_;
  std::function<std::uint64_t()> durable_;  // what the disk says, where it can be asked
  std::atomic<bool> done_{false};
  std::thread thread_;
};

// What a start makes of the log, without the commands it adds: the digest at `sequence`.
std::uint64_t replayed_digest(Store& store, std::uint64_t sequence) {
  Engine engine;
  std::vector<Event> events;
  const auto read = store.read_from(1, [&](std::span<const LogRecord> records) {
    for (const LogRecord& record : records) {
      if (record.sequence > sequence) return false;
      Command command;
      EXPECT_EQ(decode_command(record.payload, command), std::nullopt);
      events.clear();
      EXPECT_TRUE(engine.apply(command, events).accepted());
    }
    return true;
  });
  EXPECT_TRUE(read.ok());
  return engine.digest();
}

TEST_F(HammerTest, ManyThreadsOnOneLoopGetOrderedDurableAnswers) {
  MemoryDisk disk;
  durable_ = [&] { return disk.durable_sequence(); };
  open(disk.open(), {.inbox_limit = 200,
                     .batch_limit = 32,
                     .unsynced_records_limit = 500,
                     .snapshot_every = 2'000,
                     .keep_log = SnapshotSaver::kKeepAll,
                     .heartbeat_timeout = 1s});
  run();
  const auto [digest, revision] = stop();
  EXPECT_EQ(replayed_digest(*disk.open(), revision), digest);
}

TEST_F(HammerTest, TheSameHoldsOnTheRealStore) {
  const testing::TempDirectory directory;
  auto store = open_sqlite_store({.directory = directory.path()});
  ASSERT_TRUE(store.ok()) << store.error().message;
  open(std::move(*store),
       {.inbox_limit = 1'000, .snapshot_every = 1'000, .keep_log = SnapshotSaver::kKeepAll});
  run();
  const auto [digest, revision] = stop();
  auto again = open_sqlite_store({.directory = directory.path()});
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(replayed_digest(**again, revision), digest);
}

}  // namespace
}  // namespace cordboard
