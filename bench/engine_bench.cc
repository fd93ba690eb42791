// What one contact costs the engine from submit to the end of the wrap-up, all bookkeeping included: four
// commands; and how much memory contacts and agents take.

#include <benchmark/benchmark.h>
#include <malloc.h>

#include "router/core/engine.h"
#include "router/core/state.h"

namespace cordboard {
namespace {

class Centre {
 public:
  explicit Centre(std::uint32_t agents) {
    TenantConfig config;
    for (int i = 0; i < 20; ++i) {
      QueueConfig& queue = config.queues.emplace_back();
      queue.name = "q" + std::to_string(i);
      queue.requirement = "s" + std::to_string(i);
    }
    config.limits.ended_contacts = 1'000;
    apply(ApplyConfig{1, config});
    for (std::uint32_t i = 0; i < agents; ++i) log_in(i);
  }

  void log_in(std::uint32_t agent) {
    AgentProfile profile;
    profile.skills = {{"s" + std::to_string(agent % 20), 50}, {"s" + std::to_string((agent + 7) % 20), 50}};
    apply(Login{"a" + std::to_string(agent), profile, true});
  }

  void submit_one_contact() {
    submit_.contact = "c" + std::to_string(++contacts_);
    submit_.queue = "q" + std::to_string(contacts_ % 20);
    apply(submit_);
  }

  void serve_one_contact() {
    submit_one_contact();
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const auto* offer = std::get_if<OfferCreated>(&events_[i]);
      if (offer == nullptr) continue;
      const std::string agent = engine_.state()[offer->agent].id;
      apply(AcceptOffer{agent, offer->offer});
      apply(EndContact{submit_.contact, agent});
      apply(FinishWrapUp{agent, submit_.contact});
      return;
    }
  }

 private:
  void apply(CommandBody body) {
    events_.clear();
    now_ += Duration{1};
    if (engine_.next_deadline() <= now_) engine_.apply({now_, "", AdvanceTime{}}, events_);
    engine_.apply({now_, "", std::move(body)}, events_);
  }

  Engine engine_;
  std::vector<Event> events_;
  SubmitContact submit_;
  std::uint64_t contacts_ = 0;
  Time now_;
};

void ServeContact(benchmark::State& state) {
  Centre centre(static_cast<std::uint32_t>(state.range(0)));
  for (auto _ : state) centre.serve_one_contact();
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
    Centre centre(0);
    const double before = heap_bytes();
    for (std::int64_t i = 0; i < state.range(0); ++i) centre.submit_one_contact();
    state.counters["bytes_each"] = (heap_bytes() - before) / static_cast<double>(state.range(0));
  }
}
BENCHMARK(MemoryOfWaitingContacts)->ArgName("contacts")->Arg(1'000)->Arg(1'000'000)->Iterations(1);

void MemoryOfAgents(benchmark::State& state) {
  for (auto _ : state) {
    Centre centre(0);
    const double before = heap_bytes();
    for (std::uint32_t i = 0; i < state.range(0); ++i) centre.log_in(i);
    state.counters["bytes_each"] = (heap_bytes() - before) / static_cast<double>(state.range(0));
  }
}
BENCHMARK(MemoryOfAgents)->ArgName("agents")->Arg(1'000)->Arg(100'000)->Iterations(1);

}  // namespace
}  // namespace cordboard
