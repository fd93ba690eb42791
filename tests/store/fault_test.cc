// Whatever the disk does, and whenever: what was acknowledged is there, in order, and nothing is made up.
//
// One workload runs again and again, with a fault at another operation each time. A failure prints the
// fault, the operation and the seed.
#include "router/store/sqlite_store.h"
#include "tests/store/fault_disk.h"
#include "tests/store/store_testing.h"

namespace cordboard {
namespace {

using testing::append_and_sync;
using testing::append_records;
using testing::expect_records;
using testing::FaultDisk;
using testing::memory_directory;
using testing::TempDirectory;

// What the store promised before it failed.
struct Acknowledged {
  uint64_t last_sequence = 0;
  uint64_t appended = 0;  // acknowledged or not: nothing beyond may appear
  uint64_t snapshot = 0;
  uint64_t config_version = 0;
  uint64_t epoch = 0;
};

std::string state_at(uint64_t sequence) {
  return "state after " + std::to_string(sequence) + std::string(3000, 's');
}

class Workload {
 public:
  Workload(std::filesystem::path directory, const FaultDisk& disk)
      : directory_(std::move(directory)), disk_(disk) {}

  // Two lives of one store; stops at the first error.
  Result<void> run() {
    for (int life = 0; life < 2; ++life) {
      if (auto done = run_once(); !done.ok()) return done;
    }
    return {};
  }
  const Acknowledged& acknowledged() const { return acknowledged_; }

 private:
  Result<void> run_once() {
    auto opened = open_sqlite_store({.directory = directory_, .vfs = disk_.vfs()});
    if (!opened.ok()) return opened.error();
    Store& store = **opened;
    acknowledged_.epoch = store.open_epoch();
    acknowledged_.last_sequence = std::max(acknowledged_.last_sequence, store.last_sequence());
    auto done = use(store);
    if (!done.ok()) expect_final(store, done.error());
    return done;
  }

  Result<void> use(Store& store) {
    for (uint64_t step = 0; step < 6; ++step) {
      if (auto done = append(store, 1 + step * 31); !done.ok()) return done;
      if (step % 2 == 1) continue;
      if (auto done = sync(store); !done.ok()) return done;
    }
    if (auto done = configure_twice(store); !done.ok()) return done;

    uint64_t at = store.last_sequence();
    if (auto done = store.begin_snapshot(at); !done.ok()) return done;
    if (auto done = append(store, 20); !done.ok()) return done;
    if (auto done = store.add_to_snapshot(state_at(at)); !done.ok()) return done;
    if (auto done = sync(store); !done.ok()) return done;
    if (auto done = store.finish_snapshot(); !done.ok()) return done;
    acknowledged_.snapshot = at;
    if (auto done = store.trim_log_before(at - 50); !done.ok()) return done.error();
    if (auto done = append(store, 40); !done.ok()) return done;
    return sync(store);
  }

  // The commands of both configurations and both versions share one sync.
  Result<void> configure_twice(Store& store) {
    uint64_t version = acknowledged_.config_version;
    if (auto done = append(store, 2); !done.ok()) return done;
    for (uint64_t next : {version + 1, version + 2}) {
      if (auto done = store.append_config_version({next, 1, "rpc", "text"}); !done.ok()) return done;
    }
    if (auto done = sync(store); !done.ok()) return done;
    acknowledged_.config_version = version + 2;
    return {};
  }

  Result<void> append(Store& store, uint64_t count) {
    acknowledged_.appended = store.last_sequence() + count;
    return append_records(store, count);
  }

  Result<void> sync(Store& store) {
    if (auto done = store.sync(); !done.ok()) return done;
    acknowledged_.last_sequence = store.durable_sequence();
    return {};
  }

  // The disk may work again by now; the store must not.
  void expect_final(Store& store, const StoreError& error) {
    auto appended = append_records(store, 1);
    ASSERT_FALSE(appended.ok());
    EXPECT_EQ(appended.error().message, error.message);
    auto synced = store.sync();
    ASSERT_FALSE(synced.ok());
    EXPECT_EQ(synced.error().kind, error.kind);
    EXPECT_FALSE(store.append_config_version({1, 1, "rpc", "x"}).ok());
    EXPECT_LE(store.durable_sequence(), acknowledged_.appended);
  }

  std::filesystem::path directory_;
  const FaultDisk& disk_;
  Acknowledged acknowledged_;
};

void expect_promises_kept(const std::filesystem::path& directory, const Acknowledged& acknowledged) {
  FaultDisk sound(FaultDisk::Fault::Error, FaultDisk::kNever, 0);
  auto opened = open_sqlite_store({.directory = directory, .vfs = sound.vfs()});
  ASSERT_OK(opened);
  Store& store = **opened;
  EXPECT_GE(store.last_sequence(), acknowledged.last_sequence);
  EXPECT_LE(store.last_sequence(), std::max(acknowledged.appended, acknowledged.last_sequence));
  EXPECT_GT(store.open_epoch(), acknowledged.epoch);
  expect_records(store, store.first_sequence(), store.last_sequence());

  auto point = store.newest_valid_snapshot();
  ASSERT_OK(point);
  EXPECT_TRUE(point->warnings.empty());
  uint64_t snapshot = point->snapshot ? point->snapshot->sequence : 0;
  EXPECT_GE(snapshot, acknowledged.snapshot);
  if (point->snapshot) {
    EXPECT_EQ(point->snapshot->payload, state_at(snapshot));
  }

  auto versions = store.config_versions(kAnyBytes);
  ASSERT_OK(versions);
  EXPECT_GE(versions->size(), acknowledged.config_version);
  EXPECT_EQ(versions->size() % 2, 0u) << "one of two versions that were staged together";
  ASSERT_OK(append_and_sync(store, 3));
}

uint64_t count_operations() {
  TempDirectory directory(memory_directory());
  FaultDisk disk(FaultDisk::Fault::Error, FaultDisk::kNever, 0);
  Workload workload(directory.path(), disk);
  auto done = workload.run();
  EXPECT_TRUE(done.ok()) << done.error().message;
  return disk.operations();
}

// `fault` at every operation in turn, then a power cut.
void sweep(FaultDisk::Fault fault, uint64_t seeds) {
  uint64_t operations = count_operations();
  ASSERT_GT(operations, 50u);
  for (uint64_t fail_at = 0; fail_at < operations; ++fail_at) {
    for (uint64_t seed = 0; seed < seeds; ++seed) {
      SCOPED_TRACE("operation " + std::to_string(fail_at) + " seed " + std::to_string(seed));
      TempDirectory directory(memory_directory());
      FaultDisk disk(fault, fail_at, seed);
      Workload workload(directory.path(), disk);
      // Closing a store may meet the fault without a word, so either outcome is right.
      if (const auto done = workload.run(); !done.ok()) {
        EXPECT_NE(done.error().kind, StoreErrorKind::InUse) << done.error().message;
      }
      disk.cut_power();
      expect_promises_kept(directory.path(), workload.acknowledged());
      if (::testing::Test::HasFailure()) return;
    }
  }
}

// Enough for the write-ahead log to be moved into the database in between. Returns at the first error.
Result<void> append_until_checkpoint(Store& store) {
  for (int i = 0; i < 60; ++i) {
    if (auto done = append_and_sync(store, 2000); !done.ok()) return done;
  }
  return {};
}

TEST(StoreUnderFaults, NoErrorOfTheDiskIsSwallowed) {
  uint64_t step = 127;
  uint64_t operations = FaultDisk::kNever;
  for (uint64_t after_open = 0; after_open < operations; after_open += step) {
    TempDirectory directory(memory_directory());
    { ASSERT_OK(open_sqlite_store({.directory = directory.path()})); }
    uint64_t opening = 0;
    {
      FaultDisk sound(FaultDisk::Fault::Error, FaultDisk::kNever, 0);
      auto store = open_sqlite_store({.directory = directory.path(), .vfs = sound.vfs()});
      ASSERT_OK(store);
      opening = sound.operations();
      if (operations == FaultDisk::kNever) {
        ASSERT_OK(append_until_checkpoint(**store));
        operations = sound.operations() - opening;
        continue;
      }
    }
    FaultDisk disk(FaultDisk::Fault::Error, opening + after_open, 0);
    auto store = open_sqlite_store({.directory = directory.path(), .vfs = disk.vfs()});
    ASSERT_OK(store);
    EXPECT_FALSE(append_until_checkpoint(**store).ok()) << "operation " << after_open << " after opening";
    EXPECT_TRUE(disk.failed());
  }
}

TEST(StoreUnderFaults, APowerCutAtAnyMomentLosesNothingAcknowledged) { sweep(FaultDisk::Fault::PowerCut, 4); }

TEST(StoreUnderFaults, AnErrorAtAnyMomentIsFinalAndLosesNothingAcknowledged) {
  sweep(FaultDisk::Fault::Error, 2);
}

TEST(StoreUnderFaults, ADiskFullAtAnyMomentIsFinalAndLosesNothingAcknowledged) {
  sweep(FaultDisk::Fault::Full, 2);
}

}  // namespace
}  // namespace cordboard
