// What history costs: the routing thread at a boundary, the store for the rows and for an answer, and bytes.
// Real stores in a directory of the disk that holds TMPDIR, with the sync of production.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agents-sim/base/temporary_directory.h"
#include "router/codec/storage_history.h"
#include "router/core/assert.h"
#include "router/core/engine.h"
#include "router/core/state.h"
#include "router/loop/history_recorder.h"
#include "router/store/sqlite_store.h"

namespace cordboard {
namespace {

constexpr std::int64_t kStepUs = to_us(kHistoryStep);

// So many queues, in each of which so many contacts wait, and at the next boundary so many percent of them
// too long.
Engine waiting_centre(std::int64_t queues, std::int64_t contacts, std::int64_t late) {
  Engine engine;
  std::vector<Event> events;
  Time now = time_from_us(1'700'000'000'000'000);
  const auto apply = [&](CommandBody body) {
    const Outcome outcome = engine.apply({now, {}, std::move(body)}, events);
    CB_ASSERT(outcome.accepted(), "refused");
    events.clear();
  };
  TenantConfig config;
  for (std::int64_t i = 0; i < queues; ++i) config.queues.emplace_back().name = "q" + std::to_string(i);
  apply(ApplyConfig{1, config});
  const Time just_before = boundary_before(now) + kHistoryStep - 1s;
  for (std::int64_t i = 0; i < queues * contacts; ++i) {
    if (i == queues * contacts * late / 100) now = just_before;
    SubmitContact contact;
    contact.contact = "c" + std::to_string(i);
    contact.queue = "q" + std::to_string(i % queues);
    apply(std::move(contact));
  }
  return engine;
}

// What the routing thread does before the first record after a boundary when every queue changed.
void BM_CopyAtABoundary(benchmark::State& run) {
  const Engine engine = waiting_centre(run.range(0), run.range(1), run.range(2));
  const Time boundary = boundary_before(engine.now()) + kHistoryStep;
  std::size_t rows = 0;
  for (auto _ : run) {
    run.PauseTiming();
    HistoryRecorder recorder;
    run.ResumeTiming();
    recorder.before(engine.state(), boundary);
    rows = recorder.recorded().size();
  }
  CB_ASSERT(rows == static_cast<std::size_t>(run.range(0)), "%zu rows", rows);
}
BENCHMARK(BM_CopyAtABoundary)
    ->ArgNames({"queues", "waiting", "late"})
    ->Args({200, 5, 100})
    ->Args({1'000, 5, 100})
    ->Args({1'000, 100, 100})
    ->Args({1'000, 100, 50})
    ->Args({1, 100'000, 100})
    ->Args({1, 100'000, 50})
    ->Unit(benchmark::kMicrosecond);

// Of a queue that served 200,000 contacts and in which every sum is in use.
std::string busy_sums() {
  constexpr std::uint64_t kContacts = 200'000;
  QueueSums sums{.waiting = 20, .waiting_late = 3};
  QueueCounters& c = sums.counters;
  for (auto* sum :
       {&c.offered, &c.answered, &c.answered_within, &c.handled, &c.completed, &c.offers, &c.offers_accepted})
    *sum = kContacts;
  for (auto* sum : {&c.abandoned, &c.abandoned_within, &c.abandoned_short, &c.overflowed, &c.expired,
                    &c.cancelled, &c.deferred, &c.transferred_in, &c.transferred_out, &c.offers_declined,
                    &c.offers_expired, &c.offers_rescinded, &c.callbacks_requested, &c.callbacks_dialed,
                    &c.callbacks_connected, &c.callbacks_failed, &c.promises_broken, &c.redials})
    *sum = kContacts / 20;
  for (auto* sum : {&c.wait_answered_us, &c.wait_abandoned_us, &c.connected_us, &c.wrap_up_us})
    *sum = kContacts * 60'000'000;
  c.answered_waits.fill(kContacts / 16);
  c.abandoned_waits.fill(kContacts / 320);
  return encode_sums(sums);
}

class HistoryStore {
 public:
  explicit HistoryStore(std::int64_t queues) : queues_(queues) {
    auto opened = open_sqlite_store({.directory = directory_.path()});
    CB_ASSERT(opened.ok(), "%s", opened.error().message.c_str());
    store_ = std::move(*opened);
  }

  Store& store() { return *store_; }
  std::int64_t now_us() const { return now_us_; }
  // What the rows take when the write-ahead log is in the database. Nothing can be written after it.
  double disk_bytes_of_a_row() {
    store_.reset();
    const auto bytes = std::filesystem::file_size(std::filesystem::path(directory_.path()) / "cordboard.db");
    return static_cast<double>(bytes) / static_cast<double>(rows_);
  }

  // At the next boundary.
  std::vector<HistoryRow> next_rows() {
    now_us_ += kStepUs;
    std::vector<HistoryRow> rows;
    for (std::int64_t queue = 0; queue < queues_; ++queue)
      rows.push_back({static_cast<std::uint32_t>(queue), now_us_, sums_});
    rows_ += rows.size();
    return rows;
  }
  void write(const std::vector<HistoryRow>& rows) {
    const auto staged = store_->append_history(rows);
    CB_ASSERT(staged.ok(), "%s", staged.error().message.c_str());
    const auto synced = store_->sync();
    CB_ASSERT(synced.ok(), "%s", synced.error().message.c_str());
  }

 private:
  const sim::TemporaryDirectory directory_{"history"};
  const std::int64_t queues_;
  const std::string sums_ = busy_sums();
  std::unique_ptr<Store> store_;
  std::int64_t now_us_ = 1'699'999'200'000'000;
  std::uint64_t rows_ = 0;
};

// The rows of one boundary, staged and synced: for so long other records wait for their sync.
void BM_WriteRowsOfABoundary(benchmark::State& run) {
  HistoryStore history(run.range(0));
  for (auto _ : run) {
    run.PauseTiming();
    const std::vector<HistoryRow> rows = history.next_rows();
    run.ResumeTiming();
    history.write(rows);
  }
  run.counters["bytes_of_a_row"] = static_cast<double>(busy_sums().size());
  run.counters["disk_bytes_of_a_row"] = history.disk_bytes_of_a_row();
}
BENCHMARK(BM_WriteRowsOfABoundary)
    ->ArgName("queues")
    ->Arg(20)
    ->Arg(200)
    ->Arg(1'000)
    ->Iterations(96)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// A thousand quarters of an hour, ten days, of one of 20 queues that are never idle.
void BM_ReadAThousandInstants(benchmark::State& run) {
  HistoryStore history(20);
  for (int i = 0; i < 1'001; ++i) history.write(history.next_rows());
  std::vector<std::int64_t> instants;
  for (std::int64_t i = 1'000; i >= 0; --i) instants.push_back(history.now_us() - i * kStepUs);
  for (auto _ : run) {
    const auto answer = history.store().read_history(7, instants);
    CB_ASSERT(answer.ok() && answer->rows[0], "no row");
    benchmark::DoNotOptimize(answer->rows.data());
  }
}
BENCHMARK(BM_ReadAThousandInstants)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace cordboard
