// What a look at a store says of one that is whole, and of one that is not.
#include "router/loop/verification.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>

#include "router/loop/snapshot_saver.h"
#include "router/store/sqlite_store.h"
#include "tests/durability/script.h"
#include "tests/store/sqlite_store_testing.h"

namespace cordboard::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class VerificationTest : public SqliteStoreTest {
 protected:
  static const Script& tape() {
    static const Script made = make_script(3, 200, 60);
    return made;
  }

  // The script with its snapshots: of three, the store keeps two.
  void write_all(std::uint64_t keep_log = SnapshotSaver::kKeepAll) {
    auto store = open();
    ASSERT_OK(store);
    SnapshotSaver saver(**store, 0, keep_log);
    for (std::uint64_t at = 0; at < tape().size(); at += 20) {
      ASSERT_OK(write_steps(**store, tape(), at + 1, at + 20));
      for (const StoredSnapshot& snapshot : tape().snapshots) {
        if (snapshot.sequence > at && snapshot.sequence <= at + 20) saver.add(StoredSnapshot(snapshot));
      }
      while (!saver.idle()) ASSERT_OK(saver.step());
    }
  }

  static std::size_t history_rows() {
    std::size_t rows = 0;
    for (const Script::Step& step : tape().steps) rows += step.history.size();
    EXPECT_GT(rows, 0u);
    return rows;
  }

  StoreReport verify() {
    auto store = open_sqlite_store({.directory = directory_.path(), .untouched = true});
    EXPECT_TRUE(store.ok());
    auto report = verify_store(**store);
    EXPECT_TRUE(report.ok());
    return *report;
  }
};

TEST_F(VerificationTest, EveryWayOfAWholeStoreLeadsToTheSameState) {
  write_all();
  const StoreReport report = verify();
  EXPECT_THAT(report.damages, IsEmpty());
  EXPECT_EQ(report.last_sequence, 200u);
  EXPECT_EQ(report.digest, tape().digest_at(200));
  EXPECT_THAT(report.lines, ElementsAre(HasSubstr("records 1 to 200"), HasSubstr("snapshot at record 180"),
                                        HasSubstr("snapshot at record 120"), HasSubstr("log from record 1"),
                                        HasSubstr("configuration: versions 1 to"),
                                        HasSubstr("audit trail: " + std::to_string(tape().audited())),
                                        HasSubstr("history: " + std::to_string(history_rows()) + " rows")));
}

TEST_F(VerificationTest, ATrimmedLogIsFollowedFromItsSnapshots) {
  write_all(0);
  const StoreReport report = verify();
  EXPECT_THAT(report.damages, IsEmpty());
  EXPECT_EQ(report.digest, tape().digest_at(200));
  EXPECT_THAT(report.lines[0], HasSubstr("records 121 to 200"));
}

TEST_F(VerificationTest, AnEmptyStoreIsWhole) {
  { ASSERT_OK(open()); }
  EXPECT_THAT(verify().damages, IsEmpty());
}

// A start would pass over it; whoever looks wants to know.
TEST_F(VerificationTest, ADamagedSnapshotIsNamedAlsoWhereAStartDoesWithoutIt) {
  write_all();
  edit("UPDATE snapshot_part SET bytes = zeroblob(length(bytes)) WHERE sequence = 120");
  const StoreReport report = verify();
  EXPECT_THAT(report.damages, ElementsAre(HasSubstr("snapshot at record 120")));
  EXPECT_EQ(report.digest, tape().digest_at(200));
}

TEST_F(VerificationTest, ASnapshotThatLeadsElsewhereIsNamed) {
  write_all();
  edit("DELETE FROM snapshot WHERE sequence = 180; DELETE FROM snapshot_part WHERE sequence = 180");
  {
    StoredSnapshot other = make_script(4, 190, 190).snapshots.front();
    auto store = open();
    ASSERT_OK(store);
    SnapshotSaver saver(**store, 120, SnapshotSaver::kKeepAll);
    saver.add(std::move(other));
    while (!saver.idle()) ASSERT_OK(saver.step());
  }
  const StoreReport report = verify();
  ASSERT_FALSE(report.damages.empty());
  EXPECT_THAT(report.damages[0], HasSubstr("record"));
}

TEST_F(VerificationTest, WithoutAWayToTheStateItIsDamaged) {
  write_all(0);
  edit("UPDATE snapshot SET checksum = checksum + 1");
  const StoreReport report = verify();
  EXPECT_THAT(report.damages,
              ElementsAre(HasSubstr("snapshot at record 180"), HasSubstr("snapshot at record 120"),
                          HasSubstr("no whole snapshot leads to the log's first record 121")));
}

TEST_F(VerificationTest, ADamagedConfigurationIsNamed) {
  write_all();
  edit("UPDATE config_version SET text = text || 'x' WHERE version = 1");
  EXPECT_THAT(verify().damages, ElementsAre(HasSubstr("configuration version 1 does not match")));
}

TEST_F(VerificationTest, AnActWithoutItsRowIsNamed) {
  write_all();
  {
    auto store = open();
    ASSERT_OK(store);
    const std::vector<std::string_view> again = {tape().steps.front().record};
    ASSERT_OK((*store)->append(201, again, (*store)->open_epoch()));
    ASSERT_OK((*store)->sync());
  }
  EXPECT_THAT(verify().damages, Contains(HasSubstr("log record 201 has no row in the audit trail")));
}

TEST_F(VerificationTest, ARowWithoutItsActIsNamed) {
  write_all();
  {
    auto store = open();
    ASSERT_OK(store);
    ASSERT_OK((*store)->append_audit(tape().steps.front().audit));
    ASSERT_OK((*store)->sync());
  }
  EXPECT_THAT(verify().damages, ElementsAre(HasSubstr("the audit trail tells of log record 1")));
}

// What a row means that cannot be read is not known, so nothing is said of its record.
TEST_F(VerificationTest, ARowOfANewerReleaseIsNamedAndNothingElse) {
  Script script = tape();
  const auto acted = std::find_if(script.steps.rbegin(), script.steps.rend(),
                                  [](const Script::Step& step) { return !step.audit.empty(); });
  ASSERT_NE(acted, script.steps.rend());
  acted->audit += "\x98\x06\x01";
  {
    auto store = open();
    ASSERT_OK(store);
    ASSERT_OK(write_steps(**store, script, 1, script.size()));
  }
  EXPECT_THAT(verify().damages, ElementsAre(HasSubstr("of the audit trail: field 99")));
}

TEST_F(VerificationTest, AChangedRowOfTheAuditTrailIsNamed) {
  write_all();
  edit("UPDATE audit SET entry = (SELECT entry FROM audit WHERE number = 1) WHERE number = 2");
  EXPECT_THAT(verify().damages, ElementsAre(HasSubstr("row 2 of its audit trail is not the one")));
}

// A start reads the newest row of a queue only.
TEST_F(VerificationTest, AChangedRowOfTheHistoryIsNamed) {
  write_all();
  edit("UPDATE history SET sums = sums || x'00' WHERE boundary_us = (SELECT min(boundary_us) FROM history)");
  EXPECT_THAT(verify().damages, ElementsAre(HasSubstr("its history of queue ")));
}

// It needs none of them to follow the log.
TEST_F(VerificationTest, AChangedNewestRowOfTheHistoryIsNamedOnceAndTheLogIsFollowed) {
  write_all();
  edit("UPDATE history SET sums = sums || x'00' WHERE boundary_us = (SELECT max(boundary_us) FROM history)");
  const StoreReport report = verify();
  EXPECT_THAT(report.damages, ElementsAre(HasSubstr("its history of queue ")));
  EXPECT_EQ(report.digest, tape().digest_at(200));
}

TEST_F(VerificationTest, ARowOfTheHistoryThatNobodyCanReadIsNamed) {
  write_all();
  {
    auto store = open();
    ASSERT_OK(store);
    ASSERT_OK((*store)->append_history(std::vector<HistoryRow>{{0, -2, "\xff"}}));
    ASSERT_OK((*store)->sync());
  }
  EXPECT_THAT(verify().damages, ElementsAre(HasSubstr("history of queue 0 at -2 us: the bytes are no row")));
}

}  // namespace
}  // namespace cordboard::testing
