// Saves snapshots and trims the log behind them, a piece at a time, so that commands waiting for their sync
// are held up by no more than one piece.
//
// A snapshot is saved, then the log before the previous one is trimmed: the newest and one to fall back to
// stay usable. As many of the newest commands as are to be kept stay in any case. Snapshots are saved in the
// order in which they were added; one that is not newer than those before it is not needed.
//
// Belongs to the log writer's thread, as the store does.

#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>

#include "router/codec/storage_snapshot.h"
#include "router/store/store.h"

namespace cordboard {

class SnapshotSaver {
 public:
  // Each makes a sync about 3 ms longer.
  static constexpr std::size_t kPieceBytes = 256u << 10;
  static constexpr std::uint64_t kKeepAll = std::numeric_limits<std::uint64_t>::max();

  // `newest`: the sequence of the newest snapshot in the store; 0 when there is none.
  SnapshotSaver(Store& store, std::uint64_t newest, std::uint64_t keep_log)
      : store_(store), newest_(newest), added_(newest), keep_log_(keep_log) {}

  void add(StoredSnapshot&& snapshot);
  // The newest one in the store; 0 when there is none.
  std::uint64_t newest() const { return newest_; }
  bool idle() const { return waiting_.empty() && trim_before_ == 0; }

  struct Saved {
    std::uint64_t bytes;
    std::chrono::steady_clock::duration took;
  };
  // Does one piece of what there is to do. A value when that was the last one of a snapshot.
  // REQUIRES: !idle(); everything up to the snapshot's sequence was appended.
  Result<std::optional<Saved>> step();

 private:
  Result<std::optional<Saved>> save_piece(const StoredSnapshot& snapshot);
  Result<std::optional<Saved>> finish(const StoredSnapshot& snapshot);

  Store& store_;
  std::uint64_t newest_;
  std::uint64_t added_;                 // the newest that was added
  const std::uint64_t keep_log_;        // commands
  std::deque<StoredSnapshot> waiting_;  // the first is being saved
  bool begun_ = false;
  std::size_t head_bytes_ = 0;
  std::size_t saved_bytes_ = 0;  // of the first's engine_state
  std::chrono::steady_clock::time_point began_at_;
  std::uint64_t trim_before_ = 0;  // 0: nothing to trim
};

}  // namespace cordboard
