// The whole loop on the real store: what it answers is there after the disk has failed, and after the failure
// it answers nothing.

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <utility>

#include "router/codec/storage_codec.h"
#include "router/loop/audit_check.h"
#include "router/loop/router_loop.h"
#include "router/store/sqlite_store.h"
#include "tests/durability/script.h"
#include "tests/store/fault_disk.h"
#include "tests/store/store_testing.h"
#include "tests/support/manual_clock.h"

namespace cordboard::testing {
namespace {

using Fault = FaultDisk::Fault;
using Kind = FaultDisk::Kind;

constexpr std::uint64_t kRequests = 10;

const Script& requests_script() {
  static const Script made = make_script(2, 300, 0);
  return made;
}

// What a client knows.
struct Heard {
  std::uint64_t answers = 0;
  std::uint64_t revision = 0;  // the newest record of which anybody heard
  std::uint64_t digest = 0;    // of the newest state that anybody saw
  std::uint64_t digest_at = 0;
};

// One process until its disk fails, or until the script is at its end.
class Life {
 public:
  Life(const std::filesystem::path& directory, const FaultDisk& disk, Heard& heard) : heard_(heard) {
    auto store = open_sqlite_store({.directory = directory, .vfs = disk.vfs()});
    if (!store.ok()) return;
    auto recovered = recover(**store, clock_, std::nullopt);
    if (!std::holds_alternative<Recovered>(recovered)) return;
    RouterLoopOptions options;
    options.snapshot_every = 60;
    loop_ = std::make_unique<RouterLoop>(io_, clock_, std::move(*store),
                                         std::move(std::get<Recovered>(recovered)), options,
                                         [this](const StoreError&) { failed_ = true; });
    loop_->start();
  }

  bool started() const { return loop_ != nullptr; }
  bool failed() const { return failed_; }
  void run() {
    for (std::uint64_t at = 0; at < requests_script().size() && !failed_; at += kRequests) play(at);
  }
  // Applied when it returns, and acknowledged when the disk has it.
  void send(CommandBody body) {
    Request request{.body = std::move(body)};
    request.reply = [this](const Answer& answer) {
      EXPECT_TRUE(answer.outcome.accepted());
      note(answer.revision);
      ++heard_.answers;
    };
    EXPECT_EQ(loop_->submit(std::move(request)), Admission::Admitted);
    io_.poll();
    EXPECT_EQ(loop_->gauges().inbox_depth, 0u);
  }
  void run_until(const std::function<bool()>& reached) {
    while (!reached()) {
      ASSERT_GT(io_.run_one_for(std::chrono::seconds(60)), 0u) << "nothing happened for a long time";
    }
  }

  // After the failure: refused at once, and what was under way gets no answer.
  void expect_silence() {
    const std::uint64_t answers = heard_.answers;
    io_.poll();
    EXPECT_EQ(heard_.answers, answers);
    Request late{.body = SubmitContact{"late", "", "q0"}};
    EXPECT_EQ(loop_->submit(std::move(late)), Admission::Unavailable);
    EXPECT_FALSE(loop_->gauges().serving);
  }

 private:
  void play(std::uint64_t first) {
    std::vector<Request> requests;
    requests.reserve(kRequests);
    for (std::uint64_t i = first; i < std::min(first + kRequests, requests_script().size()); ++i) {
      Request& request = requests.emplace_back();
      request.body = requests_script().steps[i].body;
      request.reply = [this](const Answer& answer) {
        note(answer.revision);
        ++heard_.answers;
      };
    }
    const std::uint64_t awaited = heard_.answers + requests.size();
    if (loop_->submit(std::move(requests)) != Admission::Admitted) return;
    bool looked = false;
    const auto admitted = loop_->query([&](const Engine& engine, std::uint64_t revision) {
      return RouterLoop::Release([this, &looked, revision, digest = engine.digest()] {
        note(revision);
        heard_.digest = digest;
        heard_.digest_at = revision;
        looked = true;
      });
    });
    if (admitted != Admission::Admitted) return;
    clock_.advance(500ms);
    while (!failed_ && !looked) {
      ASSERT_GT(io_.run_one_for(std::chrono::seconds(60)), 0u) << "nothing happened for a long time";
    }
    EXPECT_TRUE(failed_ || heard_.answers == awaited);
  }

  void note(std::uint64_t revision) {
    EXPECT_FALSE(failed_) << "heard after the failure";
    heard_.revision = std::max(heard_.revision, revision);
  }

  Heard& heard_;
  ManualClock clock_{time_from_us(1'000'000)};
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
  bool failed_ = false;
  std::unique_ptr<RouterLoop> loop_;
};

// The state after the records 1..last, by a snapshot where the log does not begin at 1.
std::optional<std::uint64_t> digest_after(Store& store, std::uint64_t last) {
  Engine engine;
  std::uint64_t from = 0;
  const auto kept = store.snapshots();
  for (const std::uint64_t sequence : *kept) {
    if (sequence > last) continue;
    StoredSnapshot snapshot;
    const auto loaded = store.load_snapshot(sequence);
    if (!loaded.ok() || !loaded->has_value() || decode_snapshot((*loaded)->payload, snapshot)) return {};
    if (engine.restore(snapshot.engine_state)) return {};
    from = sequence;
    break;
  }
  std::vector<Event> events;
  const auto read = store.read_from(from + 1, [&](std::span<const LogRecord> run) {
    for (const LogRecord& record : run) {
      Command command;
      if (record.sequence > last || decode_command(record.payload, command)) return false;
      engine.apply(command, events);
    }
    return true;
  });
  if (!read.ok()) return {};
  return engine.digest();
}

void expect_acknowledged(const std::filesystem::path& directory, const Heard& heard) {
  FaultDisk sound(Fault::Error, FaultDisk::kNever, 0);
  auto store = open_sqlite_store({.directory = directory, .vfs = sound.vfs()});
  ASSERT_OK(store);
  auto rebuilt = rebuild(**store);
  if (auto* error = std::get_if<RecoveryError>(&rebuilt)) FAIL() << error->message;
  ASSERT_GE(std::get<Recovered>(rebuilt).last_sequence, heard.revision);
  const auto audit = check_audit(**store);
  ASSERT_OK(audit);
  ASSERT_TRUE(audit->damages.empty()) << audit->damages.front();
  if (heard.digest_at == 0) return;
  const auto digest = digest_after(**store, heard.digest_at);
  ASSERT_TRUE(digest.has_value());
  EXPECT_EQ(*digest, heard.digest);
}

// The fault at every operation, until the script gets through without it.
void sweep_loop(const char* name, Fault fault, std::optional<Kind> only) {
  std::uint64_t cases = 0;
  std::uint64_t answers = 0;
  for (bool through = false; !through; ++cases) {
    SCOPED_TRACE(std::string(name) + " at operation " + std::to_string(cases));
    TempDirectory directory(memory_directory());
    FaultDisk disk(fault, cases, cases, only);
    Heard heard;
    {
      Life life(directory.path(), disk, heard);
      if (life.started()) life.run();
      if (life.failed()) life.expect_silence();
      through = !disk.failed();
    }
    disk.cut_power();
    expect_acknowledged(directory.path(), heard);
    if (::testing::Test::HasFailure()) return;
    answers += heard.answers;
  }
  std::printf("%s: cases %llu, answers before the fault %llu, after it 0, lost 0\n", name,
              static_cast<unsigned long long>(cases), static_cast<unsigned long long>(answers));
}

TEST(LoopOnFaultyDisk, AfterAFailedSyncNothingIsAcknowledgedAndNothingAcknowledgedIsLost) {
  sweep_loop("sync fails", Fault::Error, Kind::Sync);
}

TEST(LoopOnFaultyDisk, AfterAFailedWriteNothingIsAcknowledgedAndNothingAcknowledgedIsLost) {
  sweep_loop("write fails", Fault::Error, Kind::Write);
}

TEST(LoopOnFaultyDisk, AfterAPowerCutNothingAcknowledgedIsLost) {
  sweep_loop("power cut", Fault::PowerCut, Kind::Sync);
}

// Syncs take as long as the test wants.
class Brake {
 public:
  void hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void let_go() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !held_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
};

TEST(LoopOnFaultyDisk, ASlowDiskDelaysAnswersAndLosesNone) {
  TempDirectory directory(memory_directory());
  FaultDisk disk(Fault::Error, FaultDisk::kNever, 0);
  Brake brake;
  disk.on_sync([&] { brake.pass(); });
  Heard heard;
  {
    Life life(directory.path(), disk, heard);
    ASSERT_TRUE(life.started());
    TenantConfig config;
    config.queues.emplace_back().name = "sales";
    life.send({ApplyConfig{0, config}});
    life.run_until([&] { return heard.answers == 1; });
    brake.hold();
    for (int i = 0; i < 40; ++i) life.send({SubmitContact{"slow" + std::to_string(i), "", "sales"}});
    EXPECT_EQ(heard.answers, 1u) << "answered before it was durable";
    brake.let_go();
    life.run_until([&] { return heard.answers == 41; });
  }
  disk.cut_power();
  expect_acknowledged(directory.path(), heard);
}

}  // namespace
}  // namespace cordboard::testing
