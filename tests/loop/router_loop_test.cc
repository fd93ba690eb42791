#include "router/loop/router_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <vector>

#include "tests/loop/loop_testing.h"

namespace cordboard {
namespace {

using testing::contact;
using testing::kMorning;
using testing::LoopTest;
using testing::ready_agent;

// ---- Order ----

TEST_F(LoopTest, ARejectionThatWaitsForNothingIsAnsweredWithoutTheDisk) {
  boot();
  disk_.hold_syncs();
  const Answer answer = ask(CancelContact{"nobody"});
  EXPECT_EQ(answer.outcome.rejection->reason, RejectReason::UnknownContact);
  EXPECT_EQ(answer.revision, 1u);
  disk_.let_syncs_pass();
}

TEST_F(LoopTest, AnswersComeInTheOrderOfTheLogWhateverTheyAre) {
  boot({.batch_limit = 7});
  std::vector<int> answered;
  std::vector<std::uint64_t> revisions;
  for (int message = 0; message < 20; ++message) {
    std::vector<Request> requests;
    for (int i = 0; i < 5; ++i) {
      const int number = message * 5 + i;
      CommandBody body = contact("c" + std::to_string(number));
      if (number % 3 == 1) body = CancelContact{"c" + std::to_string(number - 1)};
      if (number % 3 == 2) body = CancelContact{"nobody"};
      requests.push_back({.body = body, .reply = [&, number](const Answer& answer) {
                            answered.push_back(number);
                            revisions.push_back(answer.revision);
                          }});
    }
    ASSERT_EQ(loop_->submit(std::move(requests)), Admission::Admitted);
  }
  run_until([&] { return answered.size() == 100; });
  EXPECT_TRUE(std::is_sorted(answered.begin(), answered.end()));
  EXPECT_TRUE(std::is_sorted(revisions.begin(), revisions.end()));
  EXPECT_EQ(revisions.back(), 1u + 67u);
}

TEST_F(LoopTest, AQueryIsAnsweredBeforeAnyLaterEventIsReleased) {
  boot();
  disk_.hold_syncs();
  std::uint64_t released_before = 0;
  std::uint64_t revision = 0;
  submit(contact("c1"));
  loop_->query([&](const Engine&, std::uint64_t seen) -> RouterLoop::Release {
    revision = seen;
    return [&] { released_before = recorder_.released; };
  });
  submit(contact("c2"));
  run_ready();
  disk_.let_syncs_pass();
  run_until([&] { return recorder_.released == 3; });
  EXPECT_EQ(revision, 2u);
  EXPECT_LE(released_before, revision);
}

TEST_F(LoopTest, EveryAcceptedCommandIsStagedOnceInOrder) {
  boot();
  ask(contact("c1"));
  ask(contact("c1"));
  ask(CancelContact{"nobody"});
  ask(SetReady{"nobody"});
  ask(CancelContact{"c1"});
  std::vector<std::uint64_t> revisions;
  for (const auto& staged : recorder_.staged) revisions.push_back(staged.revision);
  EXPECT_EQ(revisions, (std::vector<std::uint64_t>{2, 3}));
  EXPECT_EQ(disk_.durable_sequence(), 3u);
}

// ---- Time ----

TEST_F(LoopTest, OneBatchHasOneTimeAndTheNextIsNotBeforeIt) {
  boot();
  const Pending first = submit(contact("c1"));
  const Pending second = submit(contact("c2"));
  run_until([&] { return second->has_value(); });
  EXPECT_EQ((*first)->at, kMorning);
  EXPECT_EQ((*second)->at, kMorning);
  clock_.advance(5s);
  EXPECT_EQ(ask(contact("c3")).at, kMorning + 5s);
  clock_.set(kMorning);
  EXPECT_EQ(ask(contact("c4")).at, kMorning + 5s);
}

TEST_F(LoopTest, AnOfferThatNobodyTakesRunsOutByItself) {
  boot();
  ask(ready_agent("ana"));
  ask(contact("c1"));
  EXPECT_EQ(clock_.next_alarm(), look([](const Engine& engine) { return engine.next_deadline(); }));
  clock_.advance(15s);
  run_until([&] {
    const auto* ended = recorder_.last<OfferEnded>();
    return ended != nullptr && ended->state == OfferState::Expired;
  });
  EXPECT_EQ(recorder_.staged.back().at, kMorning + 15s);
  EXPECT_EQ(state_of("c1"), ContactState::Waiting);
}

TEST_F(LoopTest, WhatFellDueComesBeforeACommandThatArrivesLater) {
  boot();
  ask(ready_agent("ana"));
  ask(contact("c1"));
  const OfferId offer = offer_to("ana");
  const Pending late = submit(AcceptOffer{"ana", offer});  // in the inbox before the alarm rings
  clock_.advance(16s);
  run_until([&] { return late->has_value(); });
  EXPECT_EQ((*late)->outcome.rejection->reason, RejectReason::OfferFinished);
}

TEST_F(LoopTest, TheAlarmFollowsTheEarliestDeadlineAndRingsInVainOnlyOnce) {
  boot();
  ask(ready_agent("ana"));
  ask(contact("c1"));
  const Time ring = clock_.next_alarm();
  EXPECT_EQ(ring, kMorning + 15s);
  ask(AcceptOffer{"ana", offer_to("ana")});
  EXPECT_EQ(clock_.next_alarm(), ring) << "a later deadline does not set the alarm anew";
  const std::size_t staged = recorder_.staged.size();
  clock_.advance(15s);
  run_until([&] { return clock_.next_alarm() != ring && clock_.next_alarm() != kNever; });
  EXPECT_EQ(recorder_.staged.size(), staged) << "nothing was due, so nothing is logged";
}

// ---- Turns ----

// Handlers that wait on the io_context before one that is posted now.
class TurnTest : public LoopTest {
 protected:
  std::size_t handlers_waiting() {
    bool reached = false;
    boost::asio::post(io_, [&] { reached = true; });
    std::size_t before = 0;
    while (io_.poll_one() == 1 && !reached) ++before;
    return before;
  }
  std::uint64_t batches() {
    return look([&](const Engine&) { return loop_->stats(); }).batch_commands.count;
  }
};

TEST_F(TurnTest, UnderSustainedLoadOthersWaitForAFewHandlersOnly) {
  boot({.batch_limit = 1});
  for (int i = 0; i < 100; ++i) submit(contact("backlog" + std::to_string(i)));
  for (int i = 0; i < 80; ++i) {
    io_.poll_one();
    submit(contact("more" + std::to_string(i)));
  }
  EXPECT_GT(loop_->gauges().inbox_depth, 50u);
  EXPECT_LE(handlers_waiting(), 4u) << "a turn, the wake-ups before and after it, and progress of the log";
}

TEST_F(TurnTest, AnAlarmThatIsPastDueAddsNoTurnsToABacklog) {
  boot({.batch_limit = 1, .heartbeat_timeout = 5s});
  ask(ready_agent("ana"));
  const std::uint64_t before = batches();
  run_ready();
  disk_.hold_syncs();
  for (int i = 0; i < 20; ++i) submit(contact("c" + std::to_string(i)));
  clock_.advance(6s);
  const std::size_t handlers = io_.poll();
  disk_.let_syncs_pass();
  EXPECT_EQ(activity_of("ana"), AgentActivity::Disconnected);
  EXPECT_EQ(batches(), before + 20);
  EXPECT_LE(handlers, 21u) << "one for each batch, and the alarm";
}

// ---- Bounds ----

TEST_F(LoopTest, AFullInboxIsAnsweredOverloadedAtOnceAndTakesMoreLater) {
  boot({.inbox_limit = 10});
  run_ready();
  std::vector<Request> ten(10);
  for (std::size_t i = 0; i < ten.size(); ++i) ten[i].body = contact("c" + std::to_string(i));
  ASSERT_EQ(loop_->submit(std::move(ten)), Admission::Admitted);
  Request one_more{.body = contact("c10"), .request_id = "r10"};
  EXPECT_EQ(loop_->submit(std::move(one_more)), Admission::Overloaded);
  EXPECT_EQ(one_more.request_id, "r10");
  RouterLoop::Query query = [](const Engine&, std::uint64_t) { return RouterLoop::Release{}; };
  EXPECT_EQ(loop_->query(std::move(query)), Admission::Overloaded);
  EXPECT_TRUE(query);
  EXPECT_EQ(loop_->gauges().inbox_depth, 10u);
  EXPECT_EQ(loop_->gauges().overloaded, 2u);
  bool looked = false;
  EXPECT_EQ(loop_->query_always([&](const Engine&, std::uint64_t) {
    looked = true;
    return RouterLoop::Release{};
  }),
            Admission::Admitted);
  run_ready();
  EXPECT_TRUE(looked);
  EXPECT_EQ(loop_->gauges().inbox_depth, 0u);
  EXPECT_EQ(loop_->submit(std::move(one_more)), Admission::Admitted);
}

TEST_F(LoopTest, AnInboxIsLeftToFillWhileTheDiskIsTooFarBehind) {
  boot({.batch_limit = 2, .unsynced_records_limit = 5});
  disk_.hold_syncs();
  std::vector<Pending> answers;
  for (int i = 0; i < 20; ++i) answers.push_back(submit(contact("c" + std::to_string(i))));
  run_ready();
  EXPECT_EQ(loop_->gauges().unsynced_records, 6u);
  EXPECT_EQ(loop_->gauges().inbox_depth, 14u);
  disk_.let_syncs_pass();
  run_until([&] { return answers.back()->has_value(); });
  for (const Pending& answer : answers) EXPECT_TRUE((*answer)->outcome.accepted());
}

TEST_F(LoopTest, AnswersThatNeedNoRecordAreBoundedTooWhileTheDiskHangs) {
  boot({.batch_limit = 2, .held_answers_limit = 5});
  disk_.hold_syncs();
  std::vector<Pending> answers = {submit(contact("c1"))};
  for (int i = 0; i < 20; ++i) answers.push_back(submit(CancelContact{"nobody"}));
  int looks = 0;
  loop_->query([&](const Engine&, std::uint64_t) -> RouterLoop::Release { return [&] { ++looks; }; });
  run_ready();
  EXPECT_EQ(loop_->gauges().unsynced_records, 1u);
  EXPECT_EQ(loop_->gauges().held_answers, 6u);
  EXPECT_EQ(loop_->gauges().inbox_depth, 16u);
  disk_.let_syncs_pass();
  run_until([&] { return looks == 1; });
  for (const Pending& answer : answers) EXPECT_TRUE(answer->has_value());
  EXPECT_EQ(loop_->gauges().held_answers, 0u);
}

// ---- Snapshots and configuration ----

TEST_F(LoopTest, ASnapshotIsTakenEverySoManyCommandsAndTheLogIsTrimmedBehindIt) {
  boot({.snapshot_every = 10, .snapshot_at_stop = false});
  for (int i = 0; i < 45; ++i) {
    ask(contact("c" + std::to_string(i)));
    // A snapshot that is due waits for the one that is being saved, which is nothing that the loop is told.
    ASSERT_TRUE(disk_.await_snapshots(std::min<std::size_t>(2, disk_.durable_sequence() / 10)));
  }
  EXPECT_TRUE(stop());
  const auto snapshots = disk_.snapshots();
  ASSERT_EQ(snapshots.size(), 2u);
  EXPECT_GE(snapshots.back().sequence, 20u);
  EXPECT_GT(disk_.first_sequence(), 1u);
  EXPECT_LE(disk_.first_sequence(), snapshots.front().sequence + 1);
}

// Made beside the loop, it is what the loop would have given.
TEST_F(LoopTest, ASnapshotMadeFromTheLogLeadsToTheSameState) {
  boot({.snapshot_every = 10, .snapshot_at_stop = false});
  for (const char* agent : {"ana", "ben"}) ask(ready_agent(agent));
  for (int i = 0; i < 40; ++i) ask(contact("c" + std::to_string(i)));
  ASSERT_TRUE(disk_.await_snapshots(1));
  const std::uint64_t live = digest();
  EXPECT_TRUE(stop());
  EXPECT_THAT(warnings_, ::testing::IsEmpty());
  auto store = disk_.open();
  auto rebuilt = rebuild(*store);
  ASSERT_TRUE(std::holds_alternative<Recovered>(rebuilt));
  EXPECT_GE(std::get<Recovered>(rebuilt).snapshot_sequence, 10u);
  EXPECT_EQ(std::get<Recovered>(rebuilt).engine.digest(), live);
}

// The one in the store cannot be read any more, and the log behind the one before is gone.
TEST_F(LoopTest, WhereTheStoreDoesNotLeadTheSnapshotComesFromTheEngineAndAllIsWellAgain) {
  boot({.snapshot_every = 10, .snapshot_at_stop = false});
  int contacts = 0;
  const auto await_snapshot_after = [&](std::uint64_t sequence) {
    for (int tries = 0; tries < 10'000; ++tries) {
      ask(contact("c" + std::to_string(contacts++)));
      const auto snapshots = disk_.snapshots();
      if (!snapshots.empty() && snapshots.back().sequence > sequence) return snapshots.back().sequence;
    }
    ADD_FAILURE() << "no snapshot after " << sequence;
    return sequence;
  };
  const std::uint64_t first = await_snapshot_after(0);
  const std::uint64_t second = await_snapshot_after(first);
  await_snapshot_after(second);
  disk_.make_snapshots_unreadable(true);
  const std::uint64_t newest = disk_.snapshots().back().sequence;
  for (int tries = 0; warnings_.empty() && tries < 10'000; ++tries) {
    ask(contact("c" + std::to_string(contacts++)));
  }
  ASSERT_FALSE(warnings_.empty());
  EXPECT_THAT(warnings_.back(), ::testing::HasSubstr("snapshot at record"));
  const std::uint64_t healed = await_snapshot_after(newest);
  disk_.make_snapshots_unreadable(false);
  warnings_.clear();
  await_snapshot_after(healed);
  EXPECT_THAT(warnings_, ::testing::IsEmpty());
  EXPECT_TRUE(stop());
}

TEST_F(LoopTest, AConfigurationGetsTheNextVersionAndItsTextIsKept) {
  boot();
  TenantConfig config = testing::small_config();
  config.queues.push_back({.name = "billing"});
  std::optional<Answer> answer;
  Request request{.body = ApplyConfig{99, config}, .config_text = "three queues"};
  request.reply = [&](const Answer& given) { answer = given; };
  ASSERT_EQ(loop_->submit(std::move(request)), Admission::Admitted);
  run_until([&] { return answer.has_value(); });
  EXPECT_TRUE(answer->outcome.accepted());
  ASSERT_EQ(disk_.configs().size(), 2u);
  EXPECT_EQ(disk_.configs().back().version, 2u);
  EXPECT_EQ(disk_.configs().back().text, "three queues");
  EXPECT_EQ(disk_.configs().back().source, "rpc");
  EXPECT_EQ(ask(contact("c1", "billing")).outcome.accepted(), true);
}

TEST_F(LoopTest, TheFiguresCountWhatHappened) {
  boot();
  ask(contact("c1"));
  ask(contact("c1"));
  ask(CancelContact{"nobody"});
  const LoopStats stats = look([&](const Engine&) { return loop_->stats(); });
  const std::size_t submit_index = CommandBody{SubmitContact{}}.index();
  EXPECT_EQ(command_name(submit_index), "submit_contact");
  EXPECT_EQ(stats.accepted[submit_index], 1u);
  EXPECT_EQ(stats.repeated[submit_index], 1u);
  EXPECT_EQ(stats.rejections[static_cast<std::size_t>(RejectReason::UnknownContact)], 1u);
  EXPECT_EQ(stats.batch_commands.count, 3u);
  EXPECT_EQ(stats.inbox_us.count, 3u);
  EXPECT_EQ(stats.apply_us.count, 3u);
  EXPECT_EQ(stats.commit_us.count, 1u);
  EXPECT_EQ(stats.last_sequence, 2u);
  EXPECT_EQ(stats.durable_sequence, 2u);
  EXPECT_EQ(stats.writer.records, 1u);
  EXPECT_EQ(stats.writer.sync_us.count, 1u);
}

TEST(Log2HistogramTest, ABoundBelongsToTheBucketBelowIt) {
  Log2Histogram histogram;
  for (const std::uint64_t value : {0, 1, 2, 3, 4, 5}) histogram.add(value);
  histogram.add(std::uint64_t{1} << 40);
  EXPECT_EQ(histogram.buckets[0], 2u);
  EXPECT_EQ(histogram.buckets[1], 1u);
  EXPECT_EQ(histogram.buckets[2], 2u);
  EXPECT_EQ(histogram.buckets[3], 1u);
  EXPECT_EQ(histogram.buckets.back(), 1u);
  EXPECT_EQ(histogram.count, 7u);
}

}  // namespace
}  // namespace cordboard
