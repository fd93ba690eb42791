// Stores that a release wrote are read by every later one. tests/durability/golden has one for each format of
// the store, as a kill left it: the database, its write-ahead log and the mark, and what is in it.
//
// A golden store is never rewritten once its format is released. Until then CORDBOARD_UPDATE_GOLDEN=1 writes
// the newest one anew; review the difference of its text.

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "router/codec/storage_history.h"
#include "router/core/state.h"
#include "router/loop/recovery.h"
#include "router/store/sqlite.h"
#include "router/store/sqlite_schema.h"
#include "router/store/sqlite_store.h"
#include "tests/durability/script.h"
#include "tests/store/fault_disk.h"
#include "tests/store/store_testing.h"
#include "tests/support/manual_clock.h"

namespace cordboard::testing {
namespace {

using Fault = FaultDisk::Fault;

const std::filesystem::path kGolden = CORDBOARD_SOURCE_DIR "/tests/durability/golden";

class GoldenStore : public ::testing::TestWithParam<uint64_t> {
 protected:
  static std::filesystem::path folder() { return kGolden / ("format_" + std::to_string(GetParam())); }

  // Into an empty directory.
  static void copy_to(const std::filesystem::path& directory) {
    std::filesystem::copy(folder(), directory, std::filesystem::copy_options::recursive);
    std::filesystem::remove(directory / "content.txt");
  }

  static void write_anew() {
    const Script script = make_script(11, 120, 0);
    const TempDirectory written;
    auto store = open_sqlite_store({.directory = written.path()});
    ASSERT_OK(store);
    ASSERT_OK(write_steps(**store, script, 1, 60));
    store->reset();
    store = open_sqlite_store({.directory = written.path()});
    ASSERT_OK(store);
    ASSERT_OK(write_steps(**store, script, 61, script.size()));
    std::filesystem::remove_all(folder());
    std::filesystem::create_directories(folder());
    for (const char* name : {"cordboard.db", "cordboard.db-wal", "cordboard.mark"}) {
      std::filesystem::copy_file(written.path() / name, folder() / name);
    }
  }

  static std::uint64_t format_in(const std::filesystem::path& directory) {
    auto database = sqlite::Database::open(directory / "cordboard.db", "", {});
    EXPECT_TRUE(database.ok());
    const auto format = (*database)->integer("SELECT value FROM meta WHERE key = 'format_version'");
    EXPECT_TRUE(format.ok());
    return *format;
  }

  // Opens it and makes something durable, which changes nothing that describe() tells.
  static Result<void> write_first(const std::filesystem::path& directory, const FaultDisk& disk) {
    auto store = open_sqlite_store({.directory = directory, .vfs = disk.vfs()});
    if (!store.ok()) return store.error();
    if (auto staged = (*store)->set_start_file(7); !staged.ok()) return staged;
    return (*store)->sync();
  }

  // What does not depend on how a release keeps its state.
  static std::string describe(Store& store, const Recovered& recovered) {
    const State& state = recovered.engine.state();
    std::string text = "records " + std::to_string(store.first_sequence()) + " to " +
                       std::to_string(recovered.last_sequence) + "\n";
    std::uint64_t acts = 0;
    EXPECT_TRUE(store.read_audit([&](const AuditRow&) { ++acts; }).ok());
    text += "audit rows " + std::to_string(acts) + "\n";
    text += "configuration version " + std::to_string(state.config_version) + "\n";
    const auto history = store.newest_history();
    EXPECT_TRUE(history.ok());
    for (const HistoryRow& row : *history) {
      QueueSums sums;
      EXPECT_EQ(decode_sums(row.sums, sums), std::nullopt);
      text += "history of queue " + std::to_string(row.queue) + " at " + std::to_string(row.boundary_us) +
              ": waiting " + std::to_string(sums.waiting) + "\n";
    }
    for (const Queue& queue : state.queues) {
      text += "queue " + queue.config.name + " waiting " + std::to_string(queue.waiting) + "\n";
    }
    return text;
  }
};

INSTANTIATE_TEST_SUITE_P(EveryFormat, GoldenStore, ::testing::Range(uint64_t{1}, sqlite::kFormatVersion + 1));

TEST_P(GoldenStore, IsReadAndServedByThisRelease) {
  const bool update =
      std::getenv("CORDBOARD_UPDATE_GOLDEN") != nullptr && GetParam() == sqlite::kFormatVersion;
  if (update) write_anew();
  const TempDirectory copy;
  copy_to(copy.path());
  auto store = open_sqlite_store({.directory = copy.path()});
  ASSERT_OK(store);
  auto rebuilt = rebuild(**store);
  if (auto* error = std::get_if<RecoveryError>(&rebuilt)) FAIL() << error->message;
  EXPECT_TRUE(std::get<Recovered>(rebuilt).engine.check_invariants().empty());
  const std::string text = describe(**store, std::get<Recovered>(rebuilt));
  if (update) write_file(folder() / "content.txt", text);
  EXPECT_EQ(text, read_file(folder() / "content.txt"));
  ASSERT_OK(append_and_sync(**store, 1));
}

// An older format is brought to the newest one with the first record of this release, and only then.
TEST_P(GoldenStore, AConfigurationThatDoesNotFitLeavesTheFormatAsItWas) {
  const TempDirectory copy;
  copy_to(copy.path());
  const ManualClock clock{Time{}};
  const StartConfig without_queues{{}, "queues: []"};
  {
    auto store = open_sqlite_store({.directory = copy.path()});
    ASSERT_OK(store);
    auto refused = recover(**store, clock, without_queues);
    ASSERT_TRUE(std::holds_alternative<RecoveryError>(refused));
    EXPECT_EQ(std::get<RecoveryError>(refused).kind, RecoveryError::Kind::ConfigRejected);
  }
  EXPECT_EQ(format_in(copy.path()), GetParam());
  {
    auto store = open_sqlite_store({.directory = copy.path()});
    ASSERT_OK(store);
    ASSERT_TRUE(std::holds_alternative<Recovered>(recover(**store, clock, std::nullopt)));
  }
  EXPECT_EQ(format_in(copy.path()), sqlite::kFormatVersion);
}

TEST_P(GoldenStore, ARefusedStartLeavesEveryByteAsItWas) {
  constexpr std::size_t kStep = 509;
  for (const char* name : {"cordboard.db", "cordboard.db-wal"}) {
    const std::string whole = read_file(folder() / name);
    int refused = 0;
    for (std::size_t at = 0; at < whole.size(); at += kStep) {
      const TempDirectory copy(memory_directory());
      copy_to(copy.path());
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ 4);
      write_file(copy.path() / name, damaged);
      if (open_sqlite_store({.directory = copy.path()}).ok()) continue;
      ++refused;
      for (const char* file : {"cordboard.db", "cordboard.db-wal", "cordboard.mark"}) {
        const std::string& before = file == std::string_view(name) ? damaged : read_file(folder() / file);
        ASSERT_TRUE(read_file(copy.path() / file) == before) << file << ", byte " << at << " of " << name;
      }
    }
    EXPECT_GT(refused, 0) << name;
  }
}

// Whatever the disk does while the format is raised, and at whichever operation: the store is of the old
// format or of the new one, with everything in it.
TEST_P(GoldenStore, AStartOnADiskThatFailsLosesNothing) {
  std::uint64_t stopped = 0;
  for (const Fault fault : {Fault::Error, Fault::ForEver, Fault::Full, Fault::PowerCut}) {
    for (std::uint64_t at = 0, through = 0; through == 0; ++at) {
      SCOPED_TRACE("fault " + std::to_string(static_cast<int>(fault)) + " at operation " +
                   std::to_string(at));
      const TempDirectory copy(memory_directory());
      copy_to(copy.path());
      FaultDisk disk(fault, at, at);
      stopped += write_first(copy.path(), disk).ok() ? 0 : 1;
      through = disk.failed() ? 0 : 1;
      disk.cut_power();
      auto store = open_sqlite_store({.directory = copy.path()});
      ASSERT_OK(store);
      auto rebuilt = rebuild(**store);
      if (auto* error = std::get_if<RecoveryError>(&rebuilt)) FAIL() << error->message;
      ASSERT_EQ(describe(**store, std::get<Recovered>(rebuilt)), read_file(folder() / "content.txt"));
      ASSERT_OK((*store)->append_history(std::vector<HistoryRow>{{99, 1, "x"}}));
      ASSERT_OK((*store)->sync());
    }
  }
  EXPECT_GT(stopped, 10u);
}

}  // namespace
}  // namespace cordboard::testing
