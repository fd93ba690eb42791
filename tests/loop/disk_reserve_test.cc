// Before the disk is full: new contacts are refused, everything else goes on, and space ends it.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "tests/loop/loop_testing.h"

namespace cordboard {
namespace {

using testing::contact;
using testing::LoopTest;
using testing::ready_agent;

class DiskReserveTest : public LoopTest {
 protected:
  static constexpr std::uint64_t kReserve = 1'000;

  void SetUp() override {
    disk_.set_free_bytes(5'000);
    RouterLoopOptions options;
    options.disk_reserve = kReserve;
    options.snapshot_every = 10;
    boot(options);
    ask(ready_agent("ana"));
    ask(contact("c1"), "r1");
    ask(contact("c2"));
  }

  // The writer looks when it writes.
  void run_short() {
    disk_.set_free_bytes(kReserve - 1);
    ask(UpdateContact{.contact = "c2", .priority = 1});
    ASSERT_TRUE(loop_->gauges().short_of_space);
  }

  std::optional<RejectReason> rejection_of(CommandBody body, std::string request_id = {}) {
    const Answer answer = ask(std::move(body), std::move(request_id));
    if (!answer.outcome.rejection) return std::nullopt;
    return answer.outcome.rejection->reason;
  }
};

TEST_F(DiskReserveTest, NewContactsAreRefusedAndTheOthersAreServedToTheirEnd) {
  run_short();
  EXPECT_EQ(rejection_of(contact("c3")), RejectReason::DiskNearlyFull);
  EXPECT_FALSE(rejection_of(AcceptOffer{"ana", offer_to("ana")}));
  EXPECT_FALSE(rejection_of(EndContact{"c1", "ana"}));
  EXPECT_FALSE(rejection_of(FinishWrapUp{"ana", "c1"}));
  EXPECT_FALSE(rejection_of(CancelContact{"c2"}));
  EXPECT_FALSE(rejection_of(ready_agent("ben")));
  EXPECT_EQ(loop_->gauges().short_of_space, true);
}

TEST_F(DiskReserveTest, ARepeatedSubmissionGetsItsAnswer) {
  run_short();
  const Answer again = ask(contact("c1"), "r1");
  EXPECT_TRUE(again.outcome.accepted());
  EXPECT_TRUE(again.outcome.repeated);
  EXPECT_TRUE(ask(contact("c2")).outcome.repeated);
}

TEST_F(DiskReserveTest, WithSpaceAgainContactsAreTakenWithoutARestart) {
  run_short();
  EXPECT_EQ(rejection_of(contact("c3")), RejectReason::DiskNearlyFull);
  disk_.set_free_bytes(kReserve);
  // Nothing is written meanwhile: the refusal itself makes the writer look.
  while (rejection_of(contact("c3")) == RejectReason::DiskNearlyFull) std::this_thread::yield();
  EXPECT_EQ(state_of("c3"), ContactState::Waiting);
  EXPECT_FALSE(loop_->gauges().short_of_space);
}

TEST_F(DiskReserveTest, ARestartOnAFullDiskRefusesFromTheFirstContactOn) {
  run_short();
  crash();
  RouterLoopOptions options;
  options.disk_reserve = kReserve;
  boot(options);
  EXPECT_EQ(rejection_of(contact("c3")), RejectReason::DiskNearlyFull);
}

// It was due while there was space, and is made when there is none.
TEST_F(DiskReserveTest, ASnapshotThatIsBeingMadeWaitsForSpace) {
  disk_.hold_syncs();
  for (int i = 0; i < 20; ++i) submit(UpdateContact{.contact = "c2", .priority = i});
  run_ready();
  ASSERT_TRUE(disk_.await_held_sync());
  disk_.set_free_bytes(kReserve - 1);
  disk_.let_syncs_pass();
  for (int i = 0; i < 50; ++i) ask(UpdateContact{.contact = "c2", .priority = i});
  EXPECT_TRUE(disk_.snapshots().empty());
  disk_.set_free_bytes(5'000);
  ask(UpdateContact{.contact = "c2", .priority = 1});
  EXPECT_TRUE(disk_.await_snapshots(1));
}

TEST_F(DiskReserveTest, NoSnapshotTakesTheReserve) {
  run_short();
  const std::size_t snapshots = disk_.snapshots().size();
  for (int i = 0; i < 30; ++i) ask(UpdateContact{.contact = "c2", .priority = i + 2});
  EXPECT_EQ(disk_.snapshots().size(), snapshots);
  EXPECT_TRUE(stop());
  EXPECT_EQ(disk_.snapshots().size(), snapshots);
}

TEST_F(DiskReserveTest, ItIsCounted) {
  run_short();
  rejection_of(contact("c3"));
  rejection_of(contact("c4"));
  const LoopStats stats = look([&](const Engine&) { return loop_->stats(); });
  EXPECT_EQ(stats.rejections[static_cast<std::size_t>(RejectReason::DiskNearlyFull)], 2u);
  EXPECT_EQ(stats.writer.free_bytes, kReserve - 1);
}

}  // namespace
}  // namespace cordboard
