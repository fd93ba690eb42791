// What every Store must do: the log. A new implementation adds one row to kBackends.

#include "tests/store/store_conformance.h"
#include "router/store/sqlite_store.h"

namespace cordboard::testing {
namespace {

const Backend kBackends[] = {
    {"Sqlite",
     [](const std::filesystem::path& directory) { return open_sqlite_store({.directory = directory}); }},
};

}  // namespace

INSTANTIATE_TEST_SUITE_P(All, StoreConformance, ::testing::ValuesIn(kBackends),
                         [](const auto& row) { return row.param.name; });

TEST_P(StoreConformance, ANewStoreIsEmpty) {
  EXPECT_EQ(store_->first_sequence(), 1u);
  EXPECT_EQ(store_->last_sequence(), 0u);
  EXPECT_EQ(store_->durable_sequence(), 0u);
  EXPECT_EQ(store_->open_epoch(), 1u);
  expect_records(*store_, 1, 0);
  auto point = store_->newest_valid_snapshot();
  ASSERT_OK(point);
  EXPECT_FALSE(point->snapshot.has_value());
  EXPECT_TRUE(point->warnings.empty());
  auto versions = store_->config_versions(kAnyBytes);
  ASSERT_OK(versions);
  EXPECT_TRUE(versions->empty());
}

TEST_P(StoreConformance, OneSyncMakesManyAppendsDurable) {
  for (int i = 0; i < 10; ++i) ASSERT_OK(append_records(*store_, 3));
  EXPECT_EQ(store_->last_sequence(), 30u);
  EXPECT_EQ(store_->durable_sequence(), 0u);
  ASSERT_OK(store_->sync());
  EXPECT_EQ(store_->durable_sequence(), 30u);
  expect_records(*store_, 1, 30);
}

TEST_P(StoreConformance, StagedRecordsAreNotReadBeforeTheSync) {
  ASSERT_OK(append_and_sync(*store_, 5));
  ASSERT_OK(append_records(*store_, 20'000));  // more than is held back in memory
  expect_records(*store_, 1, 5);
}

TEST_P(StoreConformance, SyncedRecordsAreThereAfterReopening) {
  ASSERT_OK(append_and_sync(*store_, 1));
  ASSERT_OK(append_and_sync(*store_, 1000));
  reopen();
  EXPECT_EQ(store_->last_sequence(), 1001u);
  EXPECT_EQ(store_->durable_sequence(), 1001u);
  expect_records(*store_, 1, 1001);
  ASSERT_OK(append_and_sync(*store_, 7));
  reopen();
  expect_records(*store_, 1, 1008);
}

TEST_P(StoreConformance, UnsyncedRecordsAreGoneAfterReopening) {
  ASSERT_OK(append_and_sync(*store_, 4));
  ASSERT_OK(append_records(*store_, 20'000));
  reopen();
  EXPECT_EQ(store_->last_sequence(), 4u);
  expect_records(*store_, 1, 4);
}

TEST_P(StoreConformance, AnEmptyAppendAndASyncOfNothingChangeNothing) {
  ASSERT_OK(store_->append(1, {}, store_->open_epoch()));
  ASSERT_OK(store_->sync());
  EXPECT_EQ(store_->last_sequence(), 0u);
}

TEST_P(StoreConformance, PayloadsMayBeEmptyLargeOrAnyBytes) {
  std::string bytes("\0\xff\n'\"\0", 6);
  std::string large(3 << 20, '\0');
  for (size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 31 >> 3);
  std::vector<std::string_view> payloads = {"", bytes, large, std::string_view(), "end"};
  ASSERT_OK(store_->append(1, payloads, store_->open_epoch()));
  ASSERT_OK(store_->sync());
  reopen();
  auto records = read_records(*store_, 1);
  ASSERT_OK(records);
  EXPECT_EQ(*records, (std::vector<std::string>{"", bytes, large, "", "end"}));
}

TEST_P(StoreConformance, ReadingStartsAnywhereAndStopsWhenTold) {
  for (int i = 0; i < 5; ++i) ASSERT_OK(append_and_sync(*store_, 10));
  for (uint64_t first : {1, 2, 10, 11, 37, 50, 51}) expect_records(*store_, first, 50);
  expect_records(*store_, 51, 50);
  auto beyond = read_records(*store_, 1000);
  ASSERT_OK(beyond);
  EXPECT_TRUE(beyond->empty());

  int visits = 0;
  ASSERT_OK(store_->read_from(1, [&](std::span<const LogRecord>) { return ++visits < 2; }));
  EXPECT_EQ(visits, 2);
}

TEST_P(StoreConformance, EveryOpeningRaisesTheEpoch) {
  reopen();
  EXPECT_EQ(store_->open_epoch(), 2u);
  reopen();
  EXPECT_EQ(store_->open_epoch(), 3u);
}

TEST_P(StoreConformance, AnAppendInAnOldEpochIsFencedAndStoresNothing) {
  ASSERT_OK(append_and_sync(*store_, 2));
  uint64_t old_epoch = store_->open_epoch();
  reopen();
  std::vector<std::string_view> payloads = {"late"};
  auto fenced = store_->append(3, payloads, old_epoch);
  ASSERT_FALSE(fenced.ok());
  EXPECT_EQ(fenced.error().kind, StoreErrorKind::Fenced);
  EXPECT_EQ(fenced.error().position, store_->open_epoch());
  reopen();
  expect_records(*store_, 1, 2);
}

TEST_P(StoreConformance, ASkippedOrRepeatedSequenceIsRefused) {
  std::vector<std::string_view> payloads = {"x"};
  for (uint64_t sequence : {1, 2, 4}) {
    reopen();
    if (store_->last_sequence() == 0) ASSERT_OK(append_and_sync(*store_, 2));
    auto refused = store_->append(sequence, payloads, store_->open_epoch());
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().kind, StoreErrorKind::OutOfSequence);
    EXPECT_EQ(refused.error().position, 3u);
  }
}

TEST_P(StoreConformance, ARecordOverTheLimitIsRefusedWithItsSequence) {
  std::string large(kMaxRecordBytes + 1, 'x');
  std::vector<std::string_view> payloads = {"x", large};
  auto refused = store_->append(1, payloads, store_->open_epoch());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, StoreErrorKind::TooLarge);
  EXPECT_EQ(refused.error().position, 2u);
}

TEST_P(StoreConformance, AnErrorIsFinal) {
  ASSERT_OK(append_and_sync(*store_, 2));
  ASSERT_OK(append_records(*store_, 1));
  std::vector<std::string_view> payloads = {"x"};
  ASSERT_FALSE(store_->append(99, payloads, store_->open_epoch()).ok());

  auto expect_same_error = [](const auto& outcome) {
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().kind, StoreErrorKind::OutOfSequence);
    EXPECT_EQ(outcome.error().position, 4u);
  };
  expect_same_error(append_records(*store_, 1));
  expect_same_error(store_->sync());
  expect_same_error(store_->save_snapshot(2, "state"));
  expect_same_error(store_->add_to_snapshot("state"));
  expect_same_error(store_->finish_snapshot());
  expect_same_error(store_->append_config_version({1, 0, "file", ""}));
  expect_same_error(store_->trim_log_before(2));
  EXPECT_EQ(store_->durable_sequence(), 2u);
  reopen();
  expect_records(*store_, 1, 2);
}

}  // namespace cordboard::testing
