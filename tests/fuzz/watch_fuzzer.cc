// Any request to watch and any way to merge: snapshot plus merged deltas is what a fresh snapshot says. And
// any deltas: merged at once they lead where they lead one by one.

#include <google/protobuf/arena.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "router/codec/api_delta.h"
#include "router/codec/delta_merge.h"
#include "router/codec/watch_filter.h"
#include "tests/codec/played_tape.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/fuzz/fuzz_tape.pb.h"
#include "tests/fuzz/message_fuzzing.h"

using namespace cordboard;
using namespace cordboard::testing;
using google::protobuf::Arena;

namespace {

constexpr std::string_view kWords[] = {"q0", "q1", "q2", "c0", "c1", "a0", "a1", "", "nowhere"};
constexpr std::uint32_t kMaxCommands = 60;

// What somebody who watches keeps: rows by kind and name. Ages run on by themselves.
class Rows {
 public:
  template <class Message>  // a snapshot's chunk or a delta
  void put(const Message& message) {
    for (v1::Queue row : message.queues()) {
      row.clear_longest_wait_now();
      row.clear_waiting_late();
      row.mutable_kpis()->clear_service_level_strict();
      rows_["queue " + row.queue()] = row.SerializeAsString();
    }
    for (v1::Agent row : message.agents()) {
      v1::AgentCounters* const counters = row.mutable_counters();
      counters->clear_logged_in();
      counters->clear_ready_idle();
      counters->clear_busy();
      counters->clear_not_ready();
      counters->clear_complete_until();
      rows_["agent " + row.agent_id()] = row.SerializeAsString();
    }
    for (v1::Contact row : message.contacts()) {
      row.clear_total_age();
      row.clear_wait();
      row.clear_step_age();
      rows_["contact " + row.contact_id()] = row.SerializeAsString();
    }
  }
  void take(const v1::Delta& delta) {
    for (const auto& name : delta.removed_queues()) rows_.erase("queue " + name);
    for (const auto& id : delta.removed_contact_ids()) rows_.erase("contact " + id);
    put(delta);
  }

  friend bool operator==(const Rows&, const Rows&) = default;

 private:
  std::map<std::string, std::string> rows_;
};

Rows snapshot_of(const State& state, const WatchFilter& filter, LateWaiting& late) {
  Rows rows;
  SnapshotChunks chunks(1, state.now, state, filter, late);
  for (v1::Snapshot chunk; chunks.next(&chunk); chunk.Clear()) rows.put(chunk);
  return rows;
}

void merge_at_once(v1::DeltaBatch batch) {
  if (batch.deltas().empty()) return;
  Rows one_by_one;
  std::vector<std::string> events;
  std::vector<v1::Delta*> deltas;
  for (v1::Delta& delta : *batch.mutable_deltas()) {
    one_by_one.take(delta);
    deltas.push_back(&delta);
    for (const v1::Event& event : delta.events()) events.push_back(event.SerializeAsString());
  }
  const std::uint64_t revision = deltas.back()->revision();
  v1::Delta merged;
  merge_deltas(deltas, &merged);
  Rows at_once;
  at_once.take(merged);
  CB_ASSERT(at_once == one_by_one, "merged deltas lead elsewhere");
  CB_ASSERT(merged.revision() == revision, "another revision");
  CB_ASSERT(merged.events_size() == static_cast<int>(events.size()), "%d events", merged.events_size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    CB_ASSERT(merged.events(static_cast<int>(i)).SerializeAsString() == events[i], "another event");
  }
}

void watch(const fuzz::WatchTape& watched) {
  PlayedTape tape(watched.seed());
  const State& state = tape.state();
  WatchFilter filter;
  if (to_filter(watched.request(), state, filter)) return;
  WatchFilter same;
  CB_ASSERT(!to_filter(watched.request(), state, same) && same == filter, "equal requests, unequal filters");
  CB_ASSERT(filter.interval >= Duration::zero() && filter.interval <= kMaxWatchInterval, "out of range");
  LateWaiting late;
  late.rebuild(state, state.now);
  Rows rows = snapshot_of(state, filter, late);
  std::uint64_t revision = 0;
  std::uint32_t commands = 0;
  for (const std::uint32_t run : watched.runs()) {
    Arena arena;
    std::vector<v1::Delta*> deltas;
    for (std::uint32_t i = 0; i < run % 8 && commands < kMaxCommands; ++i, ++commands) {
      tape.next();
      const Time at = tape.command().at;
      late.observe(state, tape.events(), at);
      auto* const delta = Arena::CreateMessage<v1::Delta>(&arena);
      if (fill_delta({++revision, at, state, tape.events()}, filter, late, delta)) deltas.push_back(delta);
    }
    if (deltas.empty()) continue;
    auto* const merged = Arena::CreateMessage<v1::Delta>(&arena);
    merge_deltas(deltas, merged);
    rows.take(*merged);
    CB_ASSERT(rows == snapshot_of(state, filter, late), "not what a fresh snapshot says");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::WatchTape tape;
  if (!read_message(text_of(data, size), tape)) return 0;
  merge_at_once(tape.batch());
  watch(tape);
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned int seed) {
  fuzz::WatchTape tape;
  return mutate_text(tape, data, size, max_size, seed, kWords);
}
