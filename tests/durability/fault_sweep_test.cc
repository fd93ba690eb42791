// Whatever the disk does, and at whichever operation: after a restart everything acknowledged is there, and
// the state is the one that the engine had after the last record.
//
// 500 commands of a random tape go through the real engine's codec into the real store, with snapshots,
// trimming and configuration versions, in two lives: in the middle the process is killed, and the second one
// recovers from what the first left. This runs again and again with a fault at another operation each time,
// the operations of both recoveries among them; then the power goes. A failure prints the fault and the
// operation.

#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <optional>

#include "router/loop/audit_check.h"
#include "router/loop/recovery.h"
#include "router/loop/snapshot_saver.h"
#include "router/store/sqlite_store.h"
#include "tests/durability/script.h"
#include "tests/store/fault_disk.h"
#include "tests/store/store_testing.h"
#include "tests/support/manual_clock.h"

namespace cordboard::testing {
namespace {

using Fault = FaultDisk::Fault;
using Kind = FaultDisk::Kind;

constexpr std::uint64_t kCommands = 500;
constexpr std::uint64_t kGroup = 5;     // commands made durable by one sync
constexpr std::uint64_t kKillAt = 260;  // after this many the process is gone

const Script& script() {
  static const Script made = make_script(1, kCommands, 110);
  return made;
}

std::uint64_t digest_of(const Recovered& recovered) { return recovered.engine.digest(); }

// Both lives; stops at the first error.
class TwoLives {
 public:
  explicit TwoLives(FaultDisk& disk) : disk_(disk) {}

  void run() {
    if (!live(first_.path(), kKillAt, true)) return;
    live(second_.path(), kCommands, false);
  }

  std::uint64_t acknowledged() const { return acknowledged_; }
  // Where the disk has what is left.
  const std::filesystem::path& directory() const { return killed_ ? second_.path() : first_.path(); }
  bool failed() const { return failed_; }

 private:
  bool live(const std::filesystem::path& directory, std::uint64_t until, bool killed) {
    auto opened = open_sqlite_store({.directory = directory, .vfs = disk_.vfs()});
    if (!opened.ok()) return fail();
    Store& store = **opened;
    auto rebuilt = rebuild(store);
    if (std::holds_alternative<RecoveryError>(rebuilt)) return fail();
    const std::uint64_t found = std::get<Recovered>(rebuilt).last_sequence;
    EXPECT_GE(found, acknowledged_);
    if (found > 0) {
      EXPECT_EQ(digest_of(std::get<Recovered>(rebuilt)), script().digest_at(found));
    }
    acknowledged_ = found;
    const Result<void> done = write(store, found, until);
    if (!done.ok()) expect_final(store, done.error());
    if (!done.ok()) return fail();
    if (killed) kill();
    return true;
  }

  Result<void> write(Store& store, std::uint64_t written, std::uint64_t until) {
    const auto newest = store.snapshots();
    if (!newest.ok()) return newest.error();
    SnapshotSaver saver(store, newest->empty() ? 0 : newest->front(), 0);
    while (written < until) {
      const std::uint64_t last = std::min(until, written + kGroup);
      if (auto done = write_steps(store, script(), written + 1, last); !done.ok()) return done;
      acknowledged_ = store.durable_sequence();
      for (const StoredSnapshot& snapshot : script().snapshots) {
        if (snapshot.sequence > written && snapshot.sequence <= last) saver.add(StoredSnapshot(snapshot));
      }
      if (!saver.idle()) {
        if (auto saved = saver.step(); !saved.ok()) return saved.error();
      }
      written = last;
    }
    return {};
  }

  // What a kill leaves: the files as they are, with the store still open.
  void kill() {
    std::filesystem::copy(
        first_.path(), second_.path(),
        std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
    killed_ = true;
  }

  // The disk may work again by now; the store must not, and nothing more is acknowledged.
  void expect_final(Store& store, const StoreError& error) const {
    const std::string_view record = "x";
    auto appended = store.append(store.last_sequence() + 1, {&record, 1}, store.open_epoch());
    ASSERT_FALSE(appended.ok());
    EXPECT_EQ(appended.error().message, error.message);
    EXPECT_FALSE(store.sync().ok());
    EXPECT_EQ(store.durable_sequence(), acknowledged_);
  }

  bool fail() {
    failed_ = true;
    return false;
  }

  FaultDisk& disk_;
  TempDirectory first_{memory_directory()};
  TempDirectory second_{memory_directory()};
  std::uint64_t acknowledged_ = 0;
  bool killed_ = false;
  bool failed_ = false;
};

// A restart on a sound disk.
void expect_everything_acknowledged(const TwoLives& lives) {
  FaultDisk sound(Fault::Error, FaultDisk::kNever, 0);
  auto opened = open_sqlite_store({.directory = lives.directory(), .vfs = sound.vfs()});
  ASSERT_OK(opened);
  auto rebuilt = rebuild(**opened);
  if (auto* error = std::get_if<RecoveryError>(&rebuilt)) FAIL() << error->message;
  const std::uint64_t last = std::get<Recovered>(rebuilt).last_sequence;
  ASSERT_GE(last, lives.acknowledged()) << "acknowledged records are lost";
  ASSERT_LE(last, kCommands);
  if (last > 0) {
    ASSERT_EQ(digest_of(std::get<Recovered>(rebuilt)), script().digest_at(last));
  }
  ASSERT_EQ(history_in(**opened), script().history_at(last)) << "history is durable with its records";
  const auto audit = check_audit(**opened);
  ASSERT_OK(audit);
  ASSERT_TRUE(audit->damages.empty())
      << "an act without its row, or the other way round: " << audit->damages.front();
  // And it serves again.
  const ManualClock clock(time_from_us(1'000'000'000));
  auto started = recover(**opened, clock, std::nullopt);
  if (auto* error = std::get_if<RecoveryError>(&started)) FAIL() << error->message;
  EXPECT_TRUE(std::get<Recovered>(started).engine.check_invariants().empty());
}

std::uint64_t count_operations(std::optional<Kind> only) {
  FaultDisk disk(Fault::Error, FaultDisk::kNever, 0, only);
  TwoLives lives(disk);
  lives.run();
  EXPECT_FALSE(lives.failed());
  EXPECT_EQ(lives.acknowledged(), kCommands);
  return disk.operations();
}

void sweep(const char* name, Fault fault, std::optional<Kind> only, std::uint64_t seeds) {
  ASSERT_GT(script().audited(), 5u);
  ASSERT_GT(script().history_at(kCommands).size(), 5u);
  const std::uint64_t operations = count_operations(only);
  ASSERT_GT(operations, 0u);
  std::uint64_t cases = 0;
  std::uint64_t stopped = 0;
  for (std::uint64_t at = 0; at < operations; ++at) {
    for (std::uint64_t seed = 0; seed < seeds; ++seed, ++cases) {
      SCOPED_TRACE(std::string(name) + " at operation " + std::to_string(at) + " seed " +
                   std::to_string(seed));
      FaultDisk disk(fault, at, seed, only);
      TwoLives lives(disk);
      lives.run();
      stopped += lives.failed() ? 1 : 0;
      disk.cut_power();
      expect_everything_acknowledged(lives);
      if (::testing::Test::HasFailure()) return;
    }
  }
  std::printf("%s: operations %llu, cases %llu, stopped by the fault %llu, lost 0\n", name,
              static_cast<unsigned long long>(operations), static_cast<unsigned long long>(cases),
              static_cast<unsigned long long>(stopped));
}

TEST(FaultSweep, AWriteThatFailsOnce) { sweep("write fails once", Fault::Error, Kind::Write, 1); }
TEST(FaultSweep, WritesThatFailForEver) { sweep("writes fail for ever", Fault::ForEver, Kind::Write, 1); }
TEST(FaultSweep, ASyncThatFailsOnce) { sweep("sync fails once", Fault::Error, Kind::Sync, 2); }
TEST(FaultSweep, SyncsThatFailForEver) { sweep("syncs fail for ever", Fault::ForEver, Kind::Sync, 2); }
TEST(FaultSweep, ATruncationThatFailsOnce) { sweep("truncate fails once", Fault::Error, Kind::Truncate, 8); }
TEST(FaultSweep, TruncationsThatFailForEver) {
  sweep("truncations fail for ever", Fault::ForEver, Kind::Truncate, 8);
}
TEST(FaultSweep, AnOpenThatFailsOnce) { sweep("open fails once", Fault::Error, Kind::Open, 8); }
TEST(FaultSweep, OpensThatFailForEver) { sweep("opens fail for ever", Fault::ForEver, Kind::Open, 8); }
TEST(FaultSweep, ARemovalThatFails) { sweep("removal fails", Fault::ForEver, Kind::Remove, 8); }
TEST(FaultSweep, ADiskThatFillsUp) { sweep("disk full", Fault::Full, std::nullopt, 1); }
TEST(FaultSweep, APowerCut) { sweep("power cut", Fault::PowerCut, std::nullopt, 2); }

}  // namespace
}  // namespace cordboard::testing
