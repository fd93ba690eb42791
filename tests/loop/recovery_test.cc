#include "router/loop/recovery.h"

#include <gtest/gtest.h>

#include <ctime>

#include "router/codec/storage_codec.h"
#include "router/loop/snapshot_saver.h"
#include "router/store/sqlite_store.h"
#include "tests/loop/loop_testing.h"
#include "tests/loop/temp_directory.h"

namespace cordboard {
namespace {

using testing::contact;
using testing::kMorning;
using testing::LoopTest;
using testing::ready_agent;
using testing::small_config;
using testing::start_config;

class RecoveryTest : public LoopTest {
 protected:
  // Some of everything: waiting, offered, connected, in wrap-up, ended, rejected and repeated.
  void work_a_little() {
    for (const char* agent : {"ana", "ben", "cho"}) ask(ready_agent(agent));
    for (int i = 0; i < 10; ++i) {
      ask(contact("c" + std::to_string(i)), "r" + std::to_string(i));
      clock_.advance(1s);
    }
    ask(AcceptOffer{"ana", offer_to("ana")});
    ask(AcceptOffer{"ben", offer_to("ben")});
    ask(EndContact{"c1", "ben"});
    ask(CancelContact{"c9"});
    ask(CancelContact{"nobody"});
    ask(contact("c5"), "r5");
    clock_.advance(15s);  // cho lets it ring
    run_until([&] { return recorder_.staged.back().at == clock_.now(); });
  }

  // The state as a new engine.
  Engine copy_of_engine() {
    const std::string bytes = look([](const Engine& engine) { return engine.snapshot(); });
    Engine copy;
    EXPECT_EQ(copy.restore(bytes), std::nullopt);
    return copy;
  }

  Recovered recovered(std::optional<StartConfig> config = start_config()) {
    auto outcome = recover_from_disk(std::move(config));
    if (auto* error = std::get_if<RecoveryError>(&outcome)) {
      ADD_FAILURE() << error->message;
      return {};
    }
    return std::move(std::get<Recovered>(outcome));
  }
  RecoveryError failed(std::optional<StartConfig> config = start_config()) {
    auto outcome = recover_from_disk(std::move(config));
    if (std::holds_alternative<Recovered>(outcome)) {
      ADD_FAILURE() << "recovered";
      return {};
    }
    return std::get<RecoveryError>(outcome);
  }

  // Does to a copy of the engine what a start does to the state.
  void restart(Engine& engine) {
    std::vector<Event> events;
    ASSERT_TRUE(engine.apply({clock_.now(), {}, RouterRestarted{}}, events).accepted());
    if (engine.next_deadline() <= clock_.now()) engine.apply({clock_.now(), {}, AdvanceTime{}}, events);
  }
};

TEST_F(RecoveryTest, AFirstStartBeginsTheLogWithItsConfiguration) {
  const Recovered first = recovered();
  EXPECT_EQ(first.last_sequence, 1u);
  EXPECT_TRUE(first.config_applied);
  EXPECT_EQ(first.config_version, 1u);
  ASSERT_EQ(disk_.configs().size(), 1u);
  EXPECT_EQ(disk_.configs().front().text, "text of the file");
  EXPECT_EQ(disk_.configs().front().source, "file");
  Command command;
  ASSERT_EQ(decode_command(disk_.records().front(), command), std::nullopt);
  EXPECT_TRUE(std::holds_alternative<ApplyConfig>(command.body));
}

TEST_F(RecoveryTest, TheRecoveredStateIsTheStateBeforeTheCrash) {
  boot();
  work_a_little();
  Engine expected = copy_of_engine();
  crash();
  restart(expected);
  const Recovered after = recovered();
  EXPECT_EQ(after.engine.digest(), expected.digest());
  EXPECT_EQ(after.engine.check_invariants(), std::vector<std::string>{});
  EXPECT_GT(after.replayed, 10u);
}

TEST_F(RecoveryTest, ASnapshotAndTheTailGiveTheSameStateAsTheWholeLog) {
  boot({.snapshot_every = 7, .keep_log = SnapshotSaver::kKeepAll});
  work_a_little();
  EXPECT_TRUE(stop());
  crash();
  ASSERT_FALSE(disk_.snapshots().empty());
  const Recovered short_way = recovered();
  // The same log again, without what the first recovery added at its end.
  disk_.forget_snapshots();
  const Recovered long_way = recovered();
  EXPECT_GT(long_way.replayed, short_way.replayed);
  Engine expected;
  ASSERT_EQ(expected.restore(short_way.engine.snapshot()), std::nullopt);
  restart(expected);
  EXPECT_EQ(long_way.engine.digest(), expected.digest());
}

TEST_F(RecoveryTest, RecoveringTwiceInARowChangesNothingMore) {
  boot();
  work_a_little();
  crash();
  const std::uint64_t first = recovered().engine.digest();
  EXPECT_EQ(recovered().engine.digest(), first);
}

// ---- What a restart does ----

TEST_F(RecoveryTest, ARestartRescindsOffersAndEverybodyKeepsTheirPlace) {
  boot();
  ask(ready_agent("ana"));
  for (const char* id : {"c1", "c2", "c3"}) {
    ask(contact(id));
    clock_.advance(1s);
  }
  EXPECT_EQ(state_of("c1"), ContactState::Offered);
  const OfferId before = offer_to("ana");
  crash();
  boot();
  EXPECT_EQ(state_of("c1"), ContactState::Waiting);
  EXPECT_EQ(activity_of("ana"), AgentActivity::Disconnected);
  EXPECT_EQ(ask(AcceptOffer{"ana", before}).outcome.rejection->reason, RejectReason::OfferFinished);
  for (const char* id : {"c1", "c2", "c3"}) {
    ask(ready_agent("ana"));
    EXPECT_EQ(state_of(id), ContactState::Offered) << id;
    ask(CancelContact{id});
  }
}

TEST_F(RecoveryTest, OffersThatRanOutWhileNobodyServedAreNoRingNoAnswer) {
  boot();
  ask(ready_agent("ana"));
  ask(contact("c1"));
  crash();
  clock_.advance(30s);
  boot();
  EXPECT_EQ(activity_of("ana"), AgentActivity::Disconnected);
  ask(ready_agent("ana"));
  EXPECT_EQ(activity_of("ana"), AgentActivity::Offered);
}

TEST_F(RecoveryTest, AfterALongOutageEverybodyHasTheWholeGraceToComeBack) {
  boot();
  bool opened = false;
  loop_->gateway_opened("pbx", [&](const Answer&) { opened = true; });
  run_until([&] { return opened; });
  SubmitContact from_gateway = contact("c1");
  from_gateway.gateway = "pbx";
  ask(ready_agent("ana"));
  ask(from_gateway);
  ask(AcceptOffer{"ana", offer_to("ana")});
  crash();
  clock_.advance(1h);
  boot();
  EXPECT_EQ(state_of("c1"), ContactState::Connected);
  ask(ready_agent("ana"));
  EXPECT_EQ(activity_of("ana"), AgentActivity::Handling);
}

TEST_F(RecoveryTest, WhatFellDueMeanwhileHappensAtTheStart) {
  TenantConfig config = small_config();
  config.queues[0].max_wait = 60s;
  boot({}, start_config(config));
  ask(contact("c1"));
  crash();
  clock_.advance(61s);
  boot({}, start_config(config));
  EXPECT_EQ(state_of("c1"), ContactState::Expired);
}

TEST_F(RecoveryTest, AClockThatWasSetBackDoesNotStopTheDeadlines) {
  boot();
  ask(ready_agent("ana"));
  clock_.advance(2h);
  ask(contact("c0"));
  crash();
  clock_.set(kMorning);
  boot();
  ask(ready_agent("ana"));
  EXPECT_EQ(state_of("c0"), ContactState::Offered);
  clock_.advance(15s);
  run_until([&] {
    const auto* ended = recorder_.last<OfferEnded>();
    return ended != nullptr && ended->state == OfferState::Expired;
  });
  EXPECT_GE(recorder_.staged.back().at, kMorning + 2h + 15s);
}

// ---- Configuration ----

TEST_F(RecoveryTest, TheSameConfigurationIsNotAppliedAgain) {
  recovered();
  const Recovered again = recovered();
  EXPECT_FALSE(again.config_applied);
  EXPECT_EQ(again.config_version, 1u);
  EXPECT_EQ(disk_.configs().size(), 1u);
}

TEST_F(RecoveryTest, AnotherConfigurationIsTheNextVersion) {
  recovered();
  TenantConfig changed = small_config();
  changed.queues[0].offer_timeout = 20s;
  const Recovered again = recovered(start_config(changed));
  EXPECT_TRUE(again.config_applied);
  EXPECT_EQ(again.config_version, 2u);
  EXPECT_EQ(again.engine.state().config.queues[0].offer_timeout, 20s);
  EXPECT_EQ(disk_.configs().back().version, 2u);
}

TEST_F(RecoveryTest, WithoutAConfigurationTheLogDecides) {
  recovered();
  const Recovered again = recovered(std::nullopt);
  EXPECT_FALSE(again.config_applied);
  EXPECT_EQ(again.engine.state().config.queues.size(), 2u);
}

TEST_F(RecoveryTest, AConfigurationThatDoesNotFitStopsTheStartAndLeavesTheLogAlone) {
  boot();
  ask(contact("c1"));
  crash();
  const auto before = disk_.records();
  TenantConfig without_sales = small_config();
  without_sales.queues.erase(without_sales.queues.begin());
  const RecoveryError error = failed(start_config(without_sales));
  EXPECT_EQ(error.kind, RecoveryError::Kind::ConfigRejected);
  EXPECT_NE(error.message.find("queue_in_use"), std::string::npos) << error.message;
  EXPECT_EQ(disk_.records(), before);
  recovered();
}

// ---- Damage ----

class DamageTest : public RecoveryTest {
 protected:
  // Records: 1 configuration, 2 c1, 3 c2, 4 cancel c1.
  void SetUp() override {
    boot();
    ask(contact("c1"));
    clock_.advance(1s);
    ask(contact("c2"));
    ask(CancelContact{"c1"});
    crash();
  }
  void write(std::uint64_t sequence, const Command& command) {
    std::string record;
    encode_command(command, record);
    disk_.replace_record(sequence, record);
  }
  void expect_damage(std::uint64_t sequence, const std::string& what) {
    const auto before = disk_.records();
    const RecoveryError error = failed();
    EXPECT_EQ(error.kind, RecoveryError::Kind::Damaged);
    EXPECT_EQ(error.position, sequence);
    EXPECT_NE(error.message.find("record " + std::to_string(sequence)), std::string::npos) << error.message;
    EXPECT_NE(error.message.find(what), std::string::npos) << error.message;
    EXPECT_EQ(disk_.records(), before);
  }
};

TEST_F(DamageTest, ARecordThatCannotBeReadStopsTheStartWithItsPosition) {
  disk_.replace_record(3, "\xff\xff\xff");
  expect_damage(3, "");
}

TEST_F(DamageTest, ARecordThatTheEngineRefusesStopsTheStart) {
  write(4, {kMorning + 1s, {}, CancelContact{"c9"}});
  expect_damage(4, "unknown_contact");
}

TEST_F(DamageTest, ARecordThatRepeatsAnotherStopsTheStart) {
  write(3, {kMorning, {}, contact("c1")});
  expect_damage(3, "before");
}

TEST_F(DamageTest, TimeThatGoesBackStopsTheStart) {
  write(4, {kMorning, {}, CancelContact{"c1"}});
  expect_damage(4, "time");
}

TEST_F(DamageTest, ACommandThatSkipsADeadlineStopsTheStart) {
  write(4, {kMorning + 1000h, {}, CancelContact{"c1"}});
  expect_damage(4, "due");
}

TEST_F(DamageTest, ASnapshotThatCannotBeReadStopsTheStart) {
  boot();
  EXPECT_TRUE(stop());
  crash();
  disk_.replace_snapshot("no snapshot");
  const RecoveryError error = failed();
  EXPECT_EQ(error.kind, RecoveryError::Kind::Damaged);
  EXPECT_EQ(error.position, disk_.durable_sequence());
}

class RequestedConfigTest : public RecoveryTest {
 protected:
  static StartConfig file(Duration priority_point, std::string text) {
    StartConfig start = start_config();
    start.config.priority_point = priority_point;
    start.text = std::move(text);
    return start;
  }
  // Applies the configuration by a request and crashes.
  void request(Duration priority_point, const std::string& text) {
    bool applied = false;
    Request request{.body = ApplyConfig{0, file(priority_point, text).config}, .config_text = text};
    request.reply = [&](const Answer& answer) { applied = answer.outcome.accepted(); };
    ASSERT_EQ(loop_->submit(std::move(request)), Admission::Admitted);
    run_until([&] { return applied; });
    crash();
  }
  static Duration in_force(const Recovered& recovered) {
    return recovered.engine.state().config.priority_point;
  }
};

TEST_F(RequestedConfigTest, ItStaysUntilTheFileChanges) {
  boot({}, file(1s, "one"));
  request(3s, "three");
  const Recovered same = recovered(file(1s, "one"));
  EXPECT_FALSE(same.config_applied);
  EXPECT_EQ(in_force(same), 3s);
  EXPECT_EQ(disk_.configs().back().origin, ConfigOrigin::Request);
  EXPECT_EQ(in_force(recovered(file(1s, "one, with another comment"))), 1s);
  EXPECT_EQ(disk_.configs().back().origin, ConfigOrigin::File);
}

// The file that a start was given counts, also when it changed nothing.
TEST_F(RequestedConfigTest, ItStaysAfterTheFileCaughtUpWithAnEarlierRequest) {
  boot({}, file(1s, "one"));
  request(3s, "three");
  boot({}, file(3s, "three"));
  request(5s, "five");
  EXPECT_EQ(in_force(recovered(file(3s, "three"))), 5s);
}

TEST_F(RequestedConfigTest, ItStaysWhenTheVersionOfTheFileIsNotKeptAnyMore) {
  boot({}, file(1s, "one"));
  request(3s, "three");
  auto versions = disk_.configs();
  versions.erase(versions.begin());
  disk_.replace_configs(versions);
  EXPECT_EQ(in_force(recovered(file(1s, "one"))), 3s);
}

TEST_F(RequestedConfigTest, AnUnchangedFileThatNowMeansSomethingElseIsApplied) {
  StartConfig called_rpc = file(1s, "one");
  called_rpc.source = "rpc: a";
  recovered(called_rpc);
  called_rpc.config.priority_point = 2s;  // the same text read by a release with another default
  EXPECT_EQ(in_force(recovered(called_rpc)), 2s);
}

TEST_F(DamageTest, AConfigurationVersionThatIsMissingStopsTheStartAndNamesBoth) {
  disk_.replace_configs({});
  expect_damage(4, "applies configuration version 1, and the newest one stored is 0");
}

TEST_F(DamageTest, AConfigurationVersionThatTheLogDoesNotKnowStopsTheStartAndNamesBoth) {
  auto versions = disk_.configs();
  versions.push_back({2, 0, "rpc", "two"});
  disk_.replace_configs(versions);
  expect_damage(4, "applies configuration version 1, and the newest one stored is 2");
}

// ---- On the real store ----

// A start with a full house takes two seconds at most. Sanitizers and debug builds, some ten times slower,
// get a tenth of the house. Processor time is what is judged: a busy machine is nobody's fault here.
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
constexpr int kFullHouse = 100'000;
#else
constexpr int kFullHouse = 10'000;
#endif
constexpr double kStartBudgetSeconds = 2;

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

class SqliteRecoveryTest : public RecoveryTest {
 protected:
  void boot_on_sqlite(RouterLoopOptions options = {}) {
    const double start = processor_seconds();
    auto store = open_sqlite_store({.directory = directory_.path()});
    ASSERT_TRUE(store.ok()) << store.error().message;
    auto outcome = recover(**store, clock_, start_config());
    if (auto* error = std::get_if<RecoveryError>(&outcome)) FAIL() << error->message;
    report_.replayed = std::get<Recovered>(outcome).replayed;
    loop_ =
        std::make_unique<RouterLoop>(io_, clock_, std::move(*store), std::move(std::get<Recovered>(outcome)),
                                     options, [](const StoreError& error) { FAIL() << error.message; });
    loop_->start();
    run_until([&] { return loop_->gauges().serving; });
    seconds_to_ready_ = processor_seconds() - start;
  }

  void fill_the_house() {
    int answered = 0;
    for (int first = 0; first < kFullHouse; first += 500) {
      std::vector<Request> requests(500);
      for (int i = 0; i < 500; ++i) {
        auto& request = requests[static_cast<std::size_t>(i)];
        request.body = contact("c" + std::to_string(first + i));
        request.reply = [&answered](const Answer& answer) { answered += answer.outcome.accepted() ? 1 : 0; };
      }
      ASSERT_EQ(loop_->submit(std::move(requests)), Admission::Admitted);
      run_until([&] { return answered == first + 500; });
    }
  }

  std::uint32_t waiting() {
    return look([](const Engine& engine) { return engine.state().queues[0].waiting; });
  }

  testing::TempDirectory directory_;
  double seconds_to_ready_ = 0;
};

TEST_F(SqliteRecoveryTest, AFullHouseIsBackInTimeByReplay) {
  boot_on_sqlite();
  fill_the_house();
  crash();
  boot_on_sqlite();
  RecordProperty("seconds_to_ready", std::to_string(seconds_to_ready_));
  EXPECT_GT(report_.replayed, static_cast<std::uint64_t>(kFullHouse));
  EXPECT_EQ(waiting(), static_cast<std::uint32_t>(kFullHouse));
  EXPECT_LT(seconds_to_ready_, kStartBudgetSeconds);
}

TEST_F(SqliteRecoveryTest, AFullHouseIsBackInTimeFromASnapshot) {
  boot_on_sqlite();
  fill_the_house();
  EXPECT_TRUE(stop());
  crash();
  boot_on_sqlite();
  RecordProperty("seconds_to_ready", std::to_string(seconds_to_ready_));
  EXPECT_EQ(report_.replayed, 0u);
  EXPECT_EQ(waiting(), static_cast<std::uint32_t>(kFullHouse));
  EXPECT_LT(seconds_to_ready_, kStartBudgetSeconds);
}

TEST_F(SqliteRecoveryTest, TheStateIsTheSameAfterStoppingAndAfterACrash) {
  boot_on_sqlite();
  ask(ready_agent("ana"));
  ask(contact("c1"));
  ask(AcceptOffer{"ana", offer_to("ana")});
  ask(contact("c2"));
  Engine expected = copy_of_engine();
  EXPECT_TRUE(stop());
  crash();
  restart(expected);
  boot_on_sqlite();
  EXPECT_EQ(digest(), expected.digest());
  crash();
  boot_on_sqlite();
  EXPECT_EQ(digest(), expected.digest());
}

}  // namespace
}  // namespace cordboard
