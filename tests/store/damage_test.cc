// Damage to the database, the log and the snapshots: found, named, and never read as if it were whole.
#include <cctype>
#include <fstream>
#include <random>

#include "tests/store/sqlite_store_testing.h"

namespace cordboard {
namespace {

using testing::append_and_sync;
using testing::expect_records;
using testing::read_file;
using testing::SqliteStoreTest;
using testing::write_file;

// What is done to one row of ten records, and the sequence that must be named.
struct RowDamage {
  std::string name;
  std::string sql;
  uint64_t position;
};

const RowDamage kRowDamages[] = {
    {"FlippedByte",
     "UPDATE log SET records = CAST(replace(CAST(records AS TEXT), 'record 45', 'record 46') AS BLOB) "
     "WHERE first_sequence = 41",
     41},
    {"FlippedByteInTheFirst", "UPDATE log SET records = zeroblob(length(records)) WHERE first_sequence = 1",
     1},
    {"FlippedByteInTheLast", "UPDATE log SET records = zeroblob(length(records)) WHERE first_sequence = 91",
     91},
    {"CutShort", "UPDATE log SET records = substr(records, 1, 20) WHERE first_sequence = 31", 31},
    {"WrongCount", "UPDATE log SET count = 9 WHERE first_sequence = 51", 51},
    {"WrongEpoch", "UPDATE log SET epoch = 2 WHERE first_sequence = 21", 21},
    {"WrongChecksum", "UPDATE log SET checksum = checksum + 1 WHERE first_sequence = 61", 61},
    {"Missing", "DELETE FROM log WHERE first_sequence = 41", 41},
    {"FirstMissing", "DELETE FROM log WHERE first_sequence = 1", 1},
    {"Swapped",
     "UPDATE log SET first_sequence = 1000 WHERE first_sequence = 11;"
     "UPDATE log SET first_sequence = 11 WHERE first_sequence = 21;"
     "UPDATE log SET first_sequence = 21 WHERE first_sequence = 1000",
     11},
    {"Added",
     "INSERT INTO log SELECT first_sequence - 1000, count, epoch, checksum, records FROM log "
     "WHERE first_sequence = 1",
     1},
    {"EpochBehindTheLog", "UPDATE meta SET value = 0 WHERE key = 'epoch'", 101},
    {"TrimPointMoved", "UPDATE meta SET value = 10 WHERE key = 'trimmed_sequence'", 11},
    {"TrimChecksumChanged", "UPDATE meta SET value = 10 WHERE key = 'trimmed_checksum'", 1},
};

void PrintTo(const RowDamage& damage, std::ostream* out) { *out << damage.sql; }

class DamagedRow : public SqliteStoreTest, public ::testing::WithParamInterface<RowDamage> {};

INSTANTIATE_TEST_SUITE_P(All, DamagedRow, ::testing::ValuesIn(kRowDamages),
                         [](const auto& row) { return row.param.name; });

TEST_P(DamagedRow, StopsTheOpeningWithItsSequenceAndStaysUntouched) {
  make_log();
  edit(GetParam().sql);
  std::string before = read_file(file_);
  expect_open_fails(StoreErrorKind::Damaged, GetParam().position);
  EXPECT_TRUE(read_file(file_) == before);
}

// A closed store whose file is changed again and again.
class DamagedFile : public SqliteStoreTest {
 protected:
  static constexpr uint64_t kRecords = 2000;
  static constexpr size_t kPage = 8192;

  DamagedFile() : SqliteStoreTest(testing::memory_directory()) {}

  void SetUp() override {
    {
      auto store = open();
      ASSERT_OK(store);
      for (uint64_t i = 0; i < kRecords; i += 10) ASSERT_OK(append_and_sync(**store, 10));
    }
    whole_ = read_file(file_);
  }

  void expect_noticed_or_harmless(const std::string& bytes) {
    write_file(file_, bytes);
    std::filesystem::remove(wal_);
    auto store = open();
    noticed_ += store.ok() ? 0 : 1;
    if (!store.ok()) return;
    ASSERT_EQ((*store)->last_sequence(), kRecords);
    expect_records(**store, 1, kRecords);
  }

  std::string flipped(size_t byte, int bit) const {
    std::string bytes = whole_;
    bytes[byte] = static_cast<char>(bytes[byte] ^ (1 << bit));
    return bytes;
  }

  std::string whole_;
  int noticed_ = 0;
};

TEST_F(DamagedFile, FlippedBitsAnywhereAreNoticedOrChangeNothing) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 600; ++i) {
    size_t byte = random() % whole_.size();
    SCOPED_TRACE(byte);
    expect_noticed_or_harmless(flipped(byte, static_cast<int>(random() % 8)));
    if (HasFailure()) return;
  }
  EXPECT_GT(noticed_, 300);
}

TEST_F(DamagedFile, FlippedBitsInTheHeadOfAPageAreNoticedOrChangeNothing) {
  for (size_t page = 0; page < whole_.size(); page += kPage) {
    for (size_t bit = 0; bit < 64; ++bit) {
      size_t byte = (page == 0 ? 100 : page) + bit / 8;
      SCOPED_TRACE(byte);
      expect_noticed_or_harmless(flipped(byte, static_cast<int>(bit % 8)));
      if (HasFailure()) return;
    }
  }
}

// When the last page says that it has fewer rows, what is left of the chain is whole.
TEST_F(DamagedFile, APageThatForgetsItsLastRowsIsNoticed) {
  constexpr char kTableLeaf = 0x0d;
  int tried = 0;
  for (size_t page = kPage; page < whole_.size(); page += kPage) {
    if (whole_[page] != kTableLeaf || whole_[page + 3] != 0) continue;
    for (char rows = 0; rows < whole_[page + 4]; ++rows, ++tried) {
      std::string bytes = whole_;
      bytes[page + 4] = rows;
      SCOPED_TRACE(page);
      expect_noticed_or_harmless(bytes);
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(tried, 20);
}

TEST_F(SqliteStoreTest, DamageThatAppearsWhileTheStoreIsOpenIsFoundByReading) {
  make_log();
  auto store = open();
  ASSERT_OK(store);
  ASSERT_OK(append_and_sync(**store, 10));
  // Not through SQLite, which is locked: the bytes of a record change in the file. The page cache is
  // smaller than the log, or SQLite would not look at the disk again.
  for (int i = 0; i < 400; ++i) ASSERT_OK(append_and_sync(**store, 500));
  std::string bytes = read_file(file_);
  size_t at = bytes.find("record 45");
  while (at != std::string::npos && std::isdigit(bytes[at + 9]) != 0) at = bytes.find("record 45", at + 1);
  ASSERT_NE(at, std::string::npos);
  std::fstream out(file_, std::ios::binary | std::ios::in | std::ios::out);
  out.seekp(static_cast<std::streamoff>(at));
  out << "RECORD";
  out.close();
  std::vector<uint64_t> seen;
  auto read = (*store)->read_from(1, [&](std::span<const LogRecord> run) {
    seen.push_back(run.back().sequence);
    return true;
  });
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().kind, StoreErrorKind::Damaged);
  EXPECT_EQ(read.error().position, 41u);
  EXPECT_EQ(seen, (std::vector<uint64_t>{10, 20, 30, 40}));
}

TEST_F(SqliteStoreTest, ADamagedSnapshotGivesWayToTheOlderOneWithAWarning) {
  make_log();
  {
    auto store = open();
    ASSERT_OK(store);
    ASSERT_OK((*store)->save_snapshot(40, "older"));
    ASSERT_OK((*store)->save_snapshot(80, "newer"));
  }
  edit("UPDATE snapshot_part SET bytes = CAST('nEwer' AS BLOB) WHERE sequence = 80");
  auto store = open();
  ASSERT_OK(store);
  auto point = (*store)->newest_valid_snapshot();
  ASSERT_OK(point);
  ASSERT_TRUE(point->snapshot.has_value());
  EXPECT_EQ(point->snapshot->sequence, 40u);
  EXPECT_EQ(point->snapshot->payload, "older");
  ASSERT_EQ(point->warnings.size(), 1u);
  EXPECT_NE(point->warnings[0].find("80"), std::string::npos) << point->warnings[0];
  ASSERT_OK((*store)->save_snapshot(100, "newest"));
}

TEST_F(SqliteStoreTest, WithAllSnapshotsDamagedAWholeLogIsReplayedFromTheStart) {
  make_log();
  {
    auto store = open();
    ASSERT_OK(store);
    ASSERT_OK((*store)->save_snapshot(40, std::string(3 << 20, 'o')));
    ASSERT_OK((*store)->save_snapshot(80, "newer"));
  }
  edit("DELETE FROM snapshot_part WHERE part = 1; UPDATE snapshot SET checksum = 1 WHERE sequence = 80");
  auto store = open();
  ASSERT_OK(store);
  auto point = (*store)->newest_valid_snapshot();
  ASSERT_OK(point);
  EXPECT_FALSE(point->snapshot.has_value());
  EXPECT_EQ(point->warnings.size(), 2u);
}

TEST_F(SqliteStoreTest, ATrimmedLogWithoutAWholeSnapshotIsDamaged) {
  make_log();
  {
    auto store = open();
    ASSERT_OK(store);
    ASSERT_OK((*store)->save_snapshot(40, "older"));
    ASSERT_OK((*store)->save_snapshot(80, "newer"));
    ASSERT_OK((*store)->trim_log_before(60));  // beyond the older one
    ASSERT_EQ((*store)->first_sequence(), 51u);
  }
  edit("UPDATE snapshot SET checksum = 1 WHERE sequence = 80");
  auto store = open();
  ASSERT_OK(store);
  auto point = (*store)->newest_valid_snapshot();
  ASSERT_FALSE(point.ok());
  EXPECT_EQ(point.error().kind, StoreErrorKind::Damaged);
  EXPECT_EQ(point.error().position, 51u);
}

TEST_F(SqliteStoreTest, ALogThatEndsBeforeASnapshotIsDamaged) {
  make_log();
  {
    auto store = open();
    ASSERT_OK(store);
    ASSERT_OK((*store)->save_snapshot(95, "state"));
  }
  edit("DELETE FROM log WHERE first_sequence = 91");
  expect_open_fails(StoreErrorKind::Damaged, 91);
}

TEST_F(SqliteStoreTest, ADamagedConfigVersionIsNamed) {
  {
    auto store = open();
    ASSERT_OK(store);
    ASSERT_OK((*store)->append_config_version({1, 1, "file", "one"}));
    ASSERT_OK((*store)->append_config_version({2, 2, "file", "two"}));
    ASSERT_OK((*store)->sync());
  }
  edit("UPDATE config_version SET text = 'tvo' WHERE version = 2");
  auto store = open();
  ASSERT_OK(store);
  auto versions = (*store)->config_versions(kAnyBytes);
  ASSERT_FALSE(versions.ok());
  EXPECT_EQ(versions.error().kind, StoreErrorKind::Damaged);
  EXPECT_NE(versions.error().message.find("configuration version 2 does not match"), std::string::npos);
  EXPECT_EQ(versions.error().position, 0u);  // of no record
}

}  // namespace
}  // namespace cordboard
