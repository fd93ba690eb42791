// Rows of history come with the first record after their boundary, and tell the sums at it, whatever happens
// to the process between.
#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "router/codec/storage_codec.h"
#include "router/codec/storage_history.h"
#include "router/core/rng.h"
#include "router/loop/history_recorder.h"
#include "router/loop/recovery.h"
#include "tests/loop/loop_testing.h"

namespace cordboard {
namespace {

using testing::contact;
using testing::kMorning;
using testing::LoopTest;
using testing::ready_agent;
using testing::small_config;
using testing::start_config;

using HistoryRows = std::vector<HistoryRow>;

const Time kFirstBoundary = boundary_before(kMorning) + kHistoryStep;

// The rows that a log calls for: counted at every boundary, one after the other, from the contacts
// themselves.
class HistoryOracle {
 public:
  void see(Time at, const State& before) {
    for (Time boundary = boundary_before(before.now) + kHistoryStep; boundary <= at;
         boundary += kHistoryStep) {
      // A log begins in 1970, when there was nothing.
      if (before.queues.empty()) return;
      for (std::uint32_t queue = 0; queue < before.queues.size(); ++queue)
        see_queue(QueueRef{queue}, boundary, before);
    }
  }

  HistoryRows rows() const {
    HistoryRows all;
    for (const auto& [place, sums] : rows_) all.push_back({place.first, place.second, sums});
    return all;
  }

 private:
  void see_queue(QueueRef ref, Time boundary, const State& state) {
    const Queue& queue = state[ref];
    QueueSums sums{.counters = queue.counters};
    sums.counters.longest_wait_us = 0;
    for (ContactRef at = queue.oldest; at; at = state[at].queue_after) {
      ++sums.waiting;
      if (state[at].queued_at + queue.config.service_level.within < boundary) ++sums.waiting_late;
    }
    if (std::exchange(newest_[ref.value], sums) == sums) return;
    rows_[{ref.value, to_us(boundary)}] = encode_sums(sums);
  }

  std::map<std::uint32_t, QueueSums> newest_;
  std::map<std::pair<std::uint32_t, std::int64_t>, std::string> rows_;
};

class HistoryRowsTest : public LoopTest {
 protected:
  static QueueSums sums_of(const HistoryRow& row) {
    QueueSums sums;
    EXPECT_EQ(decode_sums(row.sums, sums), std::nullopt);
    return sums;
  }
  HistoryRows rows_of(std::uint32_t queue) const {
    HistoryRows found;
    for (const HistoryRow& row : disk_.history()) {
      if (row.queue == queue) found.push_back(row);
    }
    return found;
  }

  // Another time, another name, or another queue in its place.
  static void change_a_queue(Rng& rng, TenantConfig& config) {
    QueueConfig& queue = config.queues[rng.next() % 2];
    const std::string name = "q" + std::to_string(rng.next());
    switch (rng.next() % 3) {
      case 0:
        queue.service_level.within = (1 + rng.next() % 60) * 1min;
        break;
      case 1:
        queue.renamed_from = std::exchange(queue.name, name);
        break;
      default:
        queue.renamed_from.clear();
        queue.name = name;
    }
  }

  // If there is one.
  void accept_offer(const std::string& agent) {
    const OfferId offer = look([&](const Engine& engine) {
      const State& state = engine.state();
      const AgentRef ref = state.find_agent(agent);
      if (!ref) return OfferId{};
      for (const AssignmentRef held : state[ref].assignments) {
        if (state[held].phase == AssignmentPhase::Offered) return state[held].offer;
      }
      return OfferId{};
    });
    if (offer != OfferId{}) ask(AcceptOffer{agent, offer});
  }

  // What the log on the disk calls for. The state before a record is the one after the record before it.
  HistoryRows rows_by_the_log() {
    HistoryOracle oracle;
    const auto store = disk_.open();
    Engine engine;
    EXPECT_TRUE(store
                    ->read_from(1,
                                [&](std::span<const LogRecord> records) {
                                  for (const LogRecord& record : records) {
                                    Command command;
                                    EXPECT_EQ(decode_command(record.payload, command), std::nullopt);
                                    oracle.see(command.at, engine.state());
                                    std::vector<Event> events;
                                    EXPECT_TRUE(engine.apply(command, events).accepted());
                                  }
                                  return true;
                                })
                    .ok());
    return oracle.rows();
  }
};

TEST_F(HistoryRowsTest, ARowIsDurableWithTheFirstRecordAfterTheBoundaryAndTellsWhatWasBeforeIt) {
  boot();
  ask(contact("c1"));
  ask(contact("c2"));
  ask(CancelContact{"c2"});
  clock_.set(kFirstBoundary);  // what happens at the boundary is after it
  run_ready();
  EXPECT_TRUE(disk_.history().empty()) << "no record yet";
  disk_.hold_syncs();
  const Pending pending = submit(contact("c3"));
  run_ready();
  ASSERT_TRUE(disk_.await_held_sync());
  EXPECT_TRUE(disk_.history().empty());
  disk_.let_syncs_pass();
  run_until([&] { return pending->has_value(); });
  ASSERT_EQ(disk_.history().size(), 1u) << "nothing happened in the other queue";
  const HistoryRow row = disk_.history()[0];
  EXPECT_EQ(row.queue, 0u);
  EXPECT_EQ(row.boundary_us, to_us(kFirstBoundary));
  const QueueSums sums = sums_of(row);
  EXPECT_EQ(sums.counters.offered, 2u);
  EXPECT_EQ(sums.counters.cancelled, 1u);
  EXPECT_EQ(sums.waiting, 1u);
  EXPECT_EQ(sums.waiting_late, 1u);
}

TEST_F(HistoryRowsTest, WhatWasRefusedOrOnlyLookedAtWritesNoRow) {
  boot();
  ask(contact("c1"));
  clock_.set(kFirstBoundary + 1min);
  EXPECT_TRUE(ask(CancelContact{"nobody"}).outcome.rejection);
  digest();
  EXPECT_TRUE(disk_.history().empty());
  clock_.set(kFirstBoundary + 2min);
  ask(ready_agent("ana"));
  EXPECT_EQ(disk_.history().size(), 1u);
}

TEST_F(HistoryRowsTest, AQueueInWhichNothingHappenedHasNoRow) {
  boot();
  ask(contact("c1"));
  ask(CancelContact{"c1"});
  for (int boundary = 0; boundary < 4; ++boundary) {
    clock_.set(kFirstBoundary + boundary * kHistoryStep);
    ask(contact("s" + std::to_string(boundary), "support"));
    ask(CancelContact{"s" + std::to_string(boundary)});
  }
  EXPECT_EQ(rows_of(0).size(), 1u);
  EXPECT_EQ(rows_of(1).size(), 3u) << "at each boundary but the first, before which nothing came";
}

// Else what happened before the first of them would seem to have happened before the last.
TEST_F(HistoryRowsTest, WhenTheClockPassesManyBoundariesTheRowIsAtTheFirst) {
  boot();
  ask(contact("c1"));
  ask(CancelContact{"c1"});
  clock_.set(kFirstBoundary + 7 * kHistoryStep + 1min);
  ask(contact("c2"));
  ASSERT_EQ(disk_.history().size(), 1u);
  EXPECT_EQ(disk_.history()[0].boundary_us, to_us(kFirstBoundary));
}

TEST_F(HistoryRowsTest, ContactsBecomeLateByTimeAloneAndHaveARowForIt) {
  TenantConfig config = small_config();
  config.queues[0].service_level.within = 20min;
  boot({}, start_config(config));
  clock_.set(kFirstBoundary - 1min);
  ask(contact("c1"));
  clock_.set(kFirstBoundary + 7 * kHistoryStep);
  ask(contact("c2"));
  ASSERT_EQ(disk_.history().size(), 2u);
  EXPECT_EQ(sums_of(disk_.history()[0]).waiting_late, 0u);
  EXPECT_EQ(disk_.history()[1].boundary_us, to_us(kFirstBoundary + 2 * kHistoryStep));
  EXPECT_EQ(sums_of(disk_.history()[1]).waiting_late, 1u);
}

TEST_F(HistoryRowsTest, AQueueThatIsRenamedGoesOnUnderItsNumber) {
  boot();
  ask(contact("c1"));
  TenantConfig config = small_config();
  config.queues[0].name = "inside_sales";
  config.queues[0].renamed_from = "sales";
  clock_.set(kFirstBoundary);
  ask(ApplyConfig{0, config});
  ask(contact("c2", "inside_sales"));
  clock_.set(kFirstBoundary + kHistoryStep);
  ask(contact("c3", "inside_sales"));
  ASSERT_EQ(rows_of(0).size(), 2u);
  EXPECT_EQ(rows_of(1).size(), 0u);
  EXPECT_EQ(sums_of(rows_of(0)[1]).counters.offered, 2u);
}

TEST_F(HistoryRowsTest, AfterACrashTheRowsAreThereOrAreMadeByTheStart) {
  boot();
  ask(contact("c1"));
  crash();
  clock_.set(kFirstBoundary + 1min);
  boot();  // RouterRestarted is the first record after the boundary
  EXPECT_EQ(disk_.history(), rows_by_the_log());
  EXPECT_EQ(disk_.history().size(), 1u);
  crash();
  boot();
  EXPECT_EQ(disk_.history().size(), 1u) << "the same sums again";
}

TEST_F(HistoryRowsTest, WhatWasNotSyncedComesAgainWithTheNextRecord) {
  boot();
  ask(contact("c1"));
  clock_.set(kFirstBoundary);
  disk_.hold_syncs();
  submit(contact("c2"));
  run_ready();
  ASSERT_TRUE(disk_.await_held_sync());
  disk_.fail_next_sync({StoreErrorKind::Io, "the disk is gone", 0});
  disk_.let_syncs_pass();
  run_until([&] { return failure_.has_value(); });
  crash();
  EXPECT_TRUE(disk_.history().empty());
  clock_.set(kFirstBoundary + 2 * kHistoryStep);
  boot();
  ASSERT_EQ(disk_.history().size(), 1u);
  EXPECT_EQ(disk_.history()[0].boundary_us, to_us(kFirstBoundary));
  EXPECT_EQ(disk_.history(), rows_by_the_log());
}

// They cannot have come with a record of this log.
TEST_F(HistoryRowsTest, RowsOfAQueueOrATimeThatTheLogDoesNotKnowAreDamage) {
  boot();
  ask(contact("c1"));
  crash();
  const std::string sums = encode_sums(QueueSums{.waiting = 1});
  const auto refused_with = [&](const HistoryRow& row) {
    const std::unique_ptr<Store> store = disk_.open();
    EXPECT_TRUE(store->append_history(std::vector<HistoryRow>{row}).ok());
    EXPECT_TRUE(store->sync().ok());
    auto outcome = recover_from_disk();
    disk_.forget_history();
    const auto* error = std::get_if<RecoveryError>(&outcome);
    return error != nullptr && error->kind == RecoveryError::Kind::Damaged ? error->message : "served";
  };
  const std::int64_t now = to_us(kMorning);
  EXPECT_EQ(refused_with({0, now, sums}), "served");
  EXPECT_EQ(refused_with({0, now + 1, sums}),
            "history of queue 0 at " + std::to_string(now + 1) + " us: the log ends before it");
  const std::uint32_t nobodys = std::numeric_limits<std::uint32_t>::max();
  EXPECT_EQ(refused_with({nobodys, now, sums}),
            "history of queue 4294967295 at " + std::to_string(now) + " us: the log has made no such queue");
}

TEST_F(HistoryRowsTest, WhateverHappensTheyAreThoseThatTheLogCallsFor) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Rng rng{seed};
    const auto chance = [&](std::uint64_t percent) { return rng.next() % 100 < percent; };
    TenantConfig config = small_config();
    config.queues[1].service_level.within = 40min;
    config.queues[1].max_wait = 3h;
    config.removed_queues = RemovedQueues::Drain;
    RouterLoopOptions options;
    options.snapshot_every = 50;
    options.keep_log = 1'000'000;
    options.heartbeat_timeout = 24h;
    const StartConfig file{config, "file of seed " + std::to_string(seed)};
    boot(options, file);
    for (int step = 0; step < 300; ++step) {
      const std::string id = "s" + std::to_string(seed) + "c" + std::to_string(rng.next() % 60);
      const std::string agent = "a" + std::to_string(rng.next() % 3);
      if (chance(40)) ask(contact(id, config.queues[rng.next() % 2].name));
      if (chance(5)) {
        change_a_queue(rng, config);
        EXPECT_TRUE(ask(ApplyConfig{0, config}).outcome.accepted());
      }
      if (chance(20)) ask(CancelContact{id});
      if (chance(10)) ask(ready_agent(agent));
      if (chance(70)) accept_offer(agent);
      if (chance(20)) ask(EndContact{id});
      clock_.advance(chance(5) ? Duration((rng.next() % 300) * 1min) : Duration((rng.next() % 400) * 1s));
      run_ready();
      if (chance(3)) {
        // Some of it is durable by then, some is not.
        for (int i = 0; i < 4; ++i) submit(contact(id + "_" + std::to_string(i), config.queues[0].name));
        run_ready();
        crash();
        boot(options, file);
      }
    }
    ASSERT_TRUE(stop());
    crash();
    ASSERT_GT(disk_.history().size(), 50u * seed);
    ASSERT_EQ(disk_.history(), rows_by_the_log()) << "seed " << seed;
  }
}

TEST_F(HistoryRowsTest, OldRowsArePrunedWhileTheRouterServes) {
  RouterLoopOptions options;
  options.keep_history = 1h;
  boot(options);
  for (int boundary = 0; boundary < 20; ++boundary) {
    ask(contact("c" + std::to_string(boundary)));
    clock_.set(kFirstBoundary + boundary * kHistoryStep);
  }
  ask(contact("c"));
  ASSERT_TRUE(stop()) << "answers do not wait for pruning";
  const HistoryRows kept = disk_.history();
  // The newest is at boundary 19, the one an hour before it at 15.
  ASSERT_EQ(kept.front().boundary_us, to_us(kFirstBoundary + 15 * kHistoryStep));
  EXPECT_EQ(kept.size(), 5u);
  const auto answer =
      disk_.open()->read_history(0, std::vector<std::int64_t>{to_us(kFirstBoundary + 14 * kHistoryStep),
                                                              to_us(kFirstBoundary + 15 * kHistoryStep)});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->since_us, to_us(kFirstBoundary + 15 * kHistoryStep));
  EXPECT_EQ(answer->rows[0], std::nullopt);
  EXPECT_EQ(answer->rows[1], kept.front());
}

TEST_F(HistoryRowsTest, AQuestionIsAnsweredFromWhatIsDurable) {
  boot();
  ask(contact("c1"));
  clock_.set(kFirstBoundary);
  ask(contact("c2"));
  std::optional<HistoryAnswer> answer;
  const auto at = [&](Time time) {
    answer.reset();
    loop_->ask_history({QueueRef{0}, {to_us(time)}, [&, this](Result<HistoryAnswer> found) {
                          boost::asio::post(io_, [&, found = std::move(found)] { answer = *found; });
                        }});
    run_until([&] { return answer.has_value(); });
    return answer->rows.at(0);
  };
  EXPECT_EQ(at(kFirstBoundary - 1min), std::nullopt);
  EXPECT_EQ(at(kFirstBoundary), disk_.history()[0]);
  EXPECT_EQ(at(kFirstBoundary + 3h), disk_.history()[0]);
  EXPECT_EQ(answer->since_us, kHistoryComplete);
}

}  // namespace
}  // namespace cordboard
