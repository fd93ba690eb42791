// What may be seen while the disk is busy, hangs or fails; and how a loop ends then.

#include "router/loop/router_loop.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/loop/loop_testing.h"

namespace cordboard {
namespace {

using testing::contact;
using testing::LoopTest;

// ---- Nothing is visible before it is durable ----

class HeldSyncTest : public LoopTest {
 protected:
  // One contact is applied, and its sync is held back.
  void SetUp() override {
    boot();
    ask(contact("before"));
    disk_.hold_syncs();
    held_ = submit(contact("c1"));
    run_ready();
    ASSERT_TRUE(disk_.await_held_sync());
    ASSERT_EQ(recorder_.staged.back().revision, durable_ + 1);
  }
  void TearDown() override { disk_.let_syncs_pass(); }

  // Applies everything, with the sync still held.
  void apply_everything() {
    run_ready();
    ASSERT_EQ(loop_->gauges().inbox_depth, 0u);
  }

  Pending held_;
  const std::uint64_t durable_ = 2;  // the configuration and `before`
};

TEST_F(HeldSyncTest, AnAnswerIsNotGivenBeforeItsCommandIsDurable) {
  EXPECT_FALSE(*held_);
  disk_.let_syncs_pass();
  run_until([&] { return held_->has_value(); });
  EXPECT_TRUE((*held_)->outcome.accepted());
  EXPECT_EQ((*held_)->revision, durable_ + 1);
  EXPECT_GE(disk_.durable_sequence(), (*held_)->revision);
}

TEST_F(HeldSyncTest, ARejectionIsNotGivenBeforeTheCommandsBeforeItAreDurable) {
  SubmitContact other = contact("c1");
  other.priority = 7;
  const Pending rejected = submit(other);
  apply_everything();
  EXPECT_FALSE(*rejected);
  disk_.let_syncs_pass();
  run_until([&] { return rejected->has_value(); });
  EXPECT_EQ((*rejected)->outcome.rejection->reason, RejectReason::ContactExists);
  EXPECT_EQ((*rejected)->revision, durable_ + 1);
  EXPECT_TRUE(*held_);
}

TEST_F(HeldSyncTest, ARepetitionIsNotAnsweredBeforeTheFirstOneIsDurable) {
  const Pending repeated = submit(contact("c1"));
  apply_everything();
  EXPECT_FALSE(*repeated);
  disk_.let_syncs_pass();
  run_until([&] { return repeated->has_value(); });
  EXPECT_TRUE((*repeated)->outcome.repeated);
}

TEST_F(HeldSyncTest, AQueryShowsNothingBeforeWhatItSawIsDurable) {
  bool looked = false;
  std::optional<std::uint64_t> seen;
  loop_->query([&](const Engine& engine, std::uint64_t revision) -> RouterLoop::Release {
    looked = static_cast<bool>(engine.state().find_contact("c1"));
    return [&seen, revision] { seen = revision; };
  });
  apply_everything();
  EXPECT_TRUE(looked);
  EXPECT_FALSE(seen);
  disk_.let_syncs_pass();
  run_until([&] { return seen.has_value(); });
  EXPECT_EQ(*seen, durable_ + 1);
}

TEST_F(HeldSyncTest, EventsAreStagedAtOnceAndReleasedWhenDurable) {
  apply_everything();
  EXPECT_NE(recorder_.last<ContactQueued>(), nullptr);
  EXPECT_EQ(recorder_.released, durable_);
  disk_.let_syncs_pass();
  run_until([&] { return recorder_.released > durable_; });
  EXPECT_EQ(recorder_.released, durable_ + 1);
}

TEST_F(HeldSyncTest, TheLoopGoesOnApplyingWhileTheDiskIsBusy) {
  for (int i = 0; i < 100; ++i) submit(contact("more" + std::to_string(i)));
  apply_everything();
  EXPECT_EQ(recorder_.staged.back().revision, durable_ + 101);
  EXPECT_EQ(loop_->gauges().unsynced_records, 101u);
  const std::uint64_t syncs = disk_.syncs();
  disk_.let_syncs_pass();
  run_until([&] { return recorder_.released == durable_ + 101; });
  EXPECT_EQ(disk_.syncs(), syncs + 2) << "everything that came meanwhile shares one sync";
}

TEST_F(HeldSyncTest, AfterAFailedSyncNothingIsAcknowledgedAnyMore) {
  const Pending later = submit(contact("c2"));
  bool queried = false;
  loop_->query([&](const Engine&, std::uint64_t) -> RouterLoop::Release { return [&] { queried = true; }; });
  apply_everything();
  disk_.fail_next_sync({StoreErrorKind::Io, "fdatasync: Input/output error", 0});
  disk_.let_syncs_pass();
  run_until([&] { return failure_.has_value(); });
  EXPECT_EQ(failure_->kind, StoreErrorKind::Io);
  run_ready();
  EXPECT_FALSE(*held_);
  EXPECT_FALSE(*later);
  EXPECT_FALSE(queried);
  EXPECT_EQ(recorder_.released, durable_);
  EXPECT_FALSE(loop_->gauges().serving);

  Request refused{.body = contact("c3"), .request_id = "r3"};
  EXPECT_EQ(loop_->submit(std::move(refused)), Admission::Unavailable);
  EXPECT_EQ(refused.request_id, "r3") << "a refused request stays with the caller";
  EXPECT_EQ(disk_.durable_sequence(), durable_);
}

TEST_F(HeldSyncTest, StoppingAfterAFailureSaysSo) {
  disk_.fail_next_sync({StoreErrorKind::Full, "no space", 0});
  disk_.let_syncs_pass();
  run_until([&] { return failure_.has_value(); });
  EXPECT_FALSE(stop());
}

// ---- Stopping ----

TEST_F(LoopTest, StoppingAnswersWhatWasTakenRefusesTheRestAndLeavesASnapshot) {
  boot({.batch_limit = 3});
  std::vector<Pending> answers;
  for (int i = 0; i < 20; ++i) answers.push_back(submit(contact("c" + std::to_string(i))));
  EXPECT_TRUE(stop());
  for (const Pending& answer : answers) EXPECT_TRUE(answer->has_value());
  EXPECT_EQ(loop_->submit(Request{.body = contact("late")}), Admission::Unavailable);
  EXPECT_EQ(clock_.next_alarm(), kNever);
  EXPECT_FALSE(loop_->gauges().serving);
  ASSERT_EQ(disk_.snapshots().size(), 1u);
  EXPECT_EQ(disk_.snapshots().back().sequence, disk_.durable_sequence());
  crash();
  boot();
  EXPECT_EQ(report_.replayed, 0u);
  EXPECT_EQ(state_of("c19"), ContactState::Waiting);
}

// It was due after the last command, and is not made yet.
TEST_F(LoopTest, StoppingWhileASnapshotIsDueLeavesItToo) {
  boot({.snapshot_every = 10});
  disk_.hold_syncs();
  for (int i = 0; i < 20; ++i) submit(contact("c" + std::to_string(i)));
  bool stopped = false;
  loop_->stop([&](const std::optional<StoreError>& error) { stopped = !error; });
  run_ready();
  disk_.let_syncs_pass();
  run_until([&] { return stopped; });
  ASSERT_FALSE(disk_.snapshots().empty());
  EXPECT_EQ(disk_.snapshots().back().sequence, disk_.durable_sequence());
}

TEST_F(LoopTest, StoppingWithoutASnapshotLeavesNone) {
  boot({.snapshot_at_stop = false});
  ask(contact("c1"));
  EXPECT_TRUE(stop());
  EXPECT_TRUE(disk_.snapshots().empty());
}

// Asked to stop while one sync hangs.
class StoppingTest : public HeldSyncTest {
 protected:
  void SetUp() override {
    HeldSyncTest::SetUp();
    later_ = submit(contact("c2"));
    loop_->stop([this](const std::optional<StoreError>& error) {
      ++stopped_;
      error_ = error;
    });
    run_ready();
  }
  void sync_fails() {
    disk_.fail_next_sync({StoreErrorKind::Full, "no space", 0});
    disk_.let_syncs_pass();
    run_until([&] { return stopped_ > 0; });
    run_ready();
  }

  Pending later_;
  int stopped_ = 0;
  std::optional<StoreError> error_;
};

TEST_F(StoppingTest, WaitsForAHangingDiskAndAcknowledgesNothingMeanwhile) {
  EXPECT_EQ(stopped_, 0);
  EXPECT_FALSE(*held_);
  EXPECT_FALSE(*later_);
  EXPECT_EQ(recorder_.released, durable_);
  EXPECT_EQ(loop_->submit(Request{.body = contact("late")}), Admission::Unavailable);
}

TEST_F(StoppingTest, EndsWellWhenTheDiskComesBack) {
  disk_.let_syncs_pass();
  run_until([&] { return stopped_ > 0; });
  EXPECT_EQ(stopped_, 1);
  EXPECT_FALSE(error_);
  EXPECT_TRUE(*held_);
  EXPECT_TRUE(*later_);
  EXPECT_EQ(disk_.durable_sequence(), durable_ + 2);
}

TEST_F(StoppingTest, ASyncThatFailsIsReportedOnceAndAcknowledgesNothing) {
  sync_fails();  // a second on_failure would fail the test, see boot()
  ASSERT_TRUE(failure_);
  EXPECT_EQ(failure_->kind, StoreErrorKind::Full);
  EXPECT_EQ(stopped_, 1);
  ASSERT_TRUE(error_);
  EXPECT_EQ(error_->kind, StoreErrorKind::Full);
  EXPECT_FALSE(*held_);
  EXPECT_FALSE(*later_);
  EXPECT_EQ(held_.use_count(), 1) << "the reply is destroyed without a call";
  EXPECT_EQ(recorder_.released, durable_);
  EXPECT_EQ(disk_.durable_sequence(), durable_);
  EXPECT_TRUE(disk_.snapshots().empty());
}

TEST_F(StoppingTest, ASecondStopAfterAFailureGetsTheSameError) {
  sync_fails();
  EXPECT_FALSE(stop());
  EXPECT_EQ(stopped_, 1);
}

TEST_F(LoopTest, StoppingWithABacklogThatTheDiskHoldsUpAnswersAllOfIt) {
  boot({.batch_limit = 2, .held_answers_limit = 4});
  disk_.hold_syncs();
  std::vector<Pending> answers;
  for (int i = 0; i < 20; ++i) answers.push_back(submit(contact("c" + std::to_string(i))));
  bool stopped = false;
  loop_->stop([&](const std::optional<StoreError>& error) { stopped = !error; });
  run_ready();
  EXPECT_EQ(loop_->gauges().inbox_depth, 16u);
  disk_.let_syncs_pass();
  run_until([&] { return stopped; });
  for (const Pending& answer : answers) EXPECT_TRUE(answer->has_value());
}

TEST_F(LoopTest, ASnapshotThatCannotBeWrittenAtTheEndIsReportedAndTheAnswersWereGiven) {
  boot();
  const Pending answer = submit(contact("c1"));
  run_until([&] { return answer->has_value(); });
  disk_.fail_next_sync({StoreErrorKind::Full, "no space", 0});
  EXPECT_FALSE(stop());
  ASSERT_TRUE(failure_);
  EXPECT_EQ(failure_->kind, StoreErrorKind::Full);
  EXPECT_TRUE((*answer)->outcome.accepted());
}

TEST_F(LoopTest, ACrashDestroysTheRepliesThatWereNotGiven) {
  boot();
  disk_.hold_syncs();
  const Pending answer = submit(contact("c1"));
  run_ready();
  EXPECT_EQ(answer.use_count(), 2);
  disk_.let_syncs_pass();
  crash();
  EXPECT_EQ(answer.use_count(), 1);
  EXPECT_FALSE(*answer);
  run_ready();  // handlers that were on their way find nobody
}

}  // namespace
}  // namespace cordboard
