// What every Store must do: snapshots, and trimming the log behind them.

#include "tests/store/store_conformance.h"

namespace cordboard::testing {

TEST_P(StoreConformance, TheNewestSnapshotIsFoundAfterReopening) {
  ASSERT_OK(append_and_sync(*store_, 10));
  ASSERT_OK(store_->save_snapshot(4, "four"));
  ASSERT_OK(store_->save_snapshot(10, std::string(5 << 20, 't')));
  reopen();
  auto point = store_->newest_valid_snapshot();
  ASSERT_OK(point);
  ASSERT_TRUE(point->snapshot.has_value());
  EXPECT_EQ(point->snapshot->sequence, 10u);
  EXPECT_EQ(point->snapshot->payload, std::string(5 << 20, 't'));
  EXPECT_TRUE(point->warnings.empty());
}

TEST_P(StoreConformance, ASnapshotIsReadPartByPartBetweenSyncs) {
  ASSERT_OK(append_and_sync(*store_, 10));
  const std::string whole = std::string(3 << 20, 'w') + "end";
  ASSERT_OK(store_->save_snapshot(4, "four"));
  ASSERT_OK(store_->save_snapshot(10, whole));
  std::string read;
  SnapshotCursor cursor{.sequence = 10};
  for (bool more = true; more;) {
    auto part = store_->read_snapshot(cursor, read);
    ASSERT_OK(part);
    more = *part;
    ASSERT_OK(append_and_sync(*store_, 1));
  }
  EXPECT_EQ(read, whole);
  EXPECT_GE(cursor.part, 4u);
}

TEST_P(StoreConformance, ASnapshotThatIsNotThereCannotBeRead) {
  ASSERT_OK(append_and_sync(*store_, 10));
  ASSERT_OK(store_->save_snapshot(4, "four"));
  std::string read;
  SnapshotCursor cursor{.sequence = 9};
  const auto none = store_->read_snapshot(cursor, read);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().kind, StoreErrorKind::Damaged);
}

TEST_P(StoreConformance, ASnapshotMakesTheRecordsStagedBeforeItDurable) {
  ASSERT_OK(append_records(*store_, 3));
  ASSERT_OK(store_->save_snapshot(3, ""));
  EXPECT_EQ(store_->durable_sequence(), 3u);
  reopen();
  expect_records(*store_, 1, 3);
}

TEST_P(StoreConformance, ASnapshotStagedBetweenAppendsIsTheOneThatWasBegun) {
  ASSERT_OK(append_and_sync(*store_, 2));
  ASSERT_OK(store_->begin_snapshot(2));
  for (int i = 0; i < 4; ++i) {
    ASSERT_OK(store_->add_to_snapshot(std::string(100, static_cast<char>('a' + i))));
    ASSERT_OK(append_and_sync(*store_, 1));
  }
  auto unfinished = store_->newest_valid_snapshot();
  ASSERT_OK(unfinished);
  EXPECT_FALSE(unfinished->snapshot.has_value());
  ASSERT_OK(store_->finish_snapshot());

  reopen();
  auto point = store_->newest_valid_snapshot();
  ASSERT_OK(point);
  ASSERT_TRUE(point->snapshot.has_value());
  EXPECT_EQ(point->snapshot->sequence, 2u);
  EXPECT_EQ(point->snapshot->payload,
            std::string(100, 'a') + std::string(100, 'b') + std::string(100, 'c') + std::string(100, 'd'));
  expect_records(*store_, 1, 6);
}

TEST_P(StoreConformance, AnUnfinishedSnapshotDoesNotExistAndIsReplaced) {
  ASSERT_OK(append_and_sync(*store_, 2));
  ASSERT_OK(store_->begin_snapshot(2));
  ASSERT_OK(store_->add_to_snapshot(std::string(3 << 20, 'u')));
  ASSERT_OK(store_->sync());
  reopen();
  auto none = store_->newest_valid_snapshot();
  ASSERT_OK(none);
  EXPECT_FALSE(none->snapshot.has_value());
  ASSERT_OK(store_->save_snapshot(2, "short"));
  reopen();
  auto point = store_->newest_valid_snapshot();
  ASSERT_OK(point);
  ASSERT_TRUE(point->snapshot.has_value());
  EXPECT_EQ(point->snapshot->payload, "short");
}

TEST_P(StoreConformance, ASnapshotOutOfOrderIsRefused) {
  for (uint64_t sequence : {0, 3, 4, 6}) {  // the newest is at 4, the log ends at 5
    reopen();
    if (store_->last_sequence() == 0) {
      ASSERT_OK(append_and_sync(*store_, 5));
      ASSERT_OK(store_->save_snapshot(4, "four"));
    }
    auto refused = store_->save_snapshot(sequence, "x");
    ASSERT_FALSE(refused.ok()) << sequence;
    EXPECT_EQ(refused.error().kind, StoreErrorKind::OutOfSequence);
  }
  reopen();
  ASSERT_FALSE(store_->add_to_snapshot("never begun").ok());
  reopen();
  ASSERT_FALSE(store_->finish_snapshot().ok());
}

TEST_P(StoreConformance, OldSnapshotsDoNotAddUp) {
  std::string state(2 << 20, 's');
  uint64_t after_four = 0;
  for (uint64_t sequence = 1; sequence <= 12; ++sequence) {
    ASSERT_OK(append_and_sync(*store_, 1));
    ASSERT_OK(store_->save_snapshot(sequence, state));
    if (sequence == 4) {
      reopen();
      after_four = store_->size_bytes();
    }
  }
  reopen();
  EXPECT_LE(store_->size_bytes(), after_four + state.size());
}

TEST_P(StoreConformance, TrimmingKeepsWhatTheNewestSnapshotNeeds) {
  for (int i = 0; i < 10; ++i) ASSERT_OK(append_and_sync(*store_, 10));
  trim_all_before(100);
  EXPECT_EQ(store_->first_sequence(), 1u) << "without a snapshot the whole log is needed";

  ASSERT_OK(store_->save_snapshot(75, "state"));
  trim_all_before(100);
  EXPECT_GT(store_->first_sequence(), 1u);
  EXPECT_LE(store_->first_sequence(), 76u);
  uint64_t first = store_->first_sequence();
  expect_records(*store_, first, 100);

  reopen();
  EXPECT_EQ(store_->first_sequence(), first);
  expect_records(*store_, first, 100);
  auto trimmed = read_records(*store_, first - 1);
  ASSERT_FALSE(trimmed.ok());
  EXPECT_EQ(trimmed.error().kind, StoreErrorKind::Trimmed);
  EXPECT_EQ(trimmed.error().position, first);
  auto point = store_->newest_valid_snapshot();
  ASSERT_OK(point);
  EXPECT_EQ(point->snapshot->sequence, 75u);
}

TEST_P(StoreConformance, AWhollyTrimmedLogGoesOnWhereItWas) {
  ASSERT_OK(append_and_sync(*store_, 10));
  ASSERT_OK(store_->save_snapshot(10, "state"));
  trim_all_before(11);
  EXPECT_EQ(store_->first_sequence(), 11u);
  reopen();
  EXPECT_EQ(store_->first_sequence(), 11u);
  EXPECT_EQ(store_->last_sequence(), 10u);
  ASSERT_OK(append_and_sync(*store_, 5));
  reopen();
  expect_records(*store_, 11, 15);
}

TEST_P(StoreConformance, TrimmingALargeLogTakesSeveralSmallSteps) {
  for (int i = 0; i < 40; ++i) ASSERT_OK(append_and_sync(*store_, 2000));
  ASSERT_OK(store_->save_snapshot(80'000, "state"));
  int steps = 0;
  for (bool more = true; more; ++steps) {
    Result<bool> trimmed = store_->trim_log_before(80'001);
    ASSERT_OK(trimmed);
    more = *trimmed;
    ASSERT_OK(append_and_sync(*store_, 10));
  }
  EXPECT_GT(steps, 2);
  EXPECT_EQ(store_->first_sequence(), 80'001u);
  reopen();
  expect_records(*store_, 80'001, store_->last_sequence());
}

}  // namespace cordboard::testing
