// Makes the state of a moment that has passed, beside the routing thread, which does not stand still for it:
// from a snapshot of the store and the log behind it, as a start would. What a snapshot holds was thereby
// replayed once already.
//
// It costs what replaying costs (docs/PERFORMANCE.md), on a thread of its own, and the memory of a second
// engine while it lasts. The store is read a piece at a time, whenever the thread that it belongs to has a
// moment.

#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "router/codec/storage_snapshot.h"
#include "router/store/store.h"

namespace cordboard {

class SnapshotBuilder {
 public:
  // A task reads no more of the log than about so many bytes.
  using StoreTask = std::function<void(Store&, std::size_t bytes)>;
  // Returns after the task was run, or false when there is no store any more; called on the builder's thread.
  using AskStore = std::function<bool(const StoreTask&)>;

  // `on_built` is called on the builder's thread.
  SnapshotBuilder(AskStore ask_store, std::function<void()> on_built);
  // Gives up what it is at. REQUIRES: `ask_store` does not wait for whoever calls this.
  ~SnapshotBuilder();
  SnapshotBuilder(const SnapshotBuilder&) = delete;
  SnapshotBuilder& operator=(const SnapshotBuilder&) = delete;

  struct Built {
    std::optional<StoredSnapshot> snapshot;  // none: nothing in the store leads there
    std::string warning;                     // what was wrong with the snapshots or the log; mostly empty
    std::chrono::steady_clock::duration took{};
  };

  // All four on one thread.
  // The state after the record `sequence`. REQUIRES: it is durable; !busy().
  void start(std::uint64_t sequence);
  // Started, and neither taken nor given up.
  bool busy() const;
  // What on_built told of.
  std::optional<Built> take();
  // What was started is not wanted any more.
  void give_up();

 private:
  class Build;
  void run();
  bool is_wanted(std::uint64_t sequence) const;

  const AskStore ask_store_;
  const std::function<void()> on_built_;

  mutable std::mutex mutex_;
  std::condition_variable started_or_end_;
  // Guarded by mutex_.
  std::optional<std::uint64_t> wanted_;  // until it is taken or given up
  bool begun_ = false;                   // `wanted_` is being built, or was
  std::optional<Built> built_;
  bool ending_ = false;

  std::thread thread_;  // last: starts when everything else is there
};

}  // namespace cordboard
