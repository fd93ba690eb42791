// Who is given an update when, where many watch the same.

#include <algorithm>
#include <memory>
#include <vector>

#include "tests/grpc/watch_feed_fixture.h"

namespace cordboard::testing {
namespace {

// So many watchers that they take turns.
class ManyWatchTest : public WatchFeedTest {
 protected:
  struct Place {
    SlowWire wire;
    Outbox outbox;
    std::shared_ptr<Watcher> watcher;

    explicit Place(EdgeCounters& counters) : outbox(wire, StreamKind::Watch, 1u << 20, counters) {
      watcher = std::make_shared<Watcher>(wire, outbox);
    }
  };

  void join(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      Place& place = *places_.emplace_back(std::make_unique<Place>(counters_));
      feed_.start(*place.watcher, *feed_.attach(place.watcher, paced(), 0, revision_, engine_.state()), now_);
      place.outbox.written(true);
    }
  }
  // How many have been sent `messages` or more.
  std::size_t with(std::size_t messages) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        places_, [&](const auto& place) { return place->wire.sent.size() >= messages; }));
  }
  void ring() {
    now_ = feed_.next_due();
    feed_.send_due(now_);
  }
  void all_read() {
    for (const auto& place : places_) place->outbox.written(true);
  }

  static constexpr std::size_t kTurns = 3;
  std::vector<std::unique_ptr<Place>> places_;
};

TEST_F(ManyWatchTest, TheyTakeTurnsOverHalfAnInterval) {
  join(kTurns * kSinksOfATurn);
  submit(1);
  release();
  const Time begun = now_;
  for (std::size_t turn = 1; turn <= kTurns; ++turn) {
    if (turn > 1) ring();
    EXPECT_EQ(with(2), turn * kSinksOfATurn);
  }
  EXPECT_LE(now_ - begun, kInterval / 2);
  for (const auto& place : places_) EXPECT_EQ(revisions(*place->watcher, 1), std::vector{revision_});
}

TEST_F(ManyWatchTest, WhatHappensMeanwhileIsToldToAllOnceAfterTheInterval) {
  join(kTurns * kSinksOfATurn);
  submit(1);
  release();
  const Time begun = now_;
  const std::uint64_t first = revision_;
  submit(2);
  release();
  EXPECT_EQ(with(2), kSinksOfATurn);
  while (with(2) < places_.size()) ring();
  all_read();
  EXPECT_EQ(with(3), 0u);
  ring();
  EXPECT_EQ(now_, begun + kInterval);
  while (with(3) < places_.size()) ring();
  for (const auto& place : places_) {
    EXPECT_EQ(revisions(*place->watcher, 1), (std::vector{first, revision_}));
  }
}

TEST_F(ManyWatchTest, WhoLeavesTakesNobodysTurnAndWhoComesIsToldNothingTwice) {
  join(kTurns * kSinksOfATurn);
  submit(1);
  release();
  feed_.drop(*places_[0]->watcher, now_);
  feed_.drop(*places_[kSinksOfATurn]->watcher, now_);
  join(1);
  while (feed_.next_due() < now_ + kInterval) ring();
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const bool had_it = i != kSinksOfATurn && i + 1 != places_.size();
    EXPECT_EQ(revisions(*places_[i]->watcher, 1).size(), had_it ? 1u : 0u) << i;
  }
}

TEST_F(ManyWatchTest, NobodyIsToldThatNothingHasChangedBeforeItsTurn) {
  join(kTurns * kSinksOfATurn);
  now_ += options_.watch_heartbeat;
  submit(1);
  release();
  feed_.send_due(now_);  // the heartbeats are due now
  while (with(2) < places_.size()) ring();
  for (const auto& place : places_) EXPECT_EQ(revisions(*place->watcher, 1), std::vector{revision_});
}

TEST_F(ManyWatchTest, WhoseTurnIsStillToComeGetsWhatTheHistoryHasForgotten) {
  options_.watch_history = 0;
  join(kTurns * kSinksOfATurn);
  submit(1);
  release();
  const std::uint64_t first = revision_;
  submit(1);
  release();
  while (with(2) < places_.size()) ring();
  for (const auto& place : places_) {
    EXPECT_EQ(revisions(*place->watcher, 1), std::vector{first});
    EXPECT_FALSE(place->outbox.closing());
  }
}

}  // namespace
}  // namespace cordboard::testing
