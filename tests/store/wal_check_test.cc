// A torn tail and damage before it look alike to SQLite. They must not to us.
#include "router/store/wal_check.h"

#include <sys/wait.h>
#include <unistd.h>

#include <random>

#include "router/store/sqlite_store.h"
#include "tests/store/store_testing.h"

namespace cordboard {
namespace {

using testing::append_and_sync;
using testing::expect_records;
using testing::read_file;
using testing::TempDirectory;
using testing::write_file;

// The files that a process leaves which died after some syncs. Each sync adds 300 records, several frames.
class WalCheck : public ::testing::Test {
 protected:
  static constexpr uint64_t kSyncs = 12;
  static constexpr uint64_t kRecords = 300;

  void SetUp() override {
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    pid_t child = ::fork();
    if (child == 0) ::_exit(write_and_die(pipe[1]));
    ::close(pipe[1]);
    uint64_t size = 0;
    while (::read(pipe[0], &size, sizeof size) == sizeof size) wal_sizes_.push_back(size);
    ::close(pipe[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_EQ(status, 0);
    ASSERT_EQ(wal_sizes_.size(), kSyncs);
    wal_bytes_ = read_file(wal_);
    database_bytes_ = read_file(file_);
    mark_bytes_ = read_file(mark_);
    ASSERT_EQ(wal_bytes_.size(), wal_sizes_.back());
  }

  int write_and_die(int report) {
    auto store = open();
    if (!store.ok()) return 1;
    for (uint64_t i = 0; i < kSyncs; ++i) {
      if (!append_and_sync(**store, kRecords).ok()) return 2;
      uint64_t size = std::filesystem::file_size(wal_);
      if (::write(report, &size, sizeof size) != sizeof size) return 3;
    }
    ::_exit(0);
  }

  Result<std::unique_ptr<Store>> open() { return open_sqlite_store({.directory = directory_.path()}); }

  // Puts the files back as the process left them, with another write-ahead log.
  void restore(const std::string& wal) {
    write_file(file_, database_bytes_);
    write_file(wal_, wal);
    write_file(mark_, mark_bytes_);
  }
  // The same after a power cut, which took the mark along.
  void restore_without_mark(const std::string& wal) {
    restore(wal);
    std::filesystem::remove(mark_);
  }

  std::string flipped(size_t byte, int bit) const {
    std::string bytes = wal_bytes_;
    bytes[byte] = static_cast<char>(bytes[byte] ^ (1 << bit));
    return bytes;
  }

  TempDirectory directory_{testing::memory_directory()};
  std::filesystem::path file_ = directory_.path() / "cordboard.db";
  std::filesystem::path wal_ = directory_.path() / "cordboard.db-wal";
  std::filesystem::path mark_ = directory_.path() / "cordboard.mark";
  std::vector<uint64_t> wal_sizes_;  // after each sync
  std::string wal_bytes_;
  std::string database_bytes_;
  std::string mark_bytes_;
};

TEST_F(WalCheck, WhatAProcessLeavesIsWhole) {
  auto whole = sqlite::wal_is_whole(wal_);
  ASSERT_OK(whole);
  EXPECT_TRUE(*whole);
  auto none = sqlite::wal_is_whole(directory_.path() / "none");
  ASSERT_OK(none);
  EXPECT_TRUE(*none);
  auto store = open();
  ASSERT_OK(store);
  expect_records(**store, 1, kSyncs * kRecords);
}

TEST_F(WalCheck, ATornTailIsCutOffAndEverySyncBeforeItIsThere) {
  std::mt19937_64 random(2);
  for (uint64_t synced = 1; synced < kSyncs; ++synced) {
    uint64_t torn = wal_sizes_[synced] - wal_sizes_[synced - 1];
    for (uint64_t kept : {uint64_t{0}, uint64_t{1}, torn / 2, torn - 1, random() % torn}) {
      restore_without_mark(wal_bytes_.substr(0, wal_sizes_[synced - 1] + kept));
      auto store = open();
      ASSERT_OK(store);
      expect_records(**store, 1, synced * kRecords);
      ASSERT_OK(append_and_sync(**store, 5));
    }
  }
}

TEST_F(WalCheck, ATransactionWrittenOutOfOrderIsATornTail) {
  // The last transaction is on the disk but for its first frame.
  std::string bytes = wal_bytes_;
  uint64_t begin = wal_sizes_[kSyncs - 2];
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(begin),
            bytes.begin() + static_cast<std::ptrdiff_t>(begin) + 512, '\0');
  restore_without_mark(bytes);
  auto store = open();
  ASSERT_OK(store);
  expect_records(**store, 1, (kSyncs - 1) * kRecords);
}

// What is left would be whole without the mark.
TEST_F(WalCheck, ACutTailThatWasDurableIsDamageAndLeavesTheFilesUntouched) {
  for (uint64_t synced = 1; synced < kSyncs; ++synced) {
    const std::string cut = wal_bytes_.substr(0, wal_sizes_[synced - 1]);
    restore(cut);
    auto store = open();
    ASSERT_FALSE(store.ok());
    EXPECT_EQ(store.error().kind, StoreErrorKind::Damaged);
    EXPECT_EQ(store.error().position, synced * kRecords + 1) << store.error().message;
    EXPECT_TRUE(read_file(wal_) == cut);
    EXPECT_TRUE(read_file(mark_) == mark_bytes_);
  }
}

TEST_F(WalCheck, ALostWriteAheadLogIsDamage) {
  restore("");
  std::filesystem::remove(wal_);
  auto store = open();
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().kind, StoreErrorKind::Damaged);
  EXPECT_EQ(store.error().position, 1u) << store.error().message;
}

TEST_F(WalCheck, AMarkThatIsDamagedOrOlderChangesNothing) {
  std::string both = mark_bytes_;
  both[10] = static_cast<char>(both[10] ^ 1);
  std::string one = both;
  both[512 + 10] = static_cast<char>(both[512 + 10] ^ 1);
  for (const std::string& bytes : {both, one, std::string(), std::string("x"), std::string(536, '\0')}) {
    restore(wal_bytes_);
    write_file(mark_, bytes);
    auto store = open();
    ASSERT_OK(store);
    expect_records(**store, 1, kSyncs * kRecords);
  }
}

TEST_F(WalCheck, AnyFlippedBitBeforeTheTailIsDamageAndLeavesTheFilesUntouched) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 400; ++i) {
    size_t byte = 32 + random() % (wal_sizes_[kSyncs - 3] - 32);
    std::string bytes = flipped(byte, static_cast<int>(random() % 8));
    restore(bytes);
    auto store = open();
    ASSERT_FALSE(store.ok()) << "byte " << byte;
    EXPECT_EQ(store.error().kind, StoreErrorKind::Damaged) << store.error().message;
    EXPECT_GE(store.error().position, 1u);
    EXPECT_LE(store.error().position, (kSyncs - 2) * kRecords);
    EXPECT_TRUE(read_file(wal_) == bytes);
    EXPECT_TRUE(read_file(file_) == database_bytes_);
  }
}

TEST_F(WalCheck, ADamagedHeaderIsDamage) {
  // Versions and the checkpoint count do not matter to SQLite except through the checksum.
  for (size_t byte = 0; byte < 32; ++byte) {
    restore(flipped(byte, 3));
    auto store = open();
    ASSERT_FALSE(store.ok()) << "byte " << byte;
    EXPECT_EQ(store.error().kind, StoreErrorKind::Damaged) << store.error().message;
  }
}

TEST_F(WalCheck, ALostDatabaseBesideAWriteAheadLogIsDamage) {
  std::filesystem::remove(file_);
  auto missing = open();
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().kind, StoreErrorKind::Damaged);
  write_file(file_, "");
  auto empty = open();
  ASSERT_FALSE(empty.ok());
  EXPECT_EQ(empty.error().kind, StoreErrorKind::Damaged);
  EXPECT_TRUE(read_file(wal_) == wal_bytes_);
}

}  // namespace
}  // namespace cordboard
