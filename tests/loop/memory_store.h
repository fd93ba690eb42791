// A Store in memory whose syncs a test can hold back or let fail, to show what is visible before them.

#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "router/store/store.h"

namespace cordboard::testing {

// What survives a crash: everything that was synced. Thread-safe. Must outlive the stores opened on it.
class MemoryDisk {
 public:
  // Forgets what an earlier store had staged, as a crash does.
  std::unique_ptr<Store> open();

  // From now on a sync waits until let_syncs_pass().
  void hold_syncs();
  void let_syncs_pass();
  // Returns when a sync is being held; false after a long time.
  bool await_held_sync();
  // Returns when there are as many snapshots; false after a long time.
  bool await_snapshots(std::size_t count);
  // The next sync, held or not, answers this and nothing becomes durable.
  void fail_next_sync(StoreError error);

  // What stores on it say that it has left.
  void set_free_bytes(std::uint64_t bytes);
  std::uint64_t free_bytes() const;
  // Their parts, to stores that are open.
  void make_snapshots_unreadable(bool unreadable);
  bool snapshots_are_unreadable() const;
  // What pruning and questions come to, in stores that are open.
  void damage_old_history();
  bool old_history_is_damaged() const;

  std::uint64_t syncs() const;  // that made records durable
  std::vector<std::string> records() const;
  std::vector<Snapshot> snapshots() const;
  std::vector<ConfigVersion> configs() const;
  std::vector<std::string> audit() const;
  std::vector<HistoryRow> history() const;  // by queue, oldest first
  std::uint64_t first_sequence() const;
  std::uint64_t durable_sequence() const;
  void forget_snapshots();
  void forget_history();
  void replace_snapshot(std::string payload);  // the newest one's
  void replace_configs(std::vector<ConfigVersion> configs);
  void replace_record(std::uint64_t sequence, std::string payload);

 private:
  friend class MemoryStore;
  struct Content {
    std::uint64_t trimmed = 0;  // records before the first that is kept
    std::vector<std::string> records;
    std::vector<Snapshot> snapshots;
    std::vector<ConfigVersion> configs;
    std::uint64_t start_file = 0;
    std::map<std::uint32_t, KeySlot> keys;
    std::vector<std::string> audit;
    std::int64_t history_since = kHistoryComplete;
    std::map<std::pair<std::uint32_t, std::int64_t>, std::string> history;
  };
  // Waits while syncs are held, then makes `staged` durable or answers the error.
  Result<void> commit(const Content& staged);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Content durable_;
  std::uint64_t epoch_ = 0;
  std::uint64_t free_bytes_ = kAnyBytes;
  bool unreadable_snapshots_ = false;
  bool damaged_history_ = false;
  std::uint64_t syncs_ = 0;
  bool holding_ = false;
  bool held_ = false;
  std::optional<StoreError> failure_;
};

}  // namespace cordboard::testing
