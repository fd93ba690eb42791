// The loop's rows of the audit trail: with the record of the act, before its answer.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "router/codec/storage_audit.h"
#include "tests/loop/loop_testing.h"

namespace cordboard {
namespace {

using testing::contact;
using testing::LoopTest;

class AuditRowsTest : public LoopTest {
 protected:
  static SetQueueMode close_sales() {
    return {.queue = "sales", .all = false, .mode = QueueMode::Closed, .reason = "fire", .supervisor = "sue"};
  }

  std::vector<AuditEntry> rows() const {
    std::vector<AuditEntry> entries;
    for (const std::string& bytes : disk_.audit()) {
      EXPECT_EQ(decode_audit(bytes, entries.emplace_back()), std::nullopt);
    }
    return entries;
  }
};

TEST_F(AuditRowsTest, AnActIsAnsweredWhenItsRowIsDurableAndNotBefore) {
  boot();
  const std::size_t before = rows().size();
  disk_.hold_syncs();
  const Pending pending = submit(close_sales());
  run_ready();
  ASSERT_TRUE(disk_.await_held_sync());
  run_ready();
  EXPECT_FALSE(pending->has_value());
  EXPECT_EQ(rows().size(), before);
  disk_.let_syncs_pass();
  run_until([&] { return pending->has_value(); });
  ASSERT_EQ(rows().size(), before + 1);
  const AuditEntry row = rows().back();
  EXPECT_EQ(row.who, "sue");
  EXPECT_EQ(row.action, "set_queue_mode");
  EXPECT_EQ(row.queue, "sales");
  EXPECT_EQ(row.what, "closed");
  EXPECT_EQ(row.reason, "fire");
  EXPECT_EQ(row.sequence, (*pending)->revision);
  EXPECT_EQ(row.at, (*pending)->at);
}

TEST_F(AuditRowsTest, WhatChangesNothingHasNoRow) {
  boot();
  ask(close_sales(), "r1");
  const std::size_t before = rows().size();
  EXPECT_TRUE(ask(close_sales(), "r1").outcome.repeated);
  SetQueueMode nowhere = close_sales();
  nowhere.queue = "nowhere";
  EXPECT_TRUE(ask(nowhere).outcome.rejection);
  ask(contact("c1"));
  ask(CancelContact{"c1"});
  EXPECT_EQ(rows().size(), before);
}

TEST_F(AuditRowsTest, TheFileOfAStartHasARowWhenItIsApplied) {
  boot();
  ASSERT_EQ(rows().size(), 1u);
  EXPECT_EQ(rows()[0].who, "");
  EXPECT_EQ(rows()[0].action, "apply_config");
  EXPECT_EQ(rows()[0].what, "version=1 file=file");
  EXPECT_EQ(rows()[0].sequence, 1u);
  ASSERT_TRUE(stop());
  boot();
  EXPECT_EQ(rows().size(), 1u) << "the same file again";
}

TEST_F(AuditRowsTest, RefusedAttemptsAreWrittenAtOnceAtTheMinutesEndAndAtTheStop) {
  boot();
  const std::size_t before = rows().size();
  const auto attempt = [&] { loop_->attempt_refused({"eve", "agent", "act", "needs the role supervisor"}); };
  attempt();
  run_until([&] { return rows().size() == before + 1; });
  EXPECT_EQ(rows().back().who, "eve");
  EXPECT_EQ(rows().back().refusal, "needs the role supervisor");
  attempt();
  attempt();
  run_ready();
  clock_.advance(kRefusedPeriod - 1s);
  run_ready();
  ask(contact("c1"));
  EXPECT_EQ(rows().size(), before + 1);
  clock_.advance(1s);
  run_until([&] { return rows().size() == before + 2; });
  EXPECT_EQ(rows().back().attempts, 2u);
  attempt();
  run_until([&] { return rows().size() == before + 3; });
  attempt();
  ASSERT_TRUE(stop());
  ASSERT_EQ(rows().size(), before + 4);
}

TEST_F(AuditRowsTest, WhileTheDiskIsShortRefusedAttemptsAreOnlyCounted) {
  RouterLoopOptions options;
  options.disk_reserve = 1'000;
  disk_.set_free_bytes(5'000);
  boot(options);
  const std::size_t before = rows().size();
  disk_.set_free_bytes(10);
  ask(testing::ready_agent("ana"));
  ASSERT_TRUE(loop_->gauges().short_of_space);
  loop_->attempt_refused({"eve", "agent", "act", "no"});
  run_ready();
  ask(testing::ready_agent("ben"));
  EXPECT_EQ(rows().size(), before);
  disk_.set_free_bytes(5'000);
  ask(testing::ready_agent("cem"));
  clock_.advance(kRefusedPeriod);
  run_until([&] { return rows().size() == before + 1; });
  EXPECT_EQ(rows().back().attempts, 1u);
}

}  // namespace
}  // namespace cordboard
