// What one command changed, and the whole state in chunks: the messages of a Watch.
//
// Applying every delta to the rows of a snapshot gives the rows of a later snapshot: what fill_delta leaves
// out has not changed. (Ages in rows run on by themselves; they are as of the row.) For the thread that owns
// the engine.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "cordboard/v1/state.pb.h"
#include "router/codec/watch_filter.h"
#include "router/core/event.h"
#include "router/core/state.h"
#include "router/kpi/late_waiting.h"

namespace cordboard {

// One accepted command, as a Publisher sees it.
struct AppliedCommand {
  std::uint64_t revision;
  Time at;
  const State& state;  // right after it
  std::span<const Event> events;
};

// Fills an empty message; false when the command changed nothing that the filter selects, then nothing was
// filled. `late` has observed the command.
bool fill_delta(const AppliedCommand& command, const WatchFilter& filter, LateWaiting& late,
                v1::Delta* delta);

// Makes a snapshot in chunks of bounded size, all at one revision:
//
//   for (SnapshotChunks chunks(...); chunks.next(&chunk); chunk.Clear()) send(chunk);
//
// At least one chunk, the last with last_chunk. Nothing may be applied until next() has answered false.
class SnapshotChunks {
 public:
  static constexpr int kRowsPerChunk = 1'000;
  // About; a chunk ends with the row that passes it.
  static constexpr std::size_t kBytesPerChunk = 64u << 10;

  SnapshotChunks(std::uint64_t revision, Time at, const State& state, const WatchFilter& filter,
                 LateWaiting& late)
      : revision_(revision), at_(at), state_(state), filter_(filter), late_(late) {}

  // False when the last chunk was made before.
  bool next(v1::Snapshot* chunk);

 private:
  // What a chunk may still take.
  struct Room {
    int rows = kRowsPerChunk;
    std::size_t bytes = kBytesPerChunk;
    bool none() const { return rows == 0 || bytes == 0; }
    void take(std::size_t row_bytes) {
      --rows;
      bytes -= std::min(bytes, row_bytes);
    }
  };
  bool add_queues(v1::Snapshot* chunk, Room& room);
  bool add_agents(v1::Snapshot* chunk, Room& room);
  bool add_contacts(v1::Snapshot* chunk, Room& room);

  const std::uint64_t revision_;
  const Time at_;
  const State& state_;
  const WatchFilter& filter_;
  LateWaiting& late_;
  // Next to look at.
  std::uint32_t queue_ = 0;
  std::uint32_t agent_ = 0;
  std::uint32_t contact_ = 0;
  bool finished_ = false;
};

}  // namespace cordboard
