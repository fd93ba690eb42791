// What a RouterLoop counts about itself, as plain numbers; router/metrics gives them names.

#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <variant>

#include "router/core/command.h"
#include "router/core/reject_reason.h"
#include "router/core/types.h"

namespace cordboard {

// Counts values by size: bucket i counts those <= 2^i that are in no earlier one, the last has the rest.
struct Log2Histogram {
  static constexpr std::size_t kBuckets = 27;  // the last but one reaches to 2^25: 33.5 s in microseconds
  std::array<std::uint64_t, kBuckets> buckets{};
  std::uint64_t count = 0;
  std::uint64_t sum = 0;

  static constexpr std::uint64_t upper_bound(std::size_t bucket) { return std::uint64_t{1} << bucket; }
  void add(std::uint64_t value);
  // In whole microseconds.
  void add_us(std::chrono::steady_clock::duration took);
};

inline constexpr std::size_t kCommandCount = std::variant_size_v<CommandBody>;
// name_of() the command that is alternative `index` of CommandBody. REQUIRES: index < kCommandCount.
std::string_view command_name(std::size_t index);

// What the log writer's thread counts.
struct LogWriterStats {
  Log2Histogram sync_us;            // from the first append to the end of the sync
  Log2Histogram sync_records;       // records made durable by one sync
  Log2Histogram snapshot_build_us;  // making one from what is in the store
  Log2Histogram snapshot_us;        // writing one, its sync and the trimming included
  std::uint64_t records = 0;        // written since the start
  std::uint64_t bytes = 0;          // of these records
  std::uint64_t last_snapshot_bytes = 0;
  std::uint64_t snapshot_sequence = 0;  // newest command in a snapshot
  std::uint64_t store_bytes = 0;        // the store's size, as of its last sync
  std::uint64_t free_bytes = 0;         // what the disk has left for it, as of the last look
};

// Everything since the start of the process.
struct LoopStats {
  std::array<std::uint64_t, kCommandCount> accepted{};         // by command, see command_name(); logged
  std::array<std::uint64_t, kCommandCount> rejected{};         // by command
  std::array<std::uint64_t, kCommandCount> repeated{};         // by command: answered as the first time
  std::array<std::uint64_t, kRejectReasonCount> rejections{};  // by RejectReason
  std::uint64_t events = 0;
  std::uint64_t queries = 0;
  Log2Histogram inbox_us;              // one message of requests: from its push to the start of its batch
  Log2Histogram batch_commands;        // commands applied under one time stamp
  Log2Histogram apply_us;              // one batch: applied, encoded and staged
  Log2Histogram commit_us;             // one batch: from its handing over to the log until it is released
  std::uint64_t last_sequence = 0;     // newest command applied
  std::uint64_t durable_sequence = 0;  // newest command released
  LogWriterStats writer;
};

// How far the loop is behind, at any time and from any thread.
struct LoopLoad {
  std::uint64_t waiting = 0;  // requests taken and not yet applied
  std::uint64_t limit = 0;    // one more is refused
  Duration delay{};           // how long the oldest of them has waited
};

// A few numbers that can be read at any time from any thread, also while the disk hangs.
struct LoopGauges {
  std::uint64_t inbox_depth = 0;  // requests taken and not yet applied
  std::uint64_t inbox_limit = 0;
  Duration inbox_delay{};              // how long the oldest of them has waited
  std::uint64_t overloaded = 0;        // requests refused because the inbox was full
  std::uint64_t unsynced_records = 0;  // applied and not yet durable
  std::uint64_t unsynced_records_limit = 0;
  std::uint64_t unsynced_bytes = 0;
  std::uint64_t unsynced_bytes_limit = 0;
  std::uint64_t held_answers = 0;  // replies and query results that wait for the disk
  std::uint64_t held_answers_limit = 0;
  bool short_of_space = false;  // the disk has only its reserve left: no new contacts
  bool serving = false;         // started, not stopping, log not failed
};

}  // namespace cordboard
