// Snapshots that are made from the store are those that the engine would have given.
#include "router/loop/snapshot_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <string>
#include <thread>

#include "router/loop/replay.h"
#include "router/loop/snapshot_saver.h"
#include "tests/durability/script.h"
#include "tests/store/sqlite_store_testing.h"

namespace cordboard::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SnapshotBuilderTest : public SqliteStoreTest {
 protected:
  static const Script& tape() {
    static const Script made = make_script(5, 2'000, 200, false);
    return made;
  }

  void open_store() {
    auto store = open();
    ASSERT_OK(store);
    store_ = std::move(*store);
    builder_ = std::make_unique<SnapshotBuilder>(
        [this](const SnapshotBuilder::StoreTask& task) {
          asked_.release();
          const std::lock_guard lock(store_mutex_);
          task(*store_, 1'000);
          return true;
        },
        [this] { told_.release(); });
  }
  void close_store() {
    builder_.reset();
    store_.reset();
  }

  void save(const StoredSnapshot& snapshot, std::uint64_t before, std::uint64_t keep_log) {
    SnapshotSaver saver(*store_, before, keep_log);
    saver.add(StoredSnapshot(snapshot));
    while (!saver.idle()) ASSERT_OK(saver.step());
  }

  // Three of the tape's snapshots, of which the store keeps those at 400 and 600, and records up to 700.
  void write_three(std::uint64_t keep_log) {
    open_store();
    for (std::uint64_t at = 1; at < 700; at += 100) ASSERT_OK(write_steps(*store_, tape(), at, at + 99));
    for (std::size_t i = 0; i < 3; ++i) save(tape().snapshots[i], i * 200, keep_log);
    close_store();
  }

  SnapshotBuilder::Built build(std::uint64_t sequence) {
    builder_->start(sequence);
    EXPECT_TRUE(told_.try_acquire_for(std::chrono::seconds(60)));
    auto built = builder_->take();
    EXPECT_TRUE(built);
    EXPECT_FALSE(builder_->busy());
    return built ? std::move(*built) : SnapshotBuilder::Built{};
  }

  std::mutex store_mutex_;
  std::counting_semaphore<> asked_{0};
  std::counting_semaphore<> told_{0};
  std::unique_ptr<Store> store_;
  std::unique_ptr<SnapshotBuilder> builder_;
};

void expect_same(const std::optional<StoredSnapshot>& built, const StoredSnapshot& expected) {
  ASSERT_TRUE(built);
  EXPECT_EQ(built->sequence, expected.sequence);
  EXPECT_EQ(built->config_version, expected.config_version);
  EXPECT_EQ(built->at, expected.at);
  EXPECT_EQ(built->digest, expected.digest);
  EXPECT_TRUE(built->engine_state == expected.engine_state) << "at record " << expected.sequence;
}

// Each from the one before, while the log behind that is trimmed.
TEST_F(SnapshotBuilderTest, EachIsByteForByteWhatTheEngineWouldHaveGiven) {
  open_store();
  std::uint64_t written = 0;
  for (const StoredSnapshot& expected : tape().snapshots) {
    ASSERT_OK(write_steps(*store_, tape(), written + 1, expected.sequence));
    const auto built = build(expected.sequence);
    EXPECT_THAT(built.warning, IsEmpty());
    expect_same(built.snapshot, expected);
    save(*built.snapshot, written, 0);
    written = expected.sequence;
  }
  EXPECT_GT(store_->first_sequence(), 1'000u);
}

TEST_F(SnapshotBuilderTest, WhatTheLogHasBeyondTheRecordIsNotInIt) {
  open_store();
  ASSERT_OK(write_steps(*store_, tape(), 1, 700));
  save(tape().snapshots[0], 0, SnapshotSaver::kKeepAll);
  expect_same(build(600).snapshot, tape().snapshots[2]);
}

// A byte of a customer's id, `k0` to `k3` in the tape: whoever changes it has the same digest.
std::size_t not_in_the_digest(const StoredSnapshot& snapshot) {
  const std::string& state = snapshot.engine_state;
  for (std::size_t at = state.find('k'); at != std::string::npos; at = state.find('k', at + 1)) {
    StoredSnapshot changed = snapshot;
    changed.engine_state[at] = '~';
    Engine engine;
    if (!restore({snapshot.sequence, snapshot_head(changed) + changed.engine_state}, engine)) return at;
  }
  ADD_FAILURE() << "the digest is of everything";
  return 0;
}

// Where the digest does not reach: customers' data are not in it.
TEST_F(SnapshotBuilderTest, ACustomersTextThatIsNotAsItWasSavedIsNoticed) {
  write_three(SnapshotSaver::kKeepAll);
  const std::size_t at = not_in_the_digest(tape().snapshots[2]);
  // Part 0 is the head; SQL counts from 1.
  edit("UPDATE snapshot_part SET bytes = CAST(substr(bytes, 1, " + std::to_string(at) +
       ") || x'7e' || substr(bytes, " + std::to_string(at + 2) +
       ") AS BLOB) WHERE sequence = 600 AND part = 1");
  open_store();
  ASSERT_OK(write_steps(*store_, tape(), 701, 800));
  const auto built = build(800);
  EXPECT_THAT(built.warning, HasSubstr("snapshot at record 600: "));
  expect_same(built.snapshot, tape().snapshots[3]);
}

TEST_F(SnapshotBuilderTest, ADamagedSnapshotIsPassedOverForTheOneBefore) {
  write_three(0);
  edit("UPDATE snapshot_part SET bytes = zeroblob(length(bytes)) WHERE sequence = 600");
  open_store();
  ASSERT_OK(write_steps(*store_, tape(), 701, 800));
  const auto built = build(800);
  EXPECT_THAT(built.warning, HasSubstr("snapshot at record 600"));
  expect_same(built.snapshot, tape().snapshots[3]);
}

TEST_F(SnapshotBuilderTest, WithoutAnyTheWholeLogIsFollowed) {
  write_three(SnapshotSaver::kKeepAll);
  edit("UPDATE snapshot_part SET bytes = zeroblob(length(bytes))");
  open_store();
  ASSERT_OK(write_steps(*store_, tape(), 701, 800));
  const auto built = build(800);
  EXPECT_THAT(built.warning, HasSubstr("snapshot at record 600"));
  EXPECT_THAT(built.warning, HasSubstr("snapshot at record 400"));
  expect_same(built.snapshot, tape().snapshots[3]);
}

TEST_F(SnapshotBuilderTest, WhereNothingLeadsThereIsNoneAndWhatWasWrongIsSaid) {
  write_three(0);
  edit("UPDATE snapshot_part SET bytes = zeroblob(length(bytes))");
  open_store();
  const auto built = build(700);
  EXPECT_FALSE(built.snapshot);
  EXPECT_THAT(built.warning, HasSubstr("snapshot at record 400"));
}

TEST_F(SnapshotBuilderTest, WhatWasGivenUpIsNeverTakenAndTheNextIsMade) {
  write_three(SnapshotSaver::kKeepAll);
  open_store();
  {
    const std::lock_guard writer_is_busy(store_mutex_);
    builder_->start(650);
    builder_->give_up();
    EXPECT_FALSE(builder_->busy());
    builder_->start(700);
  }
  EXPECT_TRUE(told_.try_acquire_for(std::chrono::seconds(60)));
  const auto built = builder_->take();
  ASSERT_TRUE(built && built->snapshot);
  EXPECT_EQ(built->snapshot->sequence, 700u);
}

TEST_F(SnapshotBuilderTest, ItEndsInTheMiddleOfOne) {
  write_three(SnapshotSaver::kKeepAll);
  open_store();
  std::unique_lock writer_is_busy(store_mutex_);
  builder_->start(700);
  ASSERT_TRUE(asked_.try_acquire_for(std::chrono::seconds(60)));
  std::thread ender([this] { builder_.reset(); });
  writer_is_busy.unlock();
  ender.join();
}

}  // namespace
}  // namespace cordboard::testing
