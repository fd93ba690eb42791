// A store that is opened without being touched shows what it has, and stays byte for byte as it was.
#include <sys/stat.h>

#include <map>

#include "tests/store/sqlite_store_testing.h"

namespace cordboard {
namespace {

using testing::append_and_sync;
using testing::expect_records;
using testing::read_file;
using testing::SqliteStoreTest;
using testing::write_file;

class UntouchedStore : public SqliteStoreTest {
 protected:
  struct FileState {
    std::string bytes;
    int64_t modified_ns;
    bool operator==(const FileState&) const = default;
  };
  // Every file of the directory, and the directory itself.
  std::map<std::string, FileState> look() const {
    std::map<std::string, FileState> found;
    found["."] = {"", modified(directory_.path())};
    for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) {
      found[entry.path().filename().string()] = {read_file(entry.path()), modified(entry.path())};
    }
    return found;
  }
  static int64_t modified(const std::filesystem::path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
  }

  Result<std::unique_ptr<Store>> open_untouched() {
    return open_sqlite_store({.directory = directory_.path(), .untouched = true});
  }

  // What a process leaves that was killed: a write-ahead log beside the database.
  void kill_while_writing() {
    make_log();
    const auto left = directory_.path() / "left";
    {
      auto store = open();
      ASSERT_OK(store);
      for (int i = 0; i < 5; ++i) ASSERT_OK(append_and_sync(**store, 10));
      std::filesystem::create_directory(left);
      for (const auto& file : {file_, wal_, mark_}) std::filesystem::copy(file, left / file.filename());
    }
    for (const auto& file : {file_, wal_, mark_}) {
      std::filesystem::remove(file);
      std::filesystem::rename(left / file.filename(), file);
    }
    std::filesystem::remove(left);
  }

  std::filesystem::path mark_ = directory_.path() / "cordboard.mark";
};

TEST_F(UntouchedStore, ShowsWhatWasSyncedAndChangesNoByte) {
  make_log();
  const auto before = look();
  {
    auto store = open_untouched();
    ASSERT_OK(store);
    expect_records(**store, 1, 100);
  }
  EXPECT_TRUE(look() == before);
}

TEST_F(UntouchedStore, ReadsTheWriteAheadLogOfAKilledProcessAndLeavesItThere) {
  kill_while_writing();
  const auto before = look();
  ASSERT_TRUE(before.contains("cordboard.db-wal"));
  {
    auto store = open_untouched();
    ASSERT_OK(store);
    expect_records(**store, 1, 150);
  }
  EXPECT_TRUE(look() == before);
  auto store = open();
  ASSERT_OK(store);
  expect_records(**store, 1, 150);
}

// Everything that serving it would do: appends, snapshots, trimming, a large transaction, a checkpoint.
TEST_F(UntouchedStore, CanBeWrittenToAndForgetsIt) {
  kill_while_writing();
  const auto before = look();
  {
    auto store = open_untouched();
    ASSERT_OK(store);
    for (int i = 0; i < 30; ++i) ASSERT_OK(append_and_sync(**store, 5000));
    ASSERT_OK((*store)->save_snapshot(1000, std::string(3 << 20, 's')));
    ASSERT_OK((*store)->trim_log_before(900));
    expect_records(**store, (*store)->first_sequence(), 150'150);
  }
  EXPECT_TRUE(look() == before);
  auto store = open_untouched();
  ASSERT_OK(store);
  EXPECT_EQ((*store)->last_sequence(), 150u);
}

TEST_F(UntouchedStore, IsInUseWhileItIsServedAndNobodyServesItMeanwhile) {
  make_log();
  {
    auto served = open();
    ASSERT_OK(served);
    auto looked_at = open_untouched();
    ASSERT_FALSE(looked_at.ok());
    EXPECT_EQ(looked_at.error().kind, StoreErrorKind::InUse) << looked_at.error().message;
  }
  auto first = open_untouched();
  ASSERT_OK(first);
  ASSERT_OK(open_untouched());
  expect_open_fails(StoreErrorKind::InUse, 0);
}

TEST_F(UntouchedStore, IsNotCreated) {
  auto none = open_untouched();
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().kind, StoreErrorKind::Io);
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
  auto nowhere = open_sqlite_store({.directory = directory_.path() / "gone", .untouched = true});
  ASSERT_FALSE(nowhere.ok());
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
}

TEST_F(UntouchedStore, IsRefusedAsAlwaysWhenItIsDamaged) {
  kill_while_writing();
  edit("UPDATE log SET checksum = checksum + 1 WHERE first_sequence = 61");
  const auto before = look();
  auto store = open_untouched();
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().kind, StoreErrorKind::Damaged);
  EXPECT_EQ(store.error().position, 61u);
  EXPECT_TRUE(look() == before);
}

}  // namespace
}  // namespace cordboard
