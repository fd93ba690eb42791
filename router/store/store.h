// What is durable? The command log of one tenant, its snapshots, its configuration versions, its audit trail
// and its history.
//
// The store knows bytes and sequences and nothing of what they mean. Records are numbered from 1 without
// a gap. append() stages records, sync() makes everything staged durable with one sync of the disk, so
// that many commands share its cost. Only what sync() covered survives a crash, and all of it does; a
// record that was staged and not synced is either gone or, as part of a whole prefix, still there.
//
// Every batch carries a checksum chained to the batch before it. Damage is reported with its sequence
// and is never skipped. Opening takes ownership: it raises the epoch durably, and an append that names
// any other epoch is Fenced.
//
// An error is final. After the first one from a function that writes, the store writes nothing more, and
// each such function returns that same error: what the disk holds is not known any more, so the owner
// stops the process, and a restart reads what is there. Damage that prune_history() meets is the exception.
//
// Not thread-safe. During recovery it belongs to the thread that recovers, then to the log writer's.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "router/store/audit_chain.h"
#include "router/store/history_row.h"
#include "router/store/key_slot.h"
#include "router/store/result.h"

namespace cordboard {

// The largest record and the largest configuration text.
inline constexpr uint64_t kMaxRecordBytes = 16ull << 20;
// finish_snapshot keeps this many and drops older ones: the newest, and one to fall back to.
inline constexpr int kSnapshotsKept = 2;
// append_config_version keeps this many and drops older ones.
inline constexpr uint64_t kConfigVersionsKept = 1000;
inline constexpr uint64_t kAnyBytes = ~uint64_t{0};

// One record as read back. `payload` lives until the visitor returns.
struct LogRecord {
  uint64_t sequence = 0;
  std::string_view payload;
};

// The state after the records 1..sequence.
struct Snapshot {
  uint64_t sequence = 0;
  std::string payload;
};

// How far a snapshot was read.
struct SnapshotCursor {
  uint64_t sequence = 0;
  uint64_t part = 0;      // the next one
  uint64_t checksum = 0;  // of the parts before it
};

// How a configuration came. Stored as it is here: only add at the end.
enum class ConfigOrigin : uint8_t { File, Request };

struct ConfigVersion {
  uint64_t version = 0;  // from 1, gap-free
  int64_t applied_at_us = 0;
  // For people: the path of a file, or kAppliedSource or kRolledBackSource and a number, then perhaps ": "
  // and a note.
  std::string source;
  std::string text;
  ConfigOrigin origin = ConfigOrigin::File;
  std::string request_id = {};  // of a request that had one
};
inline constexpr const char* kAppliedSource = "rpc";
inline constexpr const char* kRolledBackSource = "rollback to ";

// Where to start a replay: from `snapshot`, or from the first record when there is none.
struct RecoveryPoint {
  std::optional<Snapshot> snapshot;
  std::vector<std::string> warnings;  // one line for each damaged snapshot that was passed over
};

// Gets a run of records in order; returns false to stop reading.
using LogVisitor = std::function<bool(std::span<const LogRecord>)>;

class Store {
 public:
  virtual ~Store() = default;

  // Stages `payloads` as the records first_sequence, first_sequence + 1, ... Touches the disk only when
  // much is staged, so a full disk may show here or at the sync.
  // REQUIRES: first_sequence == last_sequence() + 1, otherwise OutOfSequence.
  virtual Result<void> append(uint64_t first_sequence, std::span<const std::string_view> payloads,
                              uint64_t epoch) = 0;

  // Returns when everything staged is durable. Cheap when nothing is.
  virtual Result<void> sync() = 0;

  // Visits the durable records from `sequence` to the end in order, verifying the chain on the way.
  // Records up to a damaged batch are visited before Damaged is returned. Starting after the end visits
  // nothing; starting before first_sequence() is Trimmed. The visitor must not call the store.
  virtual Result<void> read_from(uint64_t sequence, const LogVisitor& visit) = 0;

  // The oldest record still in the log; last_sequence() + 1 when there is none.
  virtual uint64_t first_sequence() const = 0;
  // The newest record appended, staged ones included; 0 when there was never one.
  virtual uint64_t last_sequence() const = 0;
  // The newest record that is durable.
  virtual uint64_t durable_sequence() const = 0;

  // The epoch of this opening: one more than that of the opening before it.
  virtual uint64_t open_epoch() const = 0;

  // A snapshot is staged piece by piece, with appends and syncs in between, so that a large one does not
  // hold up the log: each MiB makes the next sync about 10 ms longer. Until finish_snapshot() returns it
  // does not exist; beginning another one, or a restart, drops it.
  // REQUIRES: sequence <= last_sequence() and above that of every earlier snapshot, otherwise OutOfSequence.
  virtual Result<void> begin_snapshot(uint64_t sequence) = 0;
  // REQUIRES: begun and not finished, otherwise OutOfSequence; so does finish_snapshot().
  virtual Result<void> add_to_snapshot(std::string_view bytes) = 0;
  // Durable on return, together with everything staged before.
  virtual Result<void> finish_snapshot() = 0;
  // The three at once, for small ones and for tests.
  Result<void> save_snapshot(uint64_t sequence, std::string_view payload);

  // The newest snapshot that is whole and from which the log still leads on. Passes over damaged ones
  // with a warning each. Damaged when the log was trimmed and no snapshot left reaches it.
  virtual Result<RecoveryPoint> newest_valid_snapshot() = 0;
  // The sequences of the snapshots that are there, whole or not, newest first; and one of them, no value when
  // it is damaged.
  virtual Result<std::vector<uint64_t>> snapshots() = 0;
  virtual Result<std::optional<Snapshot>> load_snapshot(uint64_t sequence) = 0;
  // Adds the next part of one to `bytes`: at most 1 MiB, so that a large one can be read with appends and
  // syncs in between. False when there is no more, and what was read is what was saved; otherwise Damaged.
  virtual Result<bool> read_snapshot(SnapshotCursor& cursor, std::string& bytes) = 0;

  // Stages it: sync() makes it durable in one piece with the records staged before and after, so that a crash
  // leaves the commands that applied configurations and all of their versions, or none of both.
  // REQUIRES: version is the last one's plus 1, staged ones included, otherwise OutOfSequence.
  virtual Result<void> append_config_version(const ConfigVersion& version) = 0;

  // The number of the last one appended, staged ones included; 0 when there was never one.
  virtual uint64_t newest_config_version() const = 0;

  // The newest ones whose texts have no more than `most_bytes` in all, the newest in any case. Oldest first,
  // staged ones included. Older ones are not read.
  virtual Result<std::vector<ConfigVersion>> config_versions(uint64_t most_bytes) = 0;

  // The checksum of the file that the last start was given, applied or not; kept however many versions come
  // after it. Staged as a version is; 0 when there was none.
  virtual Result<void> set_start_file(uint64_t checksum_of_text) = 0;
  virtual Result<uint64_t> start_file() = 0;

  // Stages what these slots hold from now on, in one piece with the records staged before and after; an id of
  // 0 empties the slot. Slots are numbered from 0; those that were never written are empty.
  virtual Result<void> write_keys(std::span<const KeySlot> slots) = 0;
  // All that are not empty, by slot, as far as they are durable.
  virtual Result<std::vector<KeySlot>> keys() = 0;
  // What was overwritten in slots until the last sync is in no file any more. Takes some milliseconds.
  virtual Result<void> scrub() = 0;

  // Stages a row of the audit trail, in one piece with the records staged before and after: a crash leaves
  // the records and their rows, or none of both. Rows are never dropped. TooLarge above kMaxAuditBytes.
  virtual Result<void> append_audit(std::string_view entry) = 0;
  // Visits the durable rows, oldest first, as long as the chain holds, and says where it ends. Damaged when a
  // row is missing, is not the one that was written, or was put in; the message names the first such row.
  virtual Result<AuditLink> read_audit(const AuditVisitor& visit) = 0;

  // Stages rows of history, in one piece with the records staged before and after.
  // REQUIRES: no row of the same queue has this boundary.
  virtual Result<void> append_history(std::span<const HistoryRow> rows) = 0;
  // The newest row of each queue that has one, by queue. A damaged one is Damaged, here and below.
  virtual Result<std::vector<HistoryRow>> newest_history() = 0;
  // REQUIRES: nothing is staged, here and below: damage that is met beside what is staged fails the sync.
  virtual Result<HistoryAnswer> read_history(uint32_t queue, std::span<const int64_t> instants_us) = 0;
  // Visits every row, by queue and boundary, up to the first damaged one; must not call the store.
  virtual Result<void> visit_history(const HistoryVisitor& visit) = 0;
  // Removes rows that no instant from `before_us` on needs, about a thousand a call, durably, with everything
  // staged before; true while there may be more. If there are any, instants before are not known any more.
  // The newest row of a queue at or before `before_us` stays, as it tells the sums there. Damaged when the
  // rows to be removed cannot be read: the call has removed nothing then, and the store goes on writing.
  virtual Result<bool> prune_history(int64_t before_us) = 0;

  // Drops records before `sequence`, about 1 MiB a call, durably; true while there may be more to drop, so
  // that the caller can sync the log in between. May keep some of them, and keeps every record after the
  // newest snapshot whatever is asked. To be able to fall back, trim up to the older of the snapshots kept.
  virtual Result<bool> trim_log_before(uint64_t sequence) = 0;

  // Bytes on the disk. Trimmed space is used again, not given back, so this does not shrink.
  virtual uint64_t size_bytes() const = 0;
  // Bytes that the disk still has for it; kAnyBytes when it does not say.
  virtual uint64_t free_bytes() const = 0;
};

}  // namespace cordboard
