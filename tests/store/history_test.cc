// What becomes of history in SQLite's files: an older store begins without it, and what is done to a row
// behind the store's back is found.

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/store/sqlite_store_testing.h"

namespace cordboard::testing {
namespace {

constexpr std::size_t kPageBytes = 8192;

class HistoryTable : public SqliteStoreTest {
 protected:
  HistoryTable() : SqliteStoreTest(memory_directory()) {}

  void write_history(const std::vector<HistoryRow>& rows) {
    auto store = open();
    ASSERT_OK(store);
    ASSERT_OK((*store)->append_history(rows));
    ASSERT_OK(append_and_sync(**store, 1));
  }
  // As a release wrote it that had no history.
  void make_format_1() {
    ASSERT_OK(append_and_sync(**open(), 3));
    edit(
        "DROP TABLE history; DELETE FROM meta WHERE key IN ('history_since', 'history_checksum');"
        "UPDATE meta SET value = 1 WHERE key = 'format_version'");
  }
  // A page of the database holds some forty of them.
  static std::string sums_of(std::uint32_t queue, std::int64_t at) {
    return std::to_string(queue) + " at " + std::to_string(at) + std::string(190, '.');
  }
  // Behind the store's back: the count of its cells.
  void damage_page_of(const std::string& sums) {
    std::string bytes = read_file(file_);
    const std::size_t found = bytes.find(sums);
    ASSERT_NE(found, std::string::npos);
    bytes.replace(found / kPageBytes * kPageBytes + 3, 2, "\x7f\x7f");
    write_file(file_, bytes);
  }
  void expect_format(int format) {
    edit("CREATE TABLE t(a CHECK (a = " + std::to_string(format) +
         ")); INSERT INTO t SELECT value FROM meta WHERE key = 'format_version'; DROP TABLE t");
  }
  void expect_damaged(const std::string& what) {
    auto store = open();
    StoreError error;
    if (!store.ok()) {
      error = store.error();
    } else if (const auto newest = (*store)->newest_history(); !newest.ok()) {
      error = newest.error();
      const auto visited = (*store)->visit_history([](const HistoryRow&) {});
      ASSERT_FALSE(visited.ok());
      EXPECT_EQ(visited.error().message, error.message);
    }
    EXPECT_EQ(to_string(error.kind), to_string(StoreErrorKind::Damaged));
    EXPECT_NE(error.message.find(what), std::string::npos) << error.message;
  }
};

TEST_F(HistoryTable, AStoreThatHadNoneKnowsNothingBeforeItsFirstRows) {
  make_format_1();
  const std::vector<std::int64_t> instants = {1, 500, 900};
  {
    auto store = open();
    ASSERT_OK(store);
    expect_records(**store, 1, 3);
    EXPECT_EQ((*store)->read_history(0, instants)->since_us, kNoHistory);
    ASSERT_OK((*store)->prune_history(100));
    EXPECT_EQ((*store)->read_history(0, instants)->since_us, kNoHistory);
  }
  write_history({{1, 900, "a"}, {2, 500, "b"}});
  auto store = open();
  ASSERT_OK(store);
  const auto answer = (*store)->read_history(1, instants);
  ASSERT_OK(answer);
  EXPECT_EQ(answer->since_us, 500);
  EXPECT_FALSE(answer->rows[1]);
  EXPECT_TRUE(answer->rows[2]);
}

TEST_F(HistoryTable, AnOlderStoreIsLookedAtWithoutBeingChanged) {
  make_format_1();
  const std::string before = read_file(file_);
  auto store = open_sqlite_store({.directory = directory_.path(), .untouched = true});
  ASSERT_OK(store);
  EXPECT_TRUE((*store)->newest_history()->empty());
  store->reset();
  EXPECT_TRUE(read_file(file_) == before);
}

// What opened it may refuse it yet.
TEST_F(HistoryTable, AnOlderStoreKeepsItsFormatUntilSomethingIsWritten) {
  make_format_1();
  {
    auto store = open();
    ASSERT_OK(store);
    EXPECT_TRUE((*store)->newest_history()->empty());
    EXPECT_FALSE((*store)->read_history(0, std::vector<std::int64_t>{5})->rows[0]);
    ASSERT_OK((*store)->visit_history([](const HistoryRow&) { ADD_FAILURE(); }));
    const auto pruned = (*store)->prune_history(100);
    ASSERT_OK(pruned);
    EXPECT_FALSE(*pruned);
    ASSERT_OK((*store)->sync());
  }
  expect_format(1);
  ASSERT_OK(append_and_sync(**open(), 1));
  expect_format(2);
}

TEST_F(HistoryTable, AnOlderStoreThatIsRefusedIsNotChanged) {
  make_format_1();
  edit("UPDATE log SET checksum = checksum + 1");
  const std::string before = read_file(file_);
  expect_open_fails(StoreErrorKind::Damaged, 1);
  EXPECT_TRUE(read_file(file_) == before);
  EXPECT_TRUE(read_file(wal_).empty());
}

TEST_F(HistoryTable, ARowThatIsNotTheOneThatWasWrittenIsDamage) {
  write_history({{1, 900, "a"}, {2, 500, "b"}});
  const std::string where = "its history of queue ";
  edit("UPDATE history SET sums = x'62' WHERE queue = 1");
  expect_damaged(where + "1 at 900 us does not match its checksum");
  edit("UPDATE history SET sums = x'61' WHERE queue = 1; UPDATE history SET queue = 3 WHERE queue = 2");
  expect_damaged(where + "3 at 500 us");
  edit("UPDATE history SET queue = 2, boundary_us = 501 WHERE queue = 3");
  expect_damaged(where + "2 at 501 us");
  edit("UPDATE history SET boundary_us = 500 WHERE queue = 2");
  EXPECT_TRUE((*open())->newest_history().ok());
}

TEST_F(HistoryTable, ABeginningThatIsNotTheOneThatWasWrittenIsDamage) {
  {
    auto store = open();
    ASSERT_OK(store);
    ASSERT_OK((*store)->append_history(std::vector<HistoryRow>{{1, 50, "a"}, {1, 90, "b"}}));
    ASSERT_OK((*store)->sync());
    ASSERT_OK((*store)->prune_history(100));
  }
  edit("UPDATE meta SET value = 0 WHERE key = 'history_since'");
  expect_damaged("the beginning of its history does not match its checksum");
  edit(
      "UPDATE meta SET value = 0 WHERE key = 'history_checksum'; UPDATE meta SET value = 7 WHERE key = "
      "'history_since'");
  expect_damaged("the beginning of its history has no checksum");
}

// A start reads the newest rows only, so it may serve for long beside such a page.
TEST_F(HistoryTable, ADamagedPageOfOldRowsStopsPruningAndNothingElse) {
  std::vector<HistoryRow> rows;
  for (std::uint32_t queue = 0; queue < 3; ++queue) {
    for (std::int64_t at = 1; at <= 1000; ++at) rows.push_back({queue, at, sums_of(queue, at)});
  }
  write_history(rows);
  damage_page_of(sums_of(1, 100));
  auto store = open();
  ASSERT_OK(store);
  ASSERT_OK((*store)->newest_history());
  ASSERT_OK((*store)->append_audit("staged before"));
  const auto pruned = (*store)->prune_history(500);
  ASSERT_FALSE(pruned.ok());
  EXPECT_EQ(to_string(pruned.error().kind), to_string(StoreErrorKind::Damaged)) << pruned.error().message;
  const std::vector<std::int64_t> instants = {1, 1001};
  EXPECT_EQ((*store)->read_history(0, instants)->since_us, kHistoryComplete);
  ASSERT_OK((*store)->append_history(std::vector<HistoryRow>{{0, 1001, "after it"}}));
  ASSERT_OK(append_and_sync(**store, 1));
  store->reset();
  store = open();
  ASSERT_OK(store);
  expect_records(**store, 1, 2);
  const auto answer = (*store)->read_history(0, instants);
  ASSERT_OK(answer);
  EXPECT_EQ(answer->since_us, kHistoryComplete);
  EXPECT_EQ(answer->rows[0]->sums, sums_of(0, 1)) << "removed in the piece that met the damage";
  EXPECT_EQ(answer->rows[1]->sums, "after it");
  std::uint64_t acts = 0;
  ASSERT_OK((*store)->read_audit([&](const AuditRow&) { ++acts; }));
  EXPECT_EQ(acts, 1u);
}

// One piece looks at 256 queues and drops 1,000 rows.
TEST_F(HistoryTable, PruningComesToItsEndWhateverThereIsToPrune) {
  std::vector<HistoryRow> rows;
  for (std::uint32_t queue = 0; queue < 600; ++queue) {
    for (std::int64_t at = 1; at <= (queue == 5 ? 2500 : 3); ++at) rows.push_back({queue, at, "x"});
  }
  write_history(rows);
  auto store = open();
  ASSERT_OK(store);
  int pieces = 0;
  for (bool more = true; more; ++pieces) {
    const auto pruned = (*store)->prune_history(10'000);
    ASSERT_OK(pruned);
    more = *pruned;
  }
  EXPECT_GT(pieces, 3);
  for (std::uint32_t queue = 0; queue < 600; ++queue) {
    const std::vector<std::int64_t> instants = {10'000};
    ASSERT_EQ((*store)->read_history(queue, instants)->rows[0]->boundary_us, queue == 5 ? 2500 : 3);
  }
  store->reset();
  edit("CREATE TABLE left_over(a CHECK (a = 600)); INSERT INTO left_over SELECT count(*) FROM history");
}

}  // namespace
}  // namespace cordboard::testing
