// What is particular to the store in SQLite: its file, its lock, and how it meets damage and a full disk.
#include "router/store/sqlite_store.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <random>

#include "tests/store/store_testing.h"

namespace cordboard {
namespace {

using testing::append_and_sync;
using testing::append_records;
using testing::expect_records;
using testing::read_records;
using testing::record_at;
using testing::TempDirectory;

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

class SqliteStoreTest : public ::testing::Test {
 protected:
  Result<std::unique_ptr<Store>> open() { return open_sqlite_store({.directory = directory_.path()}); }

  // Ten rows of ten records.
  void make_log() {
    auto store = open();
    ASSERT_OK(store);
    for (int i = 0; i < 10; ++i) ASSERT_OK(append_and_sync(**store, 10));
  }

  // Changes the closed database behind the store's back.
  void edit(const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file_.c_str(), &database), SQLITE_OK);
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK) << message;
    sqlite3_close(database);
  }

  void expect_open_fails(StoreErrorKind kind, uint64_t position) {
    auto store = open();
    ASSERT_FALSE(store.ok());
    EXPECT_EQ(to_string(store.error().kind), to_string(kind)) << store.error().message;
    EXPECT_EQ(store.error().position, position) << store.error().message;
    EXPECT_NE(store.error().message.find(directory_.path().string()), std::string::npos)
        << "the message names the place: " << store.error().message;
  }

  TempDirectory directory_;
  std::filesystem::path file_ = directory_.path() / "cordboard.db";
  std::filesystem::path wal_ = directory_.path() / "cordboard.db-wal";
};

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
    int code = sqlite3_exec(database, "UPDATE meta SET value = 2 WHERE key = 'format_version'", nullptr,
                            nullptr, nullptr);
    ::_exit(code == SQLITE_OK ? 0 : 2);
  });
  ASSERT_EQ(newer.wait(), 0);
  std::string before = read_file(file_);
  std::string wal_before = read_file(wal_);
  ASSERT_FALSE(wal_before.empty());
  expect_open_fails(StoreErrorKind::NewerFormat, 2);
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

TEST_F(SqliteStoreTest, AnyFlippedBitIsNoticedOrChangesNothing) {
  {
    auto store = open();
    ASSERT_OK(store);
    for (int i = 0; i < 200; ++i) ASSERT_OK(append_and_sync(**store, 10));
  }
  const std::string whole = read_file(file_);
  std::mt19937_64 random(1);
  int noticed = 0;
  for (int i = 0; i < 1500; ++i) {
    // One in four hits the first bytes of a page, where the structure is.
    size_t byte = random() % whole.size();
    if (i % 4 == 0) byte = byte / 4096 * 4096 + random() % 64;
    int bit = static_cast<int>(random() % 8);
    std::string flipped = whole;
    flipped[byte] = static_cast<char>(flipped[byte] ^ (1 << bit));
    write_file(file_, flipped);
    std::filesystem::remove(wal_);
    auto store = open();
    if (!store.ok()) {
      ++noticed;
      continue;
    }
    ASSERT_EQ((*store)->last_sequence(), 2000u) << "byte " << byte << " bit " << bit;
    expect_records(**store, 1, 2000);
    ASSERT_FALSE(HasFailure()) << "byte " << byte << " bit " << bit;
  }
  EXPECT_GT(noticed, 500);
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
  }
  edit("UPDATE config_version SET text = 'tvo' WHERE version = 2");
  auto store = open();
  ASSERT_OK(store);
  auto versions = (*store)->config_versions();
  ASSERT_FALSE(versions.ok());
  EXPECT_EQ(versions.error().kind, StoreErrorKind::Damaged);
  EXPECT_EQ(versions.error().position, 2u);
}

}  // namespace
}  // namespace cordboard
