// What it costs to make commands durable and to come back from them: real stores in a directory of the disk
// that holds TMPDIR, with the sync of production.

#include <benchmark/benchmark.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "agents-sim/base/temporary_directory.h"
#include "router/codec/storage_codec.h"
#include "router/codec/storage_snapshot.h"
#include "router/core/assert.h"
#include "router/core/engine.h"
#include "router/core/state.h"
#include "router/loop/clock.h"
#include "router/loop/recovery.h"
#include "router/store/sqlite_store.h"

namespace cordboard {
namespace {

constexpr std::uint32_t kAgents = 1'000;

std::unique_ptr<Store> open_store(const std::string& directory) {
  auto opened = open_sqlite_store({.directory = directory});
  return opened.ok() ? std::move(*opened) : nullptr;
}

void must(const Result<void>& result) { CB_ASSERT(result.ok(), "%s", result.error().message.c_str()); }

// A busy centre whose commands go to a log: contacts wait, agents take them one after the other.
class LoggedCentre {
 public:
  explicit LoggedCentre(Store& store) : store_(store) {
    TenantConfig config;
    config.queues.emplace_back().name = "sales";
    apply(ApplyConfig{1, config});
    must(store_.append_config_version({1, 0, "file", "queues: [{name: sales}]"}));
    for (std::uint32_t i = 0; i < kAgents; ++i) {
      apply(Login{"agent-" + std::to_string(i), AgentProfile{}, true});
    }
  }

  void submit(std::uint64_t contacts) {
    for (std::uint64_t i = 0; i < contacts; ++i) submit_one();
  }

  // One arrives and one is served, again and again, until the log has this many records more.
  void serve(std::uint64_t records) {
    const std::uint64_t end = sequence_ + records;
    while (sequence_ < end) {
      submit_one();
      const Offered next = offers_.front();
      offers_.pop_front();
      apply(AcceptOffer{next.agent, next.offer});
      apply(EndContact{next.contact, next.agent});
      apply(FinishWrapUp{next.agent, next.contact});
    }
  }

  void save_snapshot() {
    flush();
    const StoredSnapshot snapshot{sequence_, 1, now_, engine_.snapshot(), engine_.digest()};
    must(store_.save_snapshot(sequence_, snapshot_head(snapshot) + snapshot.engine_state));
  }

  void flush() {
    const std::vector<std::string_view> views(records_.begin(), records_.end());
    must(store_.append(sequence_ + 1 - views.size(), views, store_.open_epoch()));
    must(store_.sync());
    records_.clear();
  }

 private:
  struct Offered {
    std::string agent;
    OfferId offer;
    std::string contact;
  };

  void submit_one() { apply(SubmitContact{.contact = "c" + std::to_string(++contacts_), .queue = "sales"}); }

  void apply(CommandBody body) {
    now_ += Duration{1};
    const Command command{now_, "", std::move(body)};
    events_.clear();
    engine_.apply(command, events_);
    encode_command(command, records_.emplace_back());
    ++sequence_;
    const State& state = engine_.state();
    for (const Event& event : events_) {
      const auto* offer = std::get_if<OfferCreated>(&event);
      if (offer == nullptr) continue;
      offers_.push_back({state[offer->agent].id, offer->offer, state[offer->contact].id});
    }
    if (records_.size() == 1'000) flush();
  }

  Store& store_;
  Engine engine_;
  std::vector<Event> events_;
  std::vector<std::string> records_;  // not yet in the store
  std::deque<Offered> offers_;
  std::uint64_t contacts_ = 0;
  std::uint64_t sequence_ = 0;
  Time now_ = SystemClock().now();
};

// Items are records of a submit, about 50 bytes; a group is what one sync makes durable.
void AppendDurably(benchmark::State& state) {
  const sim::TemporaryDirectory directory("cordboard-bench");
  const auto store = open_store(directory.path());
  std::uint64_t sequence = 0;
  std::vector<std::string> records(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    for (std::string& record : records) {
      record.clear();
      encode_command({Time{Duration{static_cast<std::int64_t>(++sequence)}}, "",
                      SubmitContact{.contact = "contact-" + std::to_string(sequence), .queue = "sales"}},
                     record);
    }
    const std::vector<std::string_view> views(records.begin(), records.end());
    if (!store->append(sequence + 1 - views.size(), views, store->open_epoch()).ok() || !store->sync().ok()) {
      return state.SkipWithError("the store failed");
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(sequence));
}
BENCHMARK(AppendDurably)->ArgName("group")->Arg(1)->Arg(100)->Arg(1'000)->UseRealTime();

// Opening the store, which verifies it, the snapshot of `live` contacts and the replay of `records`.
void Recover(benchmark::State& state) {
  const sim::TemporaryDirectory directory("cordboard-bench");
  {
    const auto store = open_store(directory.path());
    LoggedCentre centre(*store);
    centre.submit(static_cast<std::uint64_t>(state.range(0)));
    centre.save_snapshot();
    centre.serve(static_cast<std::uint64_t>(state.range(1)));
    centre.flush();
  }
  const SystemClock clock;
  for (auto _ : state) {
    const auto store = open_store(directory.path());
    const auto recovered = recover(*store, clock, std::nullopt);
    const auto* done = std::get_if<Recovered>(&recovered);
    if (done == nullptr) return state.SkipWithError(std::get<RecoveryError>(recovered).message.c_str());
    if (done->engine.state().live_contacts < state.range(0))
      return state.SkipWithError("contacts are missing");
    state.counters["replayed"] = static_cast<double>(done->replayed);
  }
  state.SetItemsProcessed(state.iterations() * state.range(1));
}
BENCHMARK(Recover)
    ->ArgNames({"live", "records"})
    ->Args({100'000, 1'000})
    ->Args({100'000, 1'000'000})
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1)
    ->UseRealTime();

}  // namespace
}  // namespace cordboard
