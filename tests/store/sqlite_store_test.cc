// What is particular to the store in SQLite: its file, its lock, and how it meets a kill and a full disk.
#include "router/store/sqlite_store.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>

#include "tests/store/sqlite_store_testing.h"

namespace cordboard {
namespace {

using testing::append_and_sync;
using testing::append_records;
using testing::expect_records;
using testing::read_file;
using testing::SqliteStoreTest;
using testing::write_file;

// A process that runs `body`, which reports numbers through the pipe; its exit code is what body returns.
class Child {
 public:
  template <typename Body>
  explicit Child(const Body& body) {
    int up[2];
    int down[2];
    if (::pipe(up) != 0 || ::pipe(down) != 0) std::abort();
    id_ = ::fork();
    if (id_ == 0) {
      ::close(up[0]);
      ::close(down[1]);
      report_ = up[1];
      gate_ = down[0];
      ::_exit(body(*this));
    }
    ::close(up[1]);
    ::close(down[0]);
    report_ = up[0];
    gate_ = down[1];
  }
  ~Child() {
    ::close(report_);
    ::close(gate_);
    if (id_ > 0) wait();
  }

  // In the child.
  void report(uint64_t number) {
    if (::write(report_, &number, sizeof number) != sizeof number) ::_exit(99);
  }
  void wait_for_parent() {
    char byte;
    if (::read(gate_, &byte, 1) < 0) ::_exit(98);
  }

  // In the parent. The next number; nullopt when the child is gone.
  std::optional<uint64_t> next() {
    uint64_t number = 0;
    return ::read(report_, &number, sizeof number) == sizeof number ? std::optional(number) : std::nullopt;
  }
  void kill() { ::kill(id_, SIGKILL); }
  void release() {
    ::close(gate_);
    gate_ = -1;
  }
  int wait() {
    int status = 0;
    ::waitpid(id_, &status, 0);
    id_ = -1;
    return status;
  }

 private:
  pid_t id_ = -1;
  int report_ = -1;
  int gate_ = -1;
};

TEST_F(SqliteStoreTest, TheDataDirectoryIsCreatedWithItsParents) {
  auto directory = directory_.path() / "a" / "b";
  ASSERT_OK(open_sqlite_store({.directory = directory}));
  EXPECT_TRUE(std::filesystem::exists(directory / "cordboard.db"));
}

TEST_F(SqliteStoreTest, ADirectoryThatCannotBeCreatedIsNamed) {
  write_file(directory_.path() / "plain", "x");
  auto store = open_sqlite_store({.directory = directory_.path() / "plain" / "data"});
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().kind, StoreErrorKind::Io);
  EXPECT_NE(store.error().message.find("plain/data"), std::string::npos) << store.error().message;
  EXPECT_NE(store.error().message.find("Not a directory"), std::string::npos) << store.error().message;
}

TEST_F(SqliteStoreTest, ACleanCloseLeavesNoWriteAheadLog) {
  make_log();
  EXPECT_FALSE(std::filesystem::exists(wal_));
}

TEST_F(SqliteStoreTest, ASecondStoreInTheProcessIsInUse) {
  auto first = open();
  ASSERT_OK(first);
  ASSERT_OK(append_and_sync(**first, 5));
  expect_open_fails(StoreErrorKind::InUse, 0);
  ASSERT_OK(append_and_sync(**first, 5));
  expect_records(**first, 1, 10);
  first->reset();
  ASSERT_OK(open());
}

TEST_F(SqliteStoreTest, ASecondProcessIsInUseUntilTheFirstIsGone) {
  Child owner([&](Child& self) {
    auto store = open();
    if (!store.ok() || !append_and_sync(**store, 5).ok()) return 1;
    self.report(1);
    self.wait_for_parent();
    return 0;
  });
  ASSERT_TRUE(owner.next().has_value());
  expect_open_fails(StoreErrorKind::InUse, 0);
  owner.release();
  EXPECT_EQ(owner.wait(), 0);
  auto store = open();
  ASSERT_OK(store);
  expect_records(**store, 1, 5);
}

TEST_F(SqliteStoreTest, WaitingForTheLockEnds) {
  auto first = open();
  ASSERT_OK(first);
  auto second =
      open_sqlite_store({.directory = directory_.path(), .lock_wait = std::chrono::milliseconds(20)});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().kind, StoreErrorKind::InUse);
}

TEST_F(SqliteStoreTest, EverythingSyncedSurvivesKill) {
  for (uint64_t round = 0; round < 8; ++round) {
    Child writer([&](Child& self) {
      auto store = open();
      if (!store.ok()) return 1;
      std::mt19937_64 random(round);
      for (;;) {
        if (!append_records(**store, 1 + random() % 200).ok()) return 2;
        if (random() % 3 == 0) continue;
        if (!(*store)->sync().ok()) return 3;
        self.report((*store)->durable_sequence());
      }
    });
    uint64_t acknowledged = 0;
    for (uint64_t acks = 0; acks < 3 + round * 5; ++acks) {
      auto number = writer.next();
      ASSERT_TRUE(number.has_value());
      acknowledged = *number;
    }
    writer.kill();
    while (auto number = writer.next()) acknowledged = *number;
    EXPECT_TRUE(WIFSIGNALED(writer.wait()));

    auto store = open();
    ASSERT_OK(store);
    EXPECT_GE((*store)->last_sequence(), acknowledged) << "round " << round;
    EXPECT_EQ((*store)->open_epoch(), 2 * round + 2);
    expect_records(**store, 1, (*store)->last_sequence());
  }
}

TEST_F(SqliteStoreTest, AProcessThatExitsInTheMiddleLeavesWhatItSynced) {
  Child writer([&](Child&) {
    auto store = open();
    if (!store.ok() || !append_and_sync(**store, 100).ok()) return 1;
    if (!append_records(**store, 50'000).ok()) return 2;  // part of it is in SQLite, nothing committed
    ::_exit(0);
  });
  EXPECT_EQ(writer.wait(), 0);
  auto store = open();
  ASSERT_OK(store);
  EXPECT_EQ((*store)->last_sequence(), 100u);
  expect_records(**store, 1, 100);
}

TEST_F(SqliteStoreTest, AFullDiskIsFinalAndLosesNothingSynced) {
  Child writer([&](Child& self) {
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{2 << 20, 2 << 20};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
    auto store = open();
    if (!store.ok()) return 2;
    uint64_t synced = 0;
    Result<void> outcome;
    while ((outcome = append_and_sync(**store, 100)).ok()) self.report(synced = (*store)->durable_sequence());
    if (outcome.error().kind != StoreErrorKind::Full) return 3;
    limit.rlim_cur = RLIM_INFINITY;  // space coming back changes nothing
    ::setrlimit(RLIMIT_FSIZE, &limit);
    auto again = append_records(**store, 1);
    if (again.ok() || again.error().message != outcome.error().message) return 4;
    if ((*store)->sync().ok() || (*store)->durable_sequence() != synced) return 5;
    return 0;
  });
  uint64_t acknowledged = 0;
  while (auto number = writer.next()) acknowledged = *number;
  EXPECT_EQ(writer.wait(), 0);
  EXPECT_GT(acknowledged, 1000u);
  auto store = open();
  ASSERT_OK(store);
  EXPECT_GE((*store)->last_sequence(), acknowledged);
  expect_records(**store, 1, (*store)->last_sequence());
  ASSERT_OK(append_and_sync(**store, 100));
}

// Bytes 16 and 17 of an SQLite database; docs/adr/0002-sqlite-log.md says why.
TEST_F(SqliteStoreTest, PagesHave8KiB) {
  make_log();
  EXPECT_EQ(read_file(file_).substr(16, 2), std::string("\x20\x00", 2));
}

TEST_F(SqliteStoreTest, ANewerFormatIsRefusedUntouched) {
  make_log();
  edit("UPDATE meta SET value = 7 WHERE key = 'format_version'");
  // A crash of the newer release would leave a write-ahead log too.
  edit("PRAGMA journal_mode = DELETE");
  std::string before = read_file(file_);
  expect_open_fails(StoreErrorKind::NewerFormat, 7);
  EXPECT_TRUE(read_file(file_) == before);
  EXPECT_FALSE(std::filesystem::exists(wal_));
}

TEST_F(SqliteStoreTest, ANewerFormatWithAWriteAheadLogIsRefusedUntouched) {
  Child newer([&](Child&) {
    sqlite3* database = nullptr;
    auto made = open();
    if (!made.ok() || !append_and_sync(**made, 10).ok()) return 1;
    made->reset();
    sqlite3_open(file_.c_str(), &database);
    int code = sqlite3_exec(database, "UPDATE meta SET value = 3 WHERE key = 'format_version'", nullptr,
                            nullptr, nullptr);
    ::_exit(code == SQLITE_OK ? 0 : 2);
  });
  ASSERT_EQ(newer.wait(), 0);
  std::string before = read_file(file_);
  std::string wal_before = read_file(wal_);
  ASSERT_FALSE(wal_before.empty());
  expect_open_fails(StoreErrorKind::NewerFormat, 3);
  EXPECT_TRUE(read_file(file_) == before);
  EXPECT_TRUE(read_file(wal_) == wal_before);
}

TEST_F(SqliteStoreTest, AForeignDatabaseIsRefusedUntouched) {
  edit("CREATE TABLE invoices(id INTEGER); INSERT INTO invoices VALUES (1)");
  std::string before = read_file(file_);
  expect_open_fails(StoreErrorKind::Damaged, 0);
  EXPECT_TRUE(read_file(file_) == before);
}

TEST_F(SqliteStoreTest, AFileThatIsNoDatabaseIsRefusedUntouched) {
  std::string text(5000, 'x');
  write_file(file_, text);
  expect_open_fails(StoreErrorKind::Damaged, 0);
  EXPECT_TRUE(read_file(file_) == text);
}

}  // namespace
}  // namespace cordboard
