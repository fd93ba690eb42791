// Stores that a release wrote are read by every later one. tests/durability/golden has one for each format of
// the store, as a kill left it: the database, its write-ahead log and the mark, and what is in it.
//
// A golden store is never rewritten once its format is released. Until then CORDBOARD_UPDATE_GOLDEN=1 writes
// the newest one anew; review the difference of its text.

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "router/core/state.h"
#include "router/loop/recovery.h"
#include "router/store/sqlite_schema.h"
#include "router/store/sqlite_store.h"
#include "tests/durability/script.h"
#include "tests/store/store_testing.h"

namespace cordboard::testing {
namespace {

const std::filesystem::path kGolden = CORDBOARD_SOURCE_DIR "/tests/durability/golden";

class GoldenStore : public ::testing::TestWithParam<uint64_t> {
 protected:
  static std::filesystem::path folder() { return kGolden / ("format_" + std::to_string(GetParam())); }

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

  // What does not depend on how a release keeps its state.
  static std::string describe(Store& store, const Recovered& recovered) {
    const State& state = recovered.engine.state();
    std::string text = "records " + std::to_string(store.first_sequence()) + " to " +
                       std::to_string(recovered.last_sequence) + "\n";
    std::uint64_t acts = 0;
    EXPECT_TRUE(store.read_audit([&](const AuditRow&) { ++acts; }).ok());
    text += "audit rows " + std::to_string(acts) + "\n";
    text += "configuration version " + std::to_string(state.config_version) + "\n";
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
  std::filesystem::copy(folder(), copy.path(), std::filesystem::copy_options::recursive);
  std::filesystem::remove(copy.path() / "content.txt");
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

}  // namespace
}  // namespace cordboard::testing
