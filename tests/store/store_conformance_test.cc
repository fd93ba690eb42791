// What every Store must do, whatever it is built on. A new implementation adds one row to kBackends.
#include <functional>

#include "router/store/sqlite_store.h"
#include "tests/store/store_testing.h"

namespace cordboard {
namespace {

using testing::append_and_sync;
using testing::append_records;
using testing::expect_records;
using testing::read_records;
using testing::record_at;
using testing::TempDirectory;

// One place to store things, which can be opened again and again.
struct Backend {
  std::string name;
  std::function<Result<std::unique_ptr<Store>>(const std::filesystem::path& directory)> open;
};

void PrintTo(const Backend& backend, std::ostream* out) { *out << backend.name; }

const Backend kBackends[] = {
    {"Sqlite",
     [](const std::filesystem::path& directory) { return open_sqlite_store({.directory = directory}); }},
};

class StoreConformance : public ::testing::TestWithParam<Backend> {
 protected:
  void SetUp() override { reopen(); }

  void reopen() {
    store_.reset();
    auto opened = GetParam().open(directory_.path() / "data");
    ASSERT_OK(opened);
    store_ = std::move(*opened);
  }

  void trim_all_before(uint64_t sequence) {
    for (bool more = true; more;) {
      Result<bool> trimmed = store_->trim_log_before(sequence);
      ASSERT_OK(trimmed);
      more = *trimmed;
    }
  }

  TempDirectory directory_{testing::memory_directory()};
  std::unique_ptr<Store> store_;
};

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

TEST_P(StoreConformance, ConfigVersionsAreKeptInOrder) {
  std::string text("queues:\n  - {name: sales}\n# \0 \xc3\xa9", 33);
  ASSERT_OK(store_->append_config_version({1, 1'700'000'000'000'000, "file", text}));
  ASSERT_OK(store_->append_config_version({2, -1, "rpc", ""}));
  ASSERT_OK(store_->sync());
  reopen();
  auto versions = store_->config_versions(kAnyBytes);
  ASSERT_OK(versions);
  ASSERT_EQ(versions->size(), 2u);
  EXPECT_EQ((*versions)[0].version, 1u);
  EXPECT_EQ((*versions)[0].applied_at_us, 1'700'000'000'000'000);
  EXPECT_EQ((*versions)[0].source, "file");
  EXPECT_EQ((*versions)[0].text, text);
  EXPECT_EQ((*versions)[1].applied_at_us, -1);
  EXPECT_EQ((*versions)[1].source, "rpc");
  EXPECT_EQ((*versions)[1].text, "");
  auto gap = store_->append_config_version({4, 0, "rpc", ""});
  ASSERT_FALSE(gap.ok());
  EXPECT_EQ(gap.error().kind, StoreErrorKind::OutOfSequence);
  EXPECT_EQ(gap.error().position, 3u);
}

TEST_P(StoreConformance, TheNewestConfigVersionsAreReadUpToALimitOfBytes) {
  for (uint64_t version = 1; version <= 4; ++version) {
    ASSERT_OK(store_->append_config_version({version, 0, "file", "0123456789"}));
  }
  const auto numbers = [&](uint64_t most_bytes) {
    std::vector<uint64_t> found;
    const auto versions = store_->config_versions(most_bytes);
    for (const ConfigVersion& version : *versions) found.push_back(version.version);
    return found;
  };
  EXPECT_EQ(numbers(0), (std::vector<uint64_t>{4}));
  EXPECT_EQ(numbers(29), (std::vector<uint64_t>{3, 4}));
  EXPECT_EQ(numbers(30), (std::vector<uint64_t>{2, 3, 4}));
}

TEST_P(StoreConformance, TheStartFileAndWhereVersionsComeFromAreKept) {
  EXPECT_EQ(*store_->start_file(), 0u);
  ASSERT_OK(store_->set_start_file(5));
  ASSERT_OK(store_->append_config_version({1, 0, "file", "", ConfigOrigin::File}));
  ASSERT_OK(store_->sync());
  ASSERT_OK(store_->set_start_file(~uint64_t{0}));
  ASSERT_OK(store_->append_config_version({2, 0, "rpc", "", ConfigOrigin::Request}));
  EXPECT_EQ(*store_->start_file(), ~uint64_t{0});
  reopen();  // as after a crash
  EXPECT_EQ(*store_->start_file(), 5u);
  EXPECT_EQ(store_->config_versions(kAnyBytes)->back().origin, ConfigOrigin::File);
  ASSERT_OK(store_->set_start_file(~uint64_t{0}));
  ASSERT_OK(store_->append_config_version({2, 0, "rpc", "", ConfigOrigin::Request, "r1"}));
  ASSERT_OK(store_->sync());
  reopen();
  EXPECT_EQ(*store_->start_file(), ~uint64_t{0});
  EXPECT_EQ(store_->config_versions(kAnyBytes)->back().origin, ConfigOrigin::Request);
  EXPECT_EQ(store_->config_versions(kAnyBytes)->back().request_id, "r1");
}

TEST_P(StoreConformance, ConfigVersionsAreDurableInOnePieceWithTheirRecords) {
  auto stage_two = [&] {
    ASSERT_OK(append_records(*store_, 2));
    ASSERT_OK(store_->append_config_version({1, 0, "rpc", "one"}));
    ASSERT_OK(store_->append_config_version({2, 0, "rpc", "two"}));
  };
  auto expect_stored = [&](uint64_t records, size_t configs) {
    reopen();
    expect_records(*store_, 1, records);
    auto versions = store_->config_versions(kAnyBytes);
    ASSERT_OK(versions);
    EXPECT_EQ(versions->size(), configs);
    EXPECT_EQ(store_->newest_config_version(), configs);
  };
  stage_two();
  EXPECT_EQ(store_->durable_sequence(), 0u);
  EXPECT_EQ(store_->newest_config_version(), 2u);
  expect_stored(0, 0);  // as after a crash: nothing was synced
  stage_two();
  ASSERT_OK(store_->sync());
  EXPECT_EQ(store_->durable_sequence(), 2u);
  expect_stored(2, 2);
}

TEST_P(StoreConformance, OldConfigVersionsAreDropped) {
  for (uint64_t version = 1; version <= kConfigVersionsKept + 5; ++version) {
    ASSERT_OK(store_->append_config_version({version, 0, "rpc", "text"}));
  }
  ASSERT_OK(store_->sync());
  reopen();
  auto versions = store_->config_versions(kAnyBytes);
  ASSERT_OK(versions);
  EXPECT_EQ(versions->size(), kConfigVersionsKept);
  EXPECT_EQ(store_->newest_config_version(), kConfigVersionsKept + 5);
  EXPECT_EQ(versions->front().version, 6u);
  ASSERT_OK(store_->append_config_version({kConfigVersionsKept + 6, 0, "rpc", "text"}));
}

KeySlot key_slot(std::uint32_t slot, std::uint64_t id) {
  KeySlot made{.slot = slot, .id = id};
  made.key.fill(static_cast<unsigned char>(id));
  return made;
}

TEST_P(StoreConformance, KeysAreKeptBySlot) {
  EXPECT_TRUE(store_->keys()->empty());
  const std::vector<KeySlot> first = {key_slot(0, 1), key_slot(700, 2), key_slot(3, 3)};
  ASSERT_OK(store_->write_keys(first));
  ASSERT_OK(store_->sync());
  reopen();
  ASSERT_OK(store_->keys());
  EXPECT_EQ(*store_->keys(), (std::vector{key_slot(0, 1), key_slot(3, 3), key_slot(700, 2)}));
  const std::vector<KeySlot> second = {{.slot = 3}, {.slot = 700}, key_slot(700, 4)};
  ASSERT_OK(store_->write_keys(second));
  ASSERT_OK(store_->sync());
  ASSERT_OK(store_->scrub());
  reopen();
  EXPECT_EQ(*store_->keys(), (std::vector{key_slot(0, 1), key_slot(700, 4)}));
}

TEST_P(StoreConformance, KeysAreDurableInOnePieceWithTheirRecords) {
  const std::vector<KeySlot> keys = {key_slot(1, 1)};
  ASSERT_OK(append_records(*store_, 2));
  ASSERT_OK(store_->write_keys(keys));
  reopen();  // as after a crash: nothing was synced
  expect_records(*store_, 1, 0);
  EXPECT_TRUE(store_->keys()->empty());
  ASSERT_OK(append_records(*store_, 2));
  ASSERT_OK(store_->write_keys(keys));
  ASSERT_OK(store_->sync());
  reopen();
  expect_records(*store_, 1, 2);
  EXPECT_EQ(*store_->keys(), keys);
}

TEST_P(StoreConformance, SizeGrowsWithWhatIsStored) {
  uint64_t before = store_->size_bytes();
  ASSERT_OK(append_and_sync(*store_, 20'000));
  EXPECT_GT(store_->size_bytes(), before + 20'000 * 20);
}

// Each row as it was read, and where the chain ends.
std::pair<std::vector<std::string>, AuditLink> read_trail(Store& store) {
  std::vector<std::string> entries;
  AuditLink link;
  auto end = store.read_audit([&](const AuditRow& row) {
    link = next_link(link, row.entry);
    EXPECT_EQ(row.number, link.number);
    EXPECT_EQ(to_hex(row.hash), to_hex(link.hash));
    entries.emplace_back(row.entry);
  });
  EXPECT_TRUE(end.ok());
  EXPECT_EQ(*end, link);
  return {entries, *end};
}

TEST_P(StoreConformance, RowsOfTheAuditTrailAreDurableWithTheRecordsAndChained) {
  using Rows = std::vector<std::string>;
  EXPECT_EQ(read_trail(*store_).second, AuditLink{});
  ASSERT_OK(store_->append_audit("one"));
  ASSERT_OK(append_records(*store_, 2));
  ASSERT_OK(store_->append_audit(""));
  EXPECT_EQ(read_trail(*store_).first, Rows()) << "only what is durable is read";
  ASSERT_OK(store_->sync());
  EXPECT_EQ(read_trail(*store_).first, (Rows{"one", ""}));
  ASSERT_OK(store_->append_audit("never synced"));
  reopen();
  EXPECT_EQ(read_trail(*store_).first, (Rows{"one", ""}));
  expect_records(*store_, 1, 2);
  // Without any record.
  ASSERT_OK(store_->append_audit(std::string(kMaxAuditBytes, 'x')));
  ASSERT_OK(store_->sync());
  reopen();
  EXPECT_EQ(read_trail(*store_).second.number, 3u);
}

TEST_P(StoreConformance, ARowOfTheAuditTrailThatIsTooLargeIsRefusedForGood) {
  const auto refused = store_->append_audit(std::string(kMaxAuditBytes + 1, 'x'));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, StoreErrorKind::TooLarge);
  EXPECT_FALSE(store_->append_audit("small").ok());
  EXPECT_FALSE(store_->sync().ok());
}

}  // namespace
}  // namespace cordboard
