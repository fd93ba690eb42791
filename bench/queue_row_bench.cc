// What the row of a busy queue costs a watch, and which part of it are the KPIs: nanoseconds to fill and
// serialise, and bytes.

#include <benchmark/benchmark.h>

#include <string>

#include "router/codec/api_kpi.h"
#include "router/codec/api_queue.h"
#include "tests/support/busy_center.h"

namespace cordboard {
namespace {

constexpr QueueRef kQueue{0};

const testing::BusyCenter& busy_center() {
  static const testing::BusyCenter center = [] {
    testing::BusyCenter busy(100);
    for (int i = 0; i < 200'000; ++i) busy.serve_one_contact();
    return busy;
  }();
  return center;
}

void report_bytes(benchmark::State& run, const std::string& bytes) {
  run.counters["bytes"] = static_cast<double>(bytes.size());
}

// As watches do it: one message, used again.
void BM_QueueRow(benchmark::State& run) {
  const State& state = busy_center().state();
  v1::Queue row;
  std::string bytes;
  for (auto _ : run) {
    row.Clear();
    fill_queue(state, kQueue, state.now, 3, &row);
    row.SerializeToString(&bytes);
    benchmark::DoNotOptimize(bytes.data());
  }
  report_bytes(run, bytes);
}
BENCHMARK(BM_QueueRow);

void BM_KpisOfAQueueRow(benchmark::State& run) {
  const State& state = busy_center().state();
  v1::Queue row;
  std::string bytes;
  for (auto _ : run) {
    row.Clear();
    fill_kpis(queue_kpis(state[kQueue].counters, 3), row.mutable_kpis());
    row.SerializeToString(&bytes);
    benchmark::DoNotOptimize(bytes.data());
  }
  report_bytes(run, bytes);
}
BENCHMARK(BM_KpisOfAQueueRow);

}  // namespace
}  // namespace cordboard
