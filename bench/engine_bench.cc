// What one contact costs the engine from submit to the end of the wrap-up, all bookkeeping included: four
// commands; and how much memory contacts and agents take.

#include <benchmark/benchmark.h>
#include <malloc.h>

#include "tests/support/busy_center.h"

namespace cordboard {
namespace {

using testing::BusyCenter;

void ServeContact(benchmark::State& state) {
  BusyCenter center(static_cast<std::uint32_t>(state.range(0)));
  for (auto _ : state) center.serve_one_contact();
  state.SetItemsProcessed(state.iterations() * 4);
  state.SetLabel("items are commands");
}
BENCHMARK(ServeContact)->ArgName("agents")->Arg(100)->Arg(1'000)->Arg(10'000);

// Bytes of the heap that are in use.
double heap_bytes() {
  const auto info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

// Ids of 7 characters, no attributes; what the client sends along comes on top.
void MemoryOfWaitingContacts(benchmark::State& state) {
  for (auto _ : state) {
    BusyCenter center(0);
    const double before = heap_bytes();
    for (std::int64_t i = 0; i < state.range(0); ++i) center.submit_one_contact();
    state.counters["bytes_each"] = (heap_bytes() - before) / static_cast<double>(state.range(0));
  }
}
BENCHMARK(MemoryOfWaitingContacts)->ArgName("contacts")->Arg(1'000)->Arg(1'000'000)->Iterations(1);

void MemoryOfAgents(benchmark::State& state) {
  for (auto _ : state) {
    BusyCenter center(0);
    const double before = heap_bytes();
    for (std::uint32_t i = 0; i < state.range(0); ++i) center.log_in(i);
    state.counters["bytes_each"] = (heap_bytes() - before) / static_cast<double>(state.range(0));
  }
}
BENCHMARK(MemoryOfAgents)->ArgName("agents")->Arg(1'000)->Arg(100'000)->Iterations(1);

}  // namespace
}  // namespace cordboard
