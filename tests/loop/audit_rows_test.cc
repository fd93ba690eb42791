// The loop's rows of the audit trail: with the record of the act, before its answer.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "router/codec/storage_audit.h"
#include "router/store/audit_chain.h"
#include "tests/loop/loop_testing.h"

namespace cordboard {
namespace {

using testing::contact;
using testing::LoopTest;

// Of the text of start_config(), as sha256sum says.
const std::string kSha256 = "3540680f7d317f4bf3f23369873b1128594edcbdb33b72124c69df432d741191";

class AuditRowsTest : public LoopTest {
 protected:
  static SetQueueMode close_sales() {
    return {.queue = "sales", .all = false, .mode = QueueMode::Closed, .reason = "fire", .supervisor = "sue"};
  }

  // For what the writer's thread does without telling the loop.
  static bool becomes_true(const std::function<bool()>& reached) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!reached() && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
    return reached();
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
  EXPECT_EQ(rows()[0].what, "version=1 file=file sha256=" + kSha256);
  EXPECT_EQ(rows()[0].sequence, 1u);
  ASSERT_TRUE(stop());
  boot();
  EXPECT_EQ(rows().size(), 1u) << "the same file again";
}

// Who may call, with which certificates and tokens, is in the file and in no tenant's part of it.
TEST_F(AuditRowsTest, AnotherFileHasARowAlsoWhenItsTenantIsTheSame) {
  boot();
  ASSERT_TRUE(stop());
  StartConfig other = testing::start_config();
  other.text += " # another";
  boot({}, other);
  ASSERT_EQ(rows().size(), 2u);
  EXPECT_EQ(rows()[1].who, "");
  EXPECT_EQ(rows()[1].action, "start_file");
  EXPECT_EQ(rows()[1].what, "file=file sha256=" + to_hex(sha256_of(other.text)));
  EXPECT_EQ(rows()[1].refusal, "");
  EXPECT_EQ(rows()[1].sequence, 0u);
  ASSERT_TRUE(stop());
  boot({}, other);
  EXPECT_EQ(rows().size(), 2u) << "the same file again";
  ASSERT_TRUE(stop());
  boot();
  ASSERT_EQ(rows().size(), 3u) << "and the first one again";
  EXPECT_EQ(rows()[2].what, "file=file sha256=" + kSha256);
}

TEST_F(AuditRowsTest, RefusedAttemptsAreWrittenAtOnceAtTheMinutesEndAndAtTheStop) {
  boot();
  const std::size_t before = rows().size();
  const auto attempt = [&] {
    return loop_->attempt_refused({"eve", "agent", "act", "needs the role supervisor"});
  };
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
  EXPECT_EQ(attempt(), Admission::Unavailable) << "nobody is refused for good without a row";
  EXPECT_EQ(rows().size(), before + 4);
}

TEST_F(AuditRowsTest, AfterTheLogFailedNoAttemptIsRefusedWithoutARow) {
  boot();
  disk_.fail_next_sync({StoreErrorKind::Io, "the disk is gone", 0});
  submit(contact("c1"));
  run_until([&] { return !loop_->gauges().serving; });
  EXPECT_EQ(loop_->attempt_refused({"eve", "agent", "act", "no"}), Admission::Unavailable);
}

TEST_F(AuditRowsTest, WhileTheDiskIsShortRefusedAttemptsAreOnlyCounted) {
  RouterLoopOptions options;
  options.disk_reserve = 1'000;
  options.heartbeat_timeout = 1h;  // nobody is disconnected meanwhile, which would be written
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
  // Nothing else is written, so nobody but the loop has the writer look again.
  clock_.advance(kRefusedPeriod);
  run_ready();
  ASSERT_TRUE(becomes_true([&] { return !loop_->gauges().short_of_space; }));
  clock_.advance(kRefusedPeriod);
  run_until([&] { return rows().size() == before + 1; });
  EXPECT_EQ(rows().back().attempts, 1u);
}

}  // namespace
}  // namespace cordboard
