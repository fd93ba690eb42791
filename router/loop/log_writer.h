// Makes what was applied durable, on a thread of its own, while the loop goes on applying.
//
// Everything that is pushed while one sync runs goes with the next one: the slower the disk, the larger
// the groups. Batches are written in order and without a gap. Snapshots are made by a SnapshotBuilder, or
// come with their state, and are saved piece by piece, one piece after each sync, or without a pause while
// there is nothing else to write.
//
// An error of the store is final: nothing is written any more and durable() stays where it is.

#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "router/codec/storage_history.h"
#include "router/codec/storage_snapshot.h"
#include "router/loop/snapshot_builder.h"
#include "router/loop/snapshot_saver.h"
#include "router/loop/stats.h"
#include "router/loop/unique_function.h"
#include "router/store/store.h"

namespace cordboard {

// Longer than any router runs.
inline constexpr Duration kMaxKeepHistory = std::chrono::hours{24 * 36'500};

// Records in one buffer, and what belongs to the moment after them.
struct LogBatch {
  std::uint64_t first_sequence = 0;
  std::string bytes;
  std::vector<std::size_t> ends;       // of each record in `bytes`
  std::vector<ConfigVersion> configs;  // durable in the same sync as the records, as are the keys
  std::vector<KeySlot> keys;
  std::vector<std::string> audit;    // rows of the trail; in one piece with the records, too
  std::vector<HistorySums> history;  // likewise
  bool scrub = false;  // what the keys replace is gone from the files before anybody hears of it
  // A snapshot of the state after this record is to be made, or is here already.
  std::optional<std::uint64_t> due_snapshot;
  std::optional<StoredSnapshot> snapshot;

  bool wants_snapshot() const { return due_snapshot || snapshot; }
  bool empty() const { return ends.empty() && keys.empty() && audit.empty() && !scrub && !wants_snapshot(); }
};

// What was asked of the history. `done` is called on the writer's thread, which has no time to do more than
// hand the answer on, or destroyed when there is no store any more.
struct HistoryQuestion {
  QueueRef queue;
  std::vector<std::int64_t> instants_us;
  UniqueFunction<void(Result<HistoryAnswer>)> done;
};

class LogWriter {
 public:
  struct Options {
    std::uint64_t snapshot_sequence = 0;  // newest snapshot in the store
    std::uint64_t keep_log = 0;           // commands; see SnapshotSaver
    std::uint64_t disk_reserve = 0;       // bytes
    Duration keep_history = kMaxKeepHistory;
  };
  // `notify` is called on the writer's thread when there is progress to look at, and then not again until
  // progress() was called.
  LogWriter(std::unique_ptr<Store> store, Options options, std::function<void()> notify);
  // Finishes the write it is at and drops the rest.
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  // ---- The loop's thread ----

  // REQUIRES: its records follow those pushed before; not after finish().
  void push(LogBatch&& batch);
  // Nothing more comes: write everything, close the store, report `finished`.
  void finish();

  struct Progress {
    std::uint64_t durable = 0;
    bool finished = false;
    std::optional<StoreError> error;
    // Of snapshots that could not be made as they should, and of history that cannot be read or removed.
    std::vector<std::string> warnings;
  };
  // Takes the warnings with it.
  Progress progress();

  // ---- Any thread ----

  // Answered from what is durable by then, one question a turn: whatever they are, the log waits for one
  // only. Whoever asks bounds how many there are.
  void ask_history(HistoryQuestion&& question);

  // Pushed and not yet durable.
  std::uint64_t unsynced_records() const { return unsynced_records_.load(std::memory_order_relaxed); }
  std::uint64_t unsynced_bytes() const { return unsynced_bytes_.load(std::memory_order_relaxed); }
  // A snapshot was pushed and is not made and saved yet, or the log behind it is being trimmed.
  bool saving_snapshot() const { return saving_snapshot_; }
  // The last one that was due could not be made from what is in the store: the next is to come with its
  // state.
  bool needs_state() const { return needs_state_; }
  // The disk had less than the reserve when the writer looked last: at the start, and before each write.
  bool short_of_space() const { return short_of_space_.load(std::memory_order_relaxed); }
  // Asks the writer to look again, also when nothing is to be written.
  void look_for_space();
  LogWriterStats stats() const;

 private:
  void run();
  Result<bool> work_once();
  bool take_work();
  Result<void> write_work();
  Result<void> append(const LogBatch& batch);
  void begin_snapshot(LogBatch& batch);
  void take_built();
  Result<void> save_piece();
  void note_saving();
  bool run_on_store(const SnapshotBuilder::StoreTask& task);
  void run_task();
  void answer_question();
  Result<void> prune_history();
  void note_space();
  void report(std::chrono::steady_clock::duration took);
  void update(const std::function<void(Progress&)>& change);

  const std::function<void()> notify_;
  const std::uint64_t disk_reserve_;
  // Used by the writer's thread alone.
  std::unique_ptr<Store> store_;
  SnapshotSaver saver_;
  std::vector<LogBatch> work_;
  std::vector<std::string_view> views_;  // kept for its memory
  std::size_t written_bytes_ = 0;        // of this turn
  const Duration keep_history_;
  std::int64_t prune_before_us_ = 0;  // 0: nothing to prune
  bool prunable_ = true;              // false once pruning met damage, until the next start
  std::string told_unreadable_;       // why history could not be read last; told once

  std::atomic<std::uint64_t> unsynced_records_{0};
  std::atomic<std::uint64_t> unsynced_bytes_{0};
  std::atomic<bool> saving_snapshot_{false};
  std::atomic<bool> needs_state_{false};
  std::atomic<bool> short_of_space_{false};

  mutable std::mutex mutex_;
  std::condition_variable work_or_end_;
  std::condition_variable task_done_;
  // Guarded by mutex_.
  std::vector<LogBatch> queued_;
  std::deque<HistoryQuestion> questions_;
  bool finishing_ = false;
  bool abandoned_ = false;
  bool notified_ = false;
  bool space_asked_ = false;
  bool snapshot_built_ = false;
  const SnapshotBuilder::StoreTask* task_ = nullptr;  // the builder waits for it
  bool store_closed_ = false;                         // for tasks
  Progress progress_;
  LogWriterStats stats_;

  std::optional<SnapshotBuilder> builder_;
  std::thread thread_;  // last: starts when everything else is there
};

}  // namespace cordboard
