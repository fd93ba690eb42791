// What a watcher is sent by when, and where it may resume: the feed over a wire that the test moves.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "router/codec/api_delta.h"
#include "tests/grpc/watch_feed_fixture.h"

namespace cordboard::testing {
namespace {

TEST_F(WatchFeedTest, AWatchThatIsCutWithinItsSnapshotHasNothingToResumeFrom) {
  submit(2 * SnapshotChunks::kRowsPerChunk);
  const auto watcher = watch();
  outbox_.written(true);  // the first chunk; the second of three goes
  watcher->cut();
  outbox_.written(true);
  EXPECT_FALSE(watcher->sent(1).snapshot().last_chunk());
  EXPECT_EQ(resume_revision(wire_), 0u);
}

TEST_F(WatchFeedTest, AfterItsSnapshotAWatchResumesFromItsRevision) {
  submit(2 * SnapshotChunks::kRowsPerChunk);
  const auto watcher = watch();
  outbox_.written(true);
  outbox_.written(true);
  watcher->cut();
  outbox_.written(true);
  EXPECT_TRUE(watcher->sent(2).snapshot().last_chunk());
  EXPECT_EQ(resume_revision(wire_), revision_);
}

TEST_F(WatchFeedTest, AResumedWatchThatIsCutGoesOnAfterTheDeltasItWasSent) {
  WatchFilter all;
  all.data = CustomerData::With;
  SlowWire elsewhere;
  Outbox other(elsewhere, StreamKind::Watch, 100u << 20, counters_);
  const auto first = std::make_shared<Watcher>(elsewhere, other);
  ASSERT_TRUE(feed_.attach(first, all, 0, revision_, engine_.state()));
  const std::uint64_t seen = revision_;
  submit(10, 100'000);
  release();
  const auto watcher = watch(seen, all);
  EXPECT_FALSE(outbox_.closing()) << "what was missed is no backlog";
  outbox_.written(true);
  watcher->cut();
  outbox_.written(true);
  const v1::WatchResponse last = watcher->sent(1);
  EXPECT_EQ(resume_revision(wire_), last.deltas().deltas().rbegin()->revision());
  EXPECT_LT(resume_revision(wire_), revision_);
}

TEST_F(WatchFeedTest, AResumedWatchThatIsCutBeforeAnythingIsSentGoesOnWhereItBegan) {
  release();
  watch()->outbox.abandon();
  SlowWire elsewhere;
  Outbox other(elsewhere, StreamKind::Watch, 1u << 20, counters_);
  const auto watcher = std::make_shared<Watcher>(elsewhere, other);
  const std::uint64_t seen = revision_;
  submit(1);
  ASSERT_TRUE(feed_.attach(watcher, {}, seen, revision_, engine_.state()));
  watcher->cut();
  EXPECT_EQ(resume_revision(elsewhere), seen);
}

TEST_F(WatchFeedTest, WhatAWatchWasPromisedIsKeptUntilItStarts) {
  options_.watch_history = 2;
  watch()->outbox.abandon();
  const std::uint64_t seen = revision_;
  SlowWire elsewhere;
  Outbox other(elsewhere, StreamKind::Watch, 1u << 20, counters_);
  const auto watcher = std::make_shared<Watcher>(elsewhere, other);
  auto beginning = feed_.attach(watcher, {}, seen, revision_, engine_.state());
  ASSERT_TRUE(beginning && beginning->messages.empty());
  submit(5);
  release();
  feed_.start(*watcher, std::move(*beginning), now_);
  while (elsewhere.sent.size() < 5 && !other.closing()) {
    const std::size_t before = elsewhere.sent.size();
    other.written(true);
    if (elsewhere.sent.size() == before) break;
  }
  EXPECT_EQ(revisions(*watcher, 0).size(), 5u);
  EXPECT_FALSE(other.closing());
}

TEST_F(WatchFeedTest, WhatIsReleasedAtOnceIsSentInPieces) {
  WatchFilter all;
  all.data = CustomerData::With;
  const auto watcher = watch(0, all);
  submit(50, 10'000);
  release();
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < wire_.sent.size(); ++i) {
    EXPECT_LE(wire_.sent[i].size(), 2 * kMessageBytes);
    const v1::WatchResponse sent = watcher->sent(i);
    for (const v1::Delta& delta : sent.deltas().deltas()) {
      EXPECT_GT(delta.revision(), last);
      last = delta.revision();
    }
    outbox_.written(true);
  }
  EXPECT_EQ(last, revision_);
  EXPECT_FALSE(outbox_.closing());
}

TEST_F(WatchFeedTest, WhatChangesWithinAnIntervalComesAsOneUpdate) {
  const auto watcher = watch(0, paced());
  outbox_.written(true);
  submit(1);
  release();
  EXPECT_EQ(revisions(*watcher, 1), std::vector{revision_}) << "the first one goes at once";
  outbox_.written(true);
  submit(3);
  now_ += kInterval - Duration{1};
  release();
  feed_.send_due(now_);
  EXPECT_EQ(wire_.sent.size(), 2u);
  EXPECT_EQ(feed_.next_due(), now_ + Duration{1});
  now_ += Duration{1};
  feed_.send_due(now_);
  EXPECT_EQ(revisions(*watcher, 2), std::vector{revision_});
  EXPECT_EQ(watcher->sent(2).deltas().deltas(0).contacts_size(), 3);
  EXPECT_EQ(watcher->sent(2).deltas().deltas(0).queues_size(), 1);
}

TEST_F(WatchFeedTest, AnUpdateHoldsNothingThatIsNotReleased) {
  const auto watcher = watch(0, paced());
  outbox_.written(true);
  submit(1);
  const std::uint64_t durable = revision_;
  submit(1);
  feed_.release(durable, now_);
  EXPECT_EQ(revisions(*watcher, 1), std::vector{durable});
  EXPECT_EQ(watcher->sent(1).deltas().deltas(0).queues(0).waiting(), 1);
  outbox_.written(true);
  now_ += kInterval;
  feed_.send_due(now_);
  EXPECT_EQ(wire_.sent.size(), 2u);
  release();
  EXPECT_EQ(revisions(*watcher, 2), std::vector{revision_});
}

TEST_F(WatchFeedTest, AWatchThatBeginsWithinAnIntervalIsToldNothingTwice) {
  SlowWire elsewhere;
  Outbox other(elsewhere, StreamKind::Watch, 1u << 20, counters_);
  const auto first = std::make_shared<Watcher>(elsewhere, other);
  feed_.start(*first, *feed_.attach(first, paced(), 0, revision_, engine_.state()), now_);
  const std::uint64_t seen = revision_;
  other.written(true);
  release();
  submit(2);
  const std::uint64_t attached = revision_;
  const auto second = watch(0, paced());
  outbox_.written(true);
  submit(2);
  release();
  other.written(true);
  EXPECT_EQ(revisions(*first, 1), (std::vector{attached, revision_}));
  EXPECT_EQ(revisions(*second, 1), std::vector{revision_});
  EXPECT_EQ(second->sent(1).deltas().deltas(0).events_size(), 2 * 1) << "one event for each submit";

  const auto back = std::make_shared<Watcher>(elsewhere, other);
  const auto beginning = feed_.attach(back, paced(), seen, revision_, engine_.state());
  ASSERT_TRUE(beginning);
  EXPECT_TRUE(beginning->messages.empty()) << "resumed without a snapshot";
}

TEST_F(WatchFeedTest, ALargeUpdateComesInSeveralPieces) {
  WatchFilter all = paced();
  all.data = CustomerData::With;
  SlowWire wide;
  Outbox outbox(wide, StreamKind::Watch, 100u << 20, counters_);
  const auto watcher = std::make_shared<Watcher>(wide, outbox);
  feed_.start(*watcher, *feed_.attach(watcher, all, 0, revision_, engine_.state()), now_);
  submit(30, 100'000);
  release();
  for (int i = 0; i < 30; ++i) outbox.written(true);
  std::uint64_t last = 0;
  for (const std::uint64_t revision : revisions(*watcher, 1)) {
    EXPECT_GT(revision, last);
    last = revision;
  }
  EXPECT_EQ(last, revision_);
  for (const std::string& message : wide.sent) EXPECT_LT(message.size(), 2 * kMergedBytes);
}

TEST_F(WatchFeedTest, WhatIsDurableDoesNotWaitForWhatALateJoinerFoundNotDurable) {
  const auto watcher = watch(0, paced());
  outbox_.written(true);
  submit(1);
  release();
  outbox_.written(true);
  submit(1);
  const std::uint64_t durable = revision_;
  feed_.release(durable, now_);  // within the interval
  submit(1);
  SlowWire elsewhere;
  Outbox other(elsewhere, StreamKind::Watch, 1u << 20, counters_);
  ASSERT_TRUE(
      feed_.attach(std::make_shared<Watcher>(elsewhere, other), paced(), 0, revision_, engine_.state()));
  now_ += kInterval;
  feed_.send_due(now_);
  EXPECT_EQ(revisions(*watcher, 2), std::vector{durable});
}

TEST_F(WatchFeedTest, WithinAMergedUpdateThereIsNothingToResumeFrom) {
  const auto watcher = watch(0, paced());
  submit(1);
  release();
  submit(3);
  now_ += kInterval;
  release();
  const auto resume = [&](std::uint64_t after) {
    SlowWire elsewhere;
    Outbox other(elsewhere, StreamKind::Watch, 1u << 20, counters_);
    return feed_.attach(std::make_shared<Watcher>(elsewhere, other), paced(), after, revision_,
                        engine_.state());
  };
  EXPECT_TRUE(resume(revision_ - 3)->messages.empty());
  const auto begun = resume(revision_ - 1);
  ASSERT_FALSE(begun->messages.empty());
  v1::WatchResponse first;
  ASSERT_TRUE(first.ParseFromArray(begun->messages[0].begin(), static_cast<int>(begun->messages[0].size())));
  EXPECT_EQ(first.reset().reason(), v1::Reset::TOO_OLD);
}

TEST_F(WatchFeedTest, AHeartbeatDoesNotOvertakeAnUpdate) {
  options_.watch_heartbeat = kInterval;
  WatchFeed feed(options_, revision_, [] {});
  const auto watcher = std::make_shared<Watcher>(wire_, outbox_);
  feed.start(*watcher, *feed.attach(watcher, paced(), 0, revision_, engine_.state()), now_);
  outbox_.written(true);
  std::vector<Event> events;
  for (const char* contact : {"c1", "c2"}) {
    events.clear();
    engine_.apply({now_, {}, SubmitContact{.contact = contact, .queue = "sales"}}, events);
    feed.stage(++revision_, now_, engine_.state(), events);
    feed.release(revision_, now_);
  }
  outbox_.written(true);
  now_ += kInterval;
  feed.send_due(now_);
  outbox_.written(true);
  EXPECT_EQ(revisions(*watcher, 1), (std::vector{revision_ - 1, revision_}));
  EXPECT_EQ(wire_.sent.size(), 3u) << "and no heartbeat";
}

TEST_F(WatchFeedTest, OneDistinctFilterTooManyIsRefused) {
  std::vector<std::shared_ptr<Watcher>> watchers;
  for (std::uint32_t i = 0; i < kMaxWatchFilters; ++i) {
    watchers.push_back(watch(0, filter(i)));
    ASSERT_TRUE(watchers.back()) << i;
  }
  EXPECT_FALSE(watch(0, filter(kMaxWatchFilters)));
  EXPECT_TRUE(watch(0, filter(7))) << "this one is watched already";
  feed_.drop(*watchers.front(), now_);
  EXPECT_TRUE(watch(0, filter(kMaxWatchFilters)));
}

TEST_F(WatchFeedTest, TheHistoriesOfAllFiltersTogetherAreBounded) {
  options_.watch_history_bytes = 1u << 20;
  SlowWire elsewhere;
  Outbox other(elsewhere, StreamKind::Watch, 100u << 20, counters_);
  WatchFilter busy;
  busy.data = CustomerData::With;
  WatchFilter quiet;
  quiet.events = quiet.contacts = false;
  for (const WatchFilter& filter : {busy, quiet}) {
    const auto watcher = std::make_shared<Watcher>(elsewhere, other);
    feed_.start(*watcher, *feed_.attach(watcher, filter, 0, revision_, engine_.state()), now_);
  }
  const std::uint64_t seen = revision_;
  submit(20, 100'000);
  release();
  const auto resume = [&](const WatchFilter& filter, std::uint64_t after) {
    const auto watcher = std::make_shared<Watcher>(elsewhere, other);
    return feed_.attach(watcher, filter, after, revision_, engine_.state())->messages.empty();
  };
  EXPECT_TRUE(resume(quiet, seen)) << "it keeps less than its share";
  EXPECT_FALSE(resume(busy, seen));
  EXPECT_TRUE(resume(busy, revision_ - 5));
}

// With a buffer as a router has it.
class SlowWatchTest : public WatchFeedTest {
 protected:
  SlowWatchTest() { all_.data = CustomerData::With; }

  std::shared_ptr<Watcher> watch_slowly() {
    auto watcher = std::make_shared<Watcher>(narrow_, slow_);
    feed_.start(*watcher, *feed_.attach(watcher, all_, 0, revision_, engine_.state()), now_);
    return watcher;
  }
  void play(int contacts) {
    for (int i = 0; i < contacts; ++i) {
      submit(1, 1'000);
      release();
    }
  }
  // It reads everything, and its stream asks for more when there is room.
  void read_on(Watcher& watcher) {
    for (std::size_t before = 0; before < narrow_.sent.size();) {
      before = narrow_.sent.size();
      slow_.written(true);
      if (std::exchange(narrow_.rooms, 0) > 0) WatchFeed::catch_up(watcher);
    }
  }
  std::uint64_t unread() const { return counters_.unread_bytes[static_cast<std::size_t>(StreamKind::Watch)]; }

  WatchFilter all_;
  SlowWire narrow_;
  Outbox slow_{narrow_, StreamKind::Watch, options_.stream_buffer_bytes, counters_};
};

TEST_F(SlowWatchTest, AWatchThatFallsBehindCatchesUpWithoutAGap) {
  const auto watcher = watch_slowly();
  slow_.written(true);
  const std::uint64_t begun = revision_;
  for (int round = 0; round < 3; ++round) {
    play(500);
    EXPECT_LE(unread(), options_.stream_buffer_bytes);
    EXPECT_FALSE(slow_.closing());
    read_on(*watcher);
  }
  std::vector<std::uint64_t> expected;
  for (std::uint64_t revision = begun + 1; revision <= revision_; ++revision) expected.push_back(revision);
  EXPECT_EQ(revisions(*watcher, 1), expected);
  EXPECT_EQ(unread(), 0u);
}

TEST_F(SlowWatchTest, AWatchThatIsBehindIsNotToldThatNothingHasChanged) {
  const auto watcher = watch_slowly();
  slow_.written(true);
  play(500);
  now_ += options_.watch_heartbeat;
  feed_.send_due(now_);
  read_on(*watcher);
  for (std::size_t i = 0; i < narrow_.sent.size(); ++i) EXPECT_FALSE(watcher->sent(i).has_heartbeat()) << i;
  EXPECT_EQ(revisions(*watcher, 1).back(), revision_);
}

TEST_F(SlowWatchTest, AWatchThatIsBehindWhatIsKeptIsCutWithWhatItHasRead) {
  options_.watch_history = 100;
  const auto watcher = watch_slowly();
  slow_.written(true);
  play(500);
  read_on(*watcher);
  ASSERT_EQ(narrow_.ended.size(), 1u);
  EXPECT_EQ(narrow_.ended[0].error_code(), grpc::RESOURCE_EXHAUSTED);
  EXPECT_EQ(resume_revision(narrow_), revisions(*watcher, 1).back());
}

}  // namespace
}  // namespace cordboard::testing
