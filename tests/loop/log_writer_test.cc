#include "router/loop/log_writer.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>
#include <ostream>

#include "tests/loop/memory_store.h"

namespace cordboard {
namespace {

using testing::MemoryDisk;

// Counts notifications, and waits for what they tell.
class LogWriterTest : public ::testing::Test {
 protected:
  std::unique_ptr<LogWriter> open(LogWriter::Options options = {}) {
    return std::make_unique<LogWriter>(disk_.open(), options, [this] {
      const std::lock_guard lock(mutex_);
      ++notified_;
      told_.notify_all();
    });
  }

  LogBatch batch(std::uint64_t first, std::uint64_t count) {
    LogBatch batch;
    batch.first_sequence = first;
    for (std::uint64_t sequence = first; sequence < first + count; ++sequence) {
      batch.bytes += "record " + std::to_string(sequence);
      batch.ends.push_back(batch.bytes.size());
    }
    return batch;
  }

  static StoredSnapshot snapshot_of(std::uint64_t sequence, std::string state) {
    return {.sequence = sequence, .engine_state = std::move(state)};
  }
  static std::string state_in(const Snapshot& saved) {
    StoredSnapshot snapshot;
    EXPECT_EQ(decode_snapshot(saved.payload, snapshot), std::nullopt);
    return snapshot.engine_state;
  }

  template <class Predicate>
  LogWriter::Progress await(LogWriter& writer, Predicate reached) {
    std::unique_lock lock(mutex_);
    LogWriter::Progress progress;
    const bool in_time = told_.wait_for(lock, std::chrono::seconds(30), [&] {
      progress = writer.progress();
      return reached(progress);
    });
    EXPECT_TRUE(in_time);
    return progress;
  }

  MemoryDisk disk_;
  std::mutex mutex_;
  std::condition_variable told_;
  int notified_ = 0;
};

TEST_F(LogWriterTest, EverythingQueuedDuringOneSyncGoesWithTheNext) {
  auto writer = open();
  disk_.hold_syncs();
  writer->push(batch(1, 2));
  ASSERT_TRUE(disk_.await_held_sync());
  writer->push(batch(3, 1));
  writer->push(batch(4, 3));
  EXPECT_EQ(writer->unsynced_records(), 6u);
  EXPECT_EQ(writer->progress().durable, 0u);
  disk_.let_syncs_pass();
  await(*writer, [](const auto& progress) { return progress.durable == 6; });
  EXPECT_EQ(disk_.syncs(), 2u);
  EXPECT_EQ(disk_.records().back(), "record 6");
  EXPECT_EQ(writer->unsynced_records(), 0u);
  EXPECT_EQ(writer->unsynced_bytes(), 0u);
  EXPECT_EQ(writer->stats().records, 6u);
}

TEST_F(LogWriterTest, ProgressIsToldOnceUntilItIsLookedAt) {
  auto writer = open();
  writer->push(batch(1, 1));
  await(*writer, [](const auto& progress) { return progress.durable == 1; });
  const int before = notified_;
  for (std::uint64_t sequence = 2; sequence < 12; ++sequence) writer->push(batch(sequence, 1));
  writer->finish();
  await(*writer, [](const auto& progress) { return progress.finished; });
  writer.reset();
  EXPECT_GT(notified_, before);
  EXPECT_EQ(disk_.records().size(), 11u);
}

TEST_F(LogWriterTest, AfterAFailedSyncNothingIsDurableAnyMore) {
  auto writer = open();
  writer->push(batch(1, 1));
  await(*writer, [](const auto& progress) { return progress.durable == 1; });
  disk_.fail_next_sync({StoreErrorKind::Full, "no space", 0});
  writer->push(batch(2, 1));
  const auto failed = await(*writer, [](const auto& progress) { return progress.error.has_value(); });
  EXPECT_EQ(failed.error->kind, StoreErrorKind::Full);
  EXPECT_EQ(failed.durable, 1u);
  writer->push(batch(3, 1));
  writer->finish();
  writer.reset();
  EXPECT_EQ(disk_.records().size(), 1u);
}

TEST_F(LogWriterTest, BetweenTwoQuestionsWhatCameMeanwhileIsWritten) {
  auto writer = open();
  disk_.hold_syncs();
  writer->push(batch(1, 1));
  ASSERT_TRUE(disk_.await_held_sync());
  std::uint64_t durable_at_second = 0;
  bool answered = false;
  writer->ask_history({QueueRef{0}, {0}, [&](const Result<HistoryAnswer>& answer) {
                         EXPECT_TRUE(answer.ok());
                         writer->push(batch(2, 1));
                       }});
  writer->ask_history({QueueRef{0}, {0}, [&](const Result<HistoryAnswer>&) {
                         const std::lock_guard lock(mutex_);
                         durable_at_second = disk_.durable_sequence();
                         answered = true;
                         told_.notify_all();
                       }});
  disk_.let_syncs_pass();
  await(*writer, [&](const auto&) { return answered; });
  EXPECT_EQ(durable_at_second, 2u);
}

TEST_F(LogWriterTest, OldHistoryThatIsDamagedIsToldOnceAndStopsPruningAlone) {
  disk_.damage_old_history();
  auto writer = open({.keep_history = 1h});
  std::vector<std::string> warnings;
  for (std::uint64_t sequence = 1; sequence <= 4; ++sequence) {
    LogBatch with_row = batch(sequence, 1);
    with_row.history.push_back({QueueRef{0}, Time{24h * sequence}, {}});
    writer->push(std::move(with_row));
    if (sequence == 4) writer->finish();
    const auto reached = await(*writer, [&](const auto& progress) {
      warnings.insert(warnings.end(), progress.warnings.begin(), progress.warnings.end());
      return sequence < 4 ? progress.durable == sequence : progress.finished;
    });
    EXPECT_FALSE(reached.error);
  }
  EXPECT_EQ(disk_.records().size(), 4u);
  EXPECT_EQ(disk_.history().size(), 4u);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find("--verify: an old page"), std::string::npos) << warnings[0];
}

TEST_F(LogWriterTest, HistoryThatCannotBeReadIsToldOnceAndToWhoeverAsks) {
  disk_.damage_old_history();
  auto writer = open();
  for (int asked = 0; asked < 2; ++asked) {
    std::promise<bool> answered;
    writer->ask_history(
        {QueueRef{0}, {0}, [&](const Result<HistoryAnswer>& rows) { answered.set_value(rows.ok()); }});
    EXPECT_FALSE(answered.get_future().get());
  }
  writer->finish();
  std::vector<std::string> warnings;
  await(*writer, [&](const auto& progress) {
    warnings.insert(warnings.end(), progress.warnings.begin(), progress.warnings.end());
    return progress.finished;
  });
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find("history cannot be read"), std::string::npos) << warnings[0];
}

TEST_F(LogWriterTest, WithoutAFinishWhatIsQueuedIsDropped) {
  auto writer = open();
  disk_.hold_syncs();
  writer->push(batch(1, 1));
  ASSERT_TRUE(disk_.await_held_sync());
  writer->push(batch(2, 1));
  std::thread destroyer([&] { writer.reset(); });
  disk_.let_syncs_pass();
  destroyer.join();
  EXPECT_LE(disk_.records().size(), 2u);
  EXPECT_GE(disk_.records().size(), 1u);
}

TEST_F(LogWriterTest, ASnapshotIsSavedInPiecesAndTheLogBeforeThePreviousOneIsTrimmed) {
  auto writer = open();
  const std::string large(SnapshotSaver::kPieceBytes * 3 + 17, 's');
  for (std::uint64_t first : {1u, 101u, 201u}) {
    LogBatch with_snapshot = batch(first, 100);
    with_snapshot.snapshot = snapshot_of(first + 99, large + std::to_string(first));
    writer->push(std::move(with_snapshot));
  }
  writer->finish();
  await(*writer, [](const auto& progress) { return progress.finished; });
  const auto snapshots = disk_.snapshots();
  ASSERT_EQ(snapshots.size(), 2u);
  EXPECT_EQ(snapshots[0].sequence, 200u);
  EXPECT_EQ(snapshots[1].sequence, 300u);
  EXPECT_EQ(state_in(snapshots[1]), large + "201");
  EXPECT_EQ(disk_.first_sequence(), 201u);
  EXPECT_EQ(writer->stats().snapshot_us.count, 3u);
}

struct KeptLog {
  std::uint64_t keep_log;
  std::uint64_t first_sequence;
};
void PrintTo(const KeptLog& kept, std::ostream* out) { *out << kept.keep_log; }

class KeptLogTest : public LogWriterTest, public ::testing::WithParamInterface<KeptLog> {};

// The newest snapshot is at 400, the one to fall back to at 300.
TEST_P(KeptLogTest, AsManyCommandsStayAsAskedFor) {
  auto writer = open({.snapshot_sequence = 0, .keep_log = GetParam().keep_log});
  for (const std::uint64_t first : {1u, 101u, 201u, 301u}) {
    LogBatch with_snapshot = batch(first, 100);
    with_snapshot.snapshot = snapshot_of(first + 99, "state");
    writer->push(std::move(with_snapshot));
  }
  writer->finish();
  await(*writer, [](const auto& progress) { return progress.finished; });
  EXPECT_EQ(disk_.first_sequence(), GetParam().first_sequence);
}
INSTANTIATE_TEST_SUITE_P(Commands, KeptLogTest,
                         ::testing::Values(KeptLog{0, 301}, KeptLog{100, 301}, KeptLog{101, 300},
                                           KeptLog{250, 151}, KeptLog{399, 2}, KeptLog{400, 1},
                                           KeptLog{SnapshotSaver::kKeepAll, 1}));

TEST_F(LogWriterTest, ASnapshotOfAnEmptyStateIsSavedToo) {
  auto writer = open();
  LogBatch with_snapshot = batch(1, 1);
  with_snapshot.snapshot = snapshot_of(1, "");
  writer->push(std::move(with_snapshot));
  writer->finish();
  await(*writer, [](const auto& progress) { return progress.finished; });
  ASSERT_EQ(disk_.snapshots().size(), 1u);
}

// Its records are no commands.
TEST_F(LogWriterTest, WhereTheLogLeadsToNoSnapshotTheNextIsToComeWithItsState) {
  auto writer = open();
  LogBatch with_due = batch(1, 10);
  with_due.due_snapshot = 10;
  writer->push(std::move(with_due));
  EXPECT_TRUE(writer->saving_snapshot());
  const auto warned = await(*writer, [](const auto& progress) { return !progress.warnings.empty(); });
  EXPECT_NE(warned.warnings[0].find("log record 1"), std::string::npos) << warned.warnings[0];
  EXPECT_TRUE(writer->needs_state());
  EXPECT_TRUE(disk_.snapshots().empty());
  LogBatch with_state = batch(11, 10);
  with_state.snapshot = snapshot_of(20, "state");
  writer->push(std::move(with_state));
  EXPECT_FALSE(writer->needs_state());
  ASSERT_TRUE(disk_.await_snapshots(1));
  EXPECT_EQ(disk_.snapshots().back().sequence, 20u);
  EXPECT_EQ(writer->stats().snapshot_build_us.count, 0u);
}

// While one is being made, which is waiting for the store or is not.
class LeavingABuildTest : public LogWriterTest {
 protected:
  std::unique_ptr<LogWriter> building() {
    auto writer = open();
    LogBatch with_due = batch(1, 10);
    with_due.due_snapshot = 10;
    writer->push(std::move(with_due));
    await(*writer, [](const auto& progress) { return progress.durable == 10; });
    disk_.hold_syncs();
    writer->push(batch(11, 1));
    EXPECT_TRUE(disk_.await_held_sync());
    return writer;
  }
};

TEST_F(LeavingABuildTest, AFailedSyncIsTold) {
  auto writer = building();
  disk_.fail_next_sync({StoreErrorKind::Full, "no space", 0});
  disk_.let_syncs_pass();
  EXPECT_TRUE(await(*writer, [](const auto& progress) { return progress.error.has_value(); }).error);
  writer.reset();
}

TEST_F(LeavingABuildTest, AFinishDoesNotWaitForIt) {
  auto writer = building();
  writer->finish();
  disk_.let_syncs_pass();
  EXPECT_TRUE(await(*writer, [](const auto& progress) { return progress.finished; }).finished);
  EXPECT_EQ(disk_.records().size(), 11u);
}

TEST_F(LeavingABuildTest, AWriterThatIsDroppedEnds) {
  auto writer = building();
  std::thread destroyer([&] { writer.reset(); });
  disk_.let_syncs_pass();
  destroyer.join();
  EXPECT_EQ(disk_.records().size(), 11u);
}

TEST_F(LogWriterTest, AConfigurationVersionIsDurableWithItsCommand) {
  auto writer = open();
  LogBatch with_config = batch(1, 1);
  with_config.configs.push_back({1, 5, "rpc", "queues: []"});
  writer->push(std::move(with_config));
  await(*writer, [](const auto& progress) { return progress.durable == 1; });
  EXPECT_EQ(disk_.configs().front().text, "queues: []");
}

}  // namespace
}  // namespace cordboard
