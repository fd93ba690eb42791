// What becomes of the audit trail in SQLite's files: it is written with the records and outlives them, and
// whatever is done to a row behind the store's back is found.

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "router/store/audit_chain.h"
#include "router/store/audit_reader.h"
#include "tests/store/sqlite_store_testing.h"

namespace cordboard::testing {
namespace {

constexpr std::uint64_t kRows = 6;

std::string entry_at(std::uint64_t number) { return "who did what " + std::to_string(number); }

std::string row_name(std::uint64_t number) {
  return "row " + std::to_string(number) + " of its audit trail ";
}

class AuditTrail : public SqliteStoreTest {
 protected:
  AuditTrail() : SqliteStoreTest(memory_directory()) {}

  void write_rows() {
    auto store = open();
    ASSERT_OK(store);
    for (std::uint64_t number = 1; number <= kRows; ++number) {
      ASSERT_OK((*store)->append_audit(entry_at(number)));
      if (number % 2 == 0) ASSERT_OK(append_and_sync(**store, 3));
    }
  }

  Result<AuditLink> read(std::vector<std::string>* entries = nullptr) const {
    return read_audit_trail(directory_.path(), [&](const AuditRow& row) {
      if (entries != nullptr) entries->emplace_back(row.entry);
    });
  }

  // `sql` changes the trail, and then `back` undoes it.
  void expect_found(const std::string& sql, const std::string& back, const std::string& what) {
    edit(sql);
    const auto found = read();
    ASSERT_FALSE(found.ok()) << sql;
    EXPECT_EQ(found.error().kind, StoreErrorKind::Damaged) << sql;
    EXPECT_NE(found.error().message.find(what), std::string::npos) << sql << ": " << found.error().message;
    edit(back);
  }

  static std::string blob(std::string_view bytes) {
    std::string text = "x'";
    for (const char byte : bytes) {
      char digits[3];
      std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned char>(byte));
      text += digits;
    }
    return text + "'";
  }
  static std::string blob(const AuditHash& hash) { return blob(std::string(hash.begin(), hash.end())); }
  static std::string set(const char* column, const std::string& bytes, std::uint64_t number) {
    return std::string("UPDATE audit SET ") + column + " = " + blob(bytes) +
           " WHERE number = " + std::to_string(number);
  }
  void flip_each_bit(const char* column, const std::string& whole, std::uint64_t number) {
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
      std::string changed = whole;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
      expect_found(set(column, changed, number), set(column, whole, number),
                   row_name(number) + "is not the one that was written there");
      if (HasFailure()) return;
    }
  }

  // The links after each row, the beginning first.
  static std::vector<AuditLink> chain() {
    std::vector<AuditLink> links = {AuditLink{}};
    for (std::uint64_t number = 1; number <= kRows + 1; ++number)
      links.push_back(next_link(links.back(), entry_at(number)));
    return links;
  }
  static std::string insert(const AuditLink& link, const std::string& entry) {
    return "INSERT INTO audit VALUES (" + std::to_string(static_cast<std::int64_t>(link.number)) + ", " +
           blob(link.hash) + ", " + blob(entry) + ")";
  }
};

// Computed by another implementation.
TEST(AuditChain, TheFirstRowsAreTheseOnes) {
  const AuditLink one = next_link({}, "one");
  EXPECT_EQ(one.number, 1u);
  EXPECT_EQ(to_hex(one.hash), "9a06e2a1330ae21e361c1edfd5d8cf90a0f33aa89a9ca84a6e56722ac4b13e96");
  EXPECT_EQ(to_hex(next_link(one, "two").hash),
            "8a8bd8e475bb1ef429dbc0482c247b4fd5e1a45fdb8dd22c6e13c2d294abcadf");
}

TEST(AuditChain, AHashIsReadAsItIsPrinted) {
  const AuditLink one = next_link({}, "one");
  EXPECT_EQ(audit_hash_from_hex(to_hex(one.hash)), one.hash);
  EXPECT_EQ(audit_hash_from_hex(""), std::nullopt);
  EXPECT_EQ(audit_hash_from_hex(std::string(63, 'a')), std::nullopt);
  EXPECT_EQ(audit_hash_from_hex(std::string(63, 'a') + "g"), std::nullopt);
  EXPECT_EQ(audit_hash_from_hex(std::string(64, 'A')), audit_hash_from_hex(std::string(64, 'a')));
}

TEST_F(AuditTrail, IsReadAsItWasWrittenAlsoAfterTheLogIsTrimmed) {
  write_rows();
  {
    auto store = open();
    ASSERT_OK(store);
    ASSERT_OK((*store)->save_snapshot((*store)->last_sequence(), "a snapshot"));
    ASSERT_OK((*store)->trim_log_before((*store)->last_sequence() + 1));
    EXPECT_GT((*store)->first_sequence(), 1u);
    ASSERT_OK((*store)->append_audit(entry_at(kRows + 1)));
    ASSERT_OK((*store)->sync());
  }
  std::vector<std::string> entries;
  const auto end = read(&entries);
  ASSERT_OK(end);
  EXPECT_EQ(*end, chain()[kRows + 1]);
  ASSERT_EQ(entries.size(), kRows + 1);
  for (std::uint64_t number = 1; number <= kRows + 1; ++number)
    EXPECT_EQ(entries[number - 1], entry_at(number));
}

TEST_F(AuditTrail, EachBitOfEachRowCounts) {
  write_rows();
  for (std::uint64_t number = 1; number <= kRows; ++number) {
    flip_each_bit("entry", entry_at(number), number);
    const AuditHash hash = chain()[number].hash;
    flip_each_bit("hash", std::string(hash.begin(), hash.end()), number);
  }
  EXPECT_TRUE(read().ok());
}

TEST_F(AuditTrail, EachRowThatIsRemovedOrMovedIsNoticed) {
  write_rows();
  const std::vector<AuditLink> links = chain();
  for (std::uint64_t number = 1; number <= kRows; ++number) {
    const std::string at = std::to_string(number);
    const std::string again = insert(links[number], entry_at(number));
    expect_found("DELETE FROM audit WHERE number = " + at, again, row_name(number) + "is missing");
    // All behind it move up.
    if (number < kRows) {
      const std::string after = std::to_string(number + 1);
      const std::string removed = "DELETE FROM audit WHERE number = " + at + ";";
      expect_found(removed + "UPDATE audit SET number = -number WHERE number > " + at +
                       "; UPDATE audit SET number = -number - 1 WHERE number < 0",
                   "UPDATE audit SET number = -number - 1 WHERE number >= " + at +
                       "; UPDATE audit SET number = -number WHERE number < 0; " + again,
                   row_name(number) + "is not the one that was written there");
      const std::string swap = "UPDATE audit SET number = -1 WHERE number = " + at +
                               "; UPDATE audit SET number = " + at + " WHERE number = " + after +
                               "; UPDATE audit SET number = " + after + " WHERE number = -1";
      expect_found(swap, swap, row_name(number) + "is not the one that was written there");
    }
  }
  EXPECT_TRUE(read().ok());
}

TEST_F(AuditTrail, RowsThatWerePutInAreNoticed) {
  write_rows();
  const std::vector<AuditLink> links = chain();
  const std::string last = std::to_string(kRows + 1);
  expect_found(insert(links[kRows + 1], entry_at(kRows + 1)), "DELETE FROM audit WHERE number = " + last,
               row_name(kRows + 1) + "was put in: 6 were written");
  expect_found(insert({0, {}}, "before all"), "DELETE FROM audit WHERE number = 0",
               row_name(1) + "has another one before it");
  expect_found("UPDATE meta SET value = 5 WHERE key = 'audit_rows'",
               "UPDATE meta SET value = 6 WHERE key = 'audit_rows'", row_name(6) + "was put in");
  EXPECT_TRUE(read().ok());
}

// A router does not go on with a trail that lost its end: the next row would hide it.
TEST_F(AuditTrail, AStartIsRefusedWhenTheEndIsMissing) {
  write_rows();
  edit("DELETE FROM audit WHERE number = 6");
  const auto store = open();
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().kind, StoreErrorKind::Damaged);
  EXPECT_NE(store.error().message.find(row_name(6) + "is missing"), std::string::npos)
      << store.error().message;
}

// What a killed router leaves: all rows are in the write-ahead log.
class KilledAuditTrail : public AuditTrail {
 protected:
  void SetUp() override {
    auto store = open_sqlite_store({.directory = served_.path()});
    ASSERT_OK(store);
    ASSERT_OK(append_and_sync(**store, 3));
    // Refused attempts: rows without a record.
    for (std::uint64_t number = 1; number <= kRows; ++number) {
      ASSERT_OK((*store)->append_audit(entry_at(number)));
      ASSERT_OK((*store)->sync());
    }
    for (const auto& file : {file_, wal_, mark_})
      std::filesystem::copy(served_.path() / file.filename(), file);
  }
  void expect_damaged(const std::string& what) {
    for (const auto& error : {read().error(), open().error()}) {
      EXPECT_EQ(to_string(error.kind), to_string(StoreErrorKind::Damaged)) << error.message;
      EXPECT_NE(error.message.find(what), std::string::npos) << error.message;
    }
  }

  TempDirectory served_{memory_directory()};
  std::filesystem::path mark_ = directory_.path() / "cordboard.mark";
};

TEST_F(KilledAuditTrail, IsReadFromTheWriteAheadLog) {
  const auto end = read();
  ASSERT_OK(end);
  EXPECT_EQ(end->number, kRows);
}

TEST_F(KilledAuditTrail, IsDamagedWithoutItsWriteAheadLog) {
  std::filesystem::remove(wal_);
  const auto found = read();
  ASSERT_FALSE(found.ok()) << found->number << " rows, chain whole";
  EXPECT_EQ(found.error().kind, StoreErrorKind::Damaged);
  EXPECT_NE(found.error().message.find(row_name(1) + "is missing: 6 were durable, as cordboard.mark tells"),
            std::string::npos)
      << found.error().message;
  EXPECT_FALSE(open().ok());
}

// The log is whole without them: only the number of rows tells.
TEST_F(KilledAuditTrail, IsDamagedWhenOnlyRowsAreLost) {
  std::string cut;
  {
    auto store = open_sqlite_store({.directory = served_.path() / "other"});
    ASSERT_OK(store);
    ASSERT_OK(append_and_sync(**store, 3));
    cut = read_file(served_.path() / "other" / wal_.filename());
  }
  write_file(wal_, read_file(wal_).substr(0, cut.size()));
  expect_damaged(row_name(1) + "is missing: 6 were durable, as cordboard.mark tells");
}

TEST_F(KilledAuditTrail, IsDamagedWhenTheDatabaseIsGoneAndSomethingIsBesideIt) {
  for (const bool empty : {true, false}) {
    std::filesystem::remove(file_);
    if (empty) write_file(file_, "");
    expect_damaged("is missing or empty, but cordboard.mark is there");
  }
  std::filesystem::remove(mark_);
  expect_damaged("but its write-ahead log is there");
  std::filesystem::remove(wal_);
  EXPECT_EQ(read().error().kind, StoreErrorKind::Io) << "no store at all";
}

TEST_F(AuditTrail, IsReadBesideADamagedLog) {
  write_rows();
  edit("UPDATE log SET checksum = checksum + 1");
  EXPECT_FALSE(open().ok());
  EXPECT_TRUE(read().ok());
}

TEST_F(AuditTrail, WhatCannotBeReadSaysWhy) {
  const auto kind = [&] { return to_string(read().error().kind); };
  EXPECT_EQ(kind(), to_string(StoreErrorKind::Io)) << "no store";
  write_rows();
  {
    const auto serving = open();
    ASSERT_OK(serving);
    EXPECT_EQ(kind(), to_string(StoreErrorKind::InUse));
  }
  edit("UPDATE meta SET value = 99 WHERE key = 'format_version'");
  EXPECT_EQ(kind(), to_string(StoreErrorKind::NewerFormat));
  edit("UPDATE meta SET value = 1 WHERE key = 'format_version'; DROP TABLE audit");
  EXPECT_EQ(kind(), to_string(StoreErrorKind::Damaged));
  edit("PRAGMA application_id = 7");
  EXPECT_EQ(kind(), to_string(StoreErrorKind::Damaged)) << "another program's database";
}

}  // namespace
}  // namespace cordboard::testing
