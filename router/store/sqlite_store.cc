#include "router/store/sqlite_store.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "router/store/data_directory.h"
#include "router/store/durable_mark.h"
#include "router/store/sqlite.h"
#include "router/store/sqlite_audit.h"
#include "router/store/sqlite_config.h"
#include "router/store/sqlite_history.h"
#include "router/store/sqlite_keys.h"
#include "router/store/sqlite_log.h"
#include "router/store/sqlite_schema.h"
#include "router/store/sqlite_snapshots.h"
#include "router/store/store_files.h"
#include "router/store/wal_check.h"

namespace cordboard {
namespace {

using sqlite::Database;
using sqlite::SqliteAudit;
using sqlite::SqliteHistory;
using sqlite::SqliteKeys;
using sqlite::SqliteLog;
using sqlite::SqliteSnapshots;

// What is staged goes to SQLite as a row when it is as large as this, or at the sync.
constexpr size_t kRowBytes = 256 << 10;

constexpr const char* kEmptyWal = "PRAGMA wal_checkpoint(TRUNCATE)";

// What is kept for the superuser does not count.
uint64_t free_bytes_at(const std::filesystem::path& directory) {
  struct statvfs status {};
  if (::statvfs(directory.c_str(), &status) != 0) return kAnyBytes;
  return uint64_t{status.f_bavail} * status.f_frsize;
}

StoreError bug(const std::filesystem::path& file, const std::string& what, uint64_t position) {
  return {StoreErrorKind::OutOfSequence, file.string() + ": " + what + "; this is a bug, please report it",
          position};
}

class SqliteStore final : public Store {
 public:
  SqliteStore(std::unique_ptr<Database> database, SqliteLog log, SqliteSnapshots snapshots, SqliteKeys keys,
              SqliteAudit audit, SqliteHistory history, sqlite::FileState state, DurableMark mark,
              std::function<uint64_t()> ask_free_bytes, uint64_t newest_config, uint64_t epoch)
      : database_(std::move(database)),
        log_(std::move(log)),
        snapshots_(std::move(snapshots)),
        keys_(std::move(keys)),
        audit_(std::move(audit)),
        history_(std::move(history)),
        state_(state),
        mark_(std::move(mark)),
        ask_free_bytes_(std::move(ask_free_bytes)),
        newest_config_(newest_config),
        epoch_(epoch),
        durable_(ends()) {
    mark_.set(durable_);
  }

  Result<void> append(uint64_t first_sequence, std::span<const std::string_view> payloads,
                      uint64_t epoch) override;
  Result<void> sync() override;
  Result<void> read_from(uint64_t sequence, const LogVisitor& visit) override;
  uint64_t first_sequence() const override { return log_.trimmed().last_sequence + 1; }
  uint64_t last_sequence() const override { return log_.end().last_sequence + staged_count_; }
  uint64_t durable_sequence() const override { return durable_.sequence; }
  uint64_t open_epoch() const override { return epoch_; }
  Result<void> begin_snapshot(uint64_t sequence) override;
  Result<void> add_to_snapshot(std::string_view bytes) override;
  Result<void> finish_snapshot() override;
  Result<RecoveryPoint> newest_valid_snapshot() override;
  Result<std::vector<uint64_t>> snapshots() override { return snapshots_.sequences(); }
  Result<std::optional<Snapshot>> load_snapshot(uint64_t sequence) override {
    return snapshots_.load(sequence);
  }
  Result<bool> read_snapshot(SnapshotCursor& cursor, std::string& bytes) override {
    return snapshots_.read(cursor, bytes);
  }
  Result<void> append_config_version(const ConfigVersion& version) override;
  uint64_t newest_config_version() const override { return newest_config_; }
  Result<std::vector<ConfigVersion>> config_versions(uint64_t most_bytes) override;
  Result<void> set_start_file(uint64_t checksum_of_text) override;
  Result<uint64_t> start_file() override { return sqlite::stored_start_file(*database_); }
  Result<void> write_keys(std::span<const KeySlot> slots) override;
  Result<std::vector<KeySlot>> keys() override { return keys_.read(); }
  Result<void> scrub() override;
  Result<void> append_audit(std::string_view entry) override;
  Result<AuditLink> read_audit(const AuditVisitor& visit) override {
    return sqlite::read_audit(*database_, visit);
  }
  Result<void> append_history(std::span<const HistoryRow> rows) override;
  Result<std::vector<HistoryRow>> newest_history() override { return history_.newest(); }
  Result<HistoryAnswer> read_history(uint32_t queue, std::span<const int64_t> instants_us) override {
    return history_.read(queue, instants_us);
  }
  Result<void> visit_history(const HistoryVisitor& visit) override { return history_.visit(visit); }
  Result<bool> prune_history(int64_t before_us) override;
  Result<bool> trim_log_before(uint64_t sequence) override;
  uint64_t size_bytes() const override;
  uint64_t free_bytes() const override {
    return ask_free_bytes_ ? ask_free_bytes_() : free_bytes_at(database_->file().parent_path());
  }

 private:
  Result<void> check_append(uint64_t first_sequence, std::span<const std::string_view> payloads,
                            uint64_t epoch) const;
  Result<void> begin();
  Result<void> flush();
  Result<void> commit();
  // REQUIRES: nothing of what was staged is in the running transaction.
  Result<void> roll_back();
  DurableMark::Ends ends() const { return {log_.end().last_sequence, audit_.rows()}; }
  // Remembers the first error: nothing is written after it.
  Result<void> finish(Result<void> outcome);

  std::unique_ptr<Database> database_;  // before what holds its statements
  SqliteLog log_;
  SqliteSnapshots snapshots_;
  SqliteKeys keys_;
  SqliteAudit audit_;
  SqliteHistory history_;
  sqlite::FileState state_;
  DurableMark mark_;
  std::function<uint64_t()> ask_free_bytes_;
  uint64_t newest_config_;
  uint64_t epoch_;
  DurableMark::Ends durable_;
  std::optional<StoreError> failed_;
  bool in_transaction_ = false;
  std::string staged_;  // records that are not in SQLite yet
  uint64_t staged_count_ = 0;
};

Result<void> SqliteStore::append(uint64_t first_sequence, std::span<const std::string_view> payloads,
                                 uint64_t epoch) {
  if (failed_) return *failed_;
  if (auto allowed = check_append(first_sequence, payloads, epoch); !allowed.ok()) return finish(allowed);
  for (std::string_view payload : payloads) {
    add_record(staged_, payload);
    ++staged_count_;
    if (staged_.size() < kRowBytes) continue;
    if (auto flushed = flush(); !flushed.ok()) return finish(flushed);
  }
  return {};
}

Result<void> SqliteStore::check_append(uint64_t first_sequence, std::span<const std::string_view> payloads,
                                       uint64_t epoch) const {
  if (epoch != epoch_) {
    return StoreError{StoreErrorKind::Fenced,
                      "cannot append to " + database_->file().string() + " in epoch " +
                          std::to_string(epoch) + ": it belongs to epoch " + std::to_string(epoch_) +
                          "; stop this owner",
                      epoch_};
  }
  uint64_t expected = last_sequence() + 1;
  if (first_sequence != expected) {
    return bug(database_->file(),
               "cannot append sequence " + std::to_string(first_sequence) + ": the next one is " +
                   std::to_string(expected),
               expected);
  }
  auto large = std::find_if(payloads.begin(), payloads.end(),
                            [](std::string_view payload) { return payload.size() > kMaxRecordBytes; });
  if (large == payloads.end()) return {};
  return StoreError{StoreErrorKind::TooLarge,
                    "cannot append a record of " + std::to_string(large->size()) + " bytes to " +
                        database_->file().string() + ": the limit is " + std::to_string(kMaxRecordBytes),
                    first_sequence + static_cast<uint64_t>(large - payloads.begin())};
}

Result<void> SqliteStore::sync() {
  if (failed_) return *failed_;
  return finish(commit());
}

Result<void> SqliteStore::read_from(uint64_t sequence, const LogVisitor& visit) {
  if (sequence < first_sequence()) {
    return StoreError{StoreErrorKind::Trimmed,
                      "cannot read sequence " + std::to_string(sequence) + " from " +
                          database_->file().string() + ": the log begins at " +
                          std::to_string(first_sequence()) + "; start from a snapshot",
                      first_sequence()};
  }
  return log_.read(sequence, durable_.sequence, visit);
}

Result<void> SqliteStore::begin_snapshot(uint64_t sequence) {
  if (failed_) return *failed_;
  if (sequence > last_sequence() || sequence <= snapshots_.newest()) {
    return finish(bug(database_->file(),
                      "cannot begin a snapshot at sequence " + std::to_string(sequence) +
                          ": the newest is at " + std::to_string(snapshots_.newest()) + ", the log ends at " +
                          std::to_string(last_sequence()),
                      last_sequence()));
  }
  if (auto begun = begin(); !begun.ok()) return finish(begun);
  return finish(snapshots_.begin(sequence));
}

Result<void> SqliteStore::add_to_snapshot(std::string_view bytes) {
  if (failed_) return *failed_;
  if (!snapshots_.begun())
    return finish(bug(database_->file(), "cannot add to a snapshot: none was begun", 0));
  if (auto begun = begin(); !begun.ok()) return finish(begun);
  return finish(snapshots_.add(bytes));
}

Result<void> SqliteStore::finish_snapshot() {
  if (failed_) return *failed_;
  if (!snapshots_.begun())
    return finish(bug(database_->file(), "cannot finish a snapshot: none was begun", 0));
  if (auto begun = begin(); !begun.ok()) return finish(begun);
  if (auto finished = snapshots_.finish(); !finished.ok()) return finish(finished);
  return finish(commit());
}

Result<RecoveryPoint> SqliteStore::newest_valid_snapshot() {
  return snapshots_.newest_valid(log_.trimmed().last_sequence);
}

Result<void> SqliteStore::append_config_version(const ConfigVersion& version) {
  if (failed_) return *failed_;
  if (version.version != newest_config_ + 1) {
    return finish(bug(database_->file(),
                      "cannot store configuration version " + std::to_string(version.version) +
                          ": the next one is " + std::to_string(newest_config_ + 1),
                      newest_config_ + 1));
  }
  if (version.text.size() > kMaxRecordBytes) {
    return finish(StoreError{StoreErrorKind::TooLarge,
                             "cannot store a configuration of " + std::to_string(version.text.size()) +
                                 " bytes in " + database_->file().string() + ": the limit is " +
                                 std::to_string(kMaxRecordBytes),
                             version.version});
  }
  if (auto begun = begin(); !begun.ok()) return finish(begun);
  if (auto inserted = sqlite::insert_config_version(*database_, version); !inserted.ok())
    return finish(inserted);
  newest_config_ = version.version;
  return {};
}

Result<std::vector<ConfigVersion>> SqliteStore::config_versions(uint64_t most_bytes) {
  return sqlite::read_config_versions(*database_, most_bytes);
}

Result<void> SqliteStore::set_start_file(uint64_t checksum_of_text) {
  if (failed_) return *failed_;
  if (auto begun = begin(); !begun.ok()) return finish(begun);
  if (auto stored = sqlite::store_start_file(*database_, checksum_of_text); !stored.ok())
    return finish(stored);
  return {};
}

Result<void> SqliteStore::write_keys(std::span<const KeySlot> slots) {
  if (failed_) return *failed_;
  keys_.stage(slots);
  return {};
}

Result<void> SqliteStore::append_audit(std::string_view entry) {
  if (failed_) return *failed_;
  if (entry.size() > kMaxAuditBytes) {
    return finish(StoreError{StoreErrorKind::TooLarge,
                             "cannot add a row of " + std::to_string(entry.size()) +
                                 " bytes to the audit trail in " + database_->file().string() +
                                 ": the limit is " + std::to_string(kMaxAuditBytes),
                             0});
  }
  audit_.stage(entry);
  return {};
}

Result<void> SqliteStore::append_history(std::span<const HistoryRow> rows) {
  if (failed_) return *failed_;
  history_.stage(rows);
  return {};
}

// SQLite commits nothing of a transaction that met damage, so that this one has nothing else in it.
Result<bool> SqliteStore::prune_history(int64_t before_us) {
  if (failed_) return *failed_;
  if (!history_.begun()) return false;
  if (auto synced = sync(); !synced.ok()) return synced.error();
  if (auto begun = begin(); !begun.ok()) return finish(begun).error();
  Result<bool> more = history_.prune(before_us);
  if (!more.ok() && more.error().kind == StoreErrorKind::Damaged) {
    if (auto undone = roll_back(); !undone.ok()) return finish(undone).error();
    return more;
  }
  if (auto done = finish(more.ok() ? commit() : more.error()); !done.ok()) return done.error();
  return more;
}

// Checkpointed into the database, where the new content is in the place of the old, and cut to nothing.
Result<void> SqliteStore::scrub() {
  if (failed_) return *failed_;
  if (auto committed = commit(); !committed.ok()) return finish(committed);
  return finish(database_->execute(kEmptyWal));
}

Result<bool> SqliteStore::trim_log_before(uint64_t sequence) {
  if (failed_) return *failed_;
  uint64_t before = std::min(sequence, snapshots_.newest() + 1);
  if (before <= first_sequence()) return false;
  // What is staged goes first: it may be the row that `before` ends at.
  if (auto flushed = flush(); !flushed.ok()) return finish(flushed).error();
  if (auto begun = begin(); !begun.ok()) return finish(begun).error();
  Result<bool> more = log_.trim(before);
  if (auto done = finish(more.ok() ? commit() : more.error()); !done.ok()) return done.error();
  return more;
}

uint64_t SqliteStore::size_bytes() const {
  return file_bytes(database_->file()) + file_bytes(wal_of(database_->file()));
}

// The first transaction raises an older format: whoever opened the store may have refused it until then.
Result<void> SqliteStore::begin() {
  if (in_transaction_) return {};
  if (auto begun = database_->execute("BEGIN IMMEDIATE"); !begun.ok()) return begun;
  in_transaction_ = true;
  if (std::exchange(state_, sqlite::FileState::Ours) != sqlite::FileState::OlderFormat) return {};
  return sqlite::upgrade(*database_);
}

// Moves what is staged into SQLite, as one row of the running transaction.
Result<void> SqliteStore::flush() {
  if (staged_count_ == 0 && !keys_.staged() && !audit_.staged() && !history_.staged()) return {};
  if (auto begun = begin(); !begun.ok()) return begun;
  if (auto written = keys_.flush(); !written.ok()) return written;
  if (auto written = audit_.flush(); !written.ok()) return written;
  if (auto written = history_.flush(); !written.ok()) return written;
  if (staged_count_ == 0) return {};
  if (auto inserted = log_.insert(staged_count_, epoch_, staged_); !inserted.ok()) return inserted;
  staged_.clear();
  staged_count_ = 0;
  return {};
}

Result<void> SqliteStore::commit() {
  if (auto flushed = flush(); !flushed.ok()) return flushed;
  if (!in_transaction_) return {};
  if (auto committed = database_->execute("COMMIT"); !committed.ok()) return committed;
  in_transaction_ = false;
  if (durable_ == ends()) return {};
  durable_ = ends();
  mark_.set(durable_);
  return {};
}

Result<void> SqliteStore::roll_back() {
  if (auto undone = database_->roll_back(); !undone.ok()) return undone;
  in_transaction_ = false;
  return {};
}

Result<void> SqliteStore::finish(Result<void> outcome) {
  if (outcome.ok()) return outcome;
  failed_ = outcome.error();
  // Closing writes nothing either: after a failed sync nobody knows which pages the disk holds.
  database_->checkpoint_on_close(false);
  return outcome;
}

Result<void> check_agreement(const Database& database, const SqliteLog& log, const SqliteSnapshots& snapshots,
                             const DurableMark::Ends& marked, uint64_t epoch, bool wal_whole) {
  uint64_t next = log.end().last_sequence + 1;
  std::string what;
  if (marked.sequence >= next) {
    what = "sequence " + std::to_string(marked.sequence) + " was durable, as " +
           mark_of(database.file()).filename().string() + " tells";
  }
  if (!wal_whole) what = sqlite::kBadWal;
  if (snapshots.newest() >= next)
    what = "there is a snapshot at sequence " + std::to_string(snapshots.newest());
  if (log.end().epoch > epoch) what = "its epoch is behind that of the log";
  if (what.empty()) return {};
  return database.damaged(what + ", and the log ends before sequence " + std::to_string(next), next);
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(const SqliteStoreOptions& options) {
  std::filesystem::path file = options.directory / kDatabaseFile;
  if (!options.untouched) {
    if (auto created = create_data_directory(options.directory); !created.ok()) return created.error();
  }
  if (auto there = check_not_orphaned(file); !there.ok()) return there.error();
  if (options.untouched && file_bytes(file) == 0) return no_store(options.directory);

  Result<std::unique_ptr<Database>> database = options.untouched
                                                   ? Database::open_untouched(file, options.lock_wait)
                                                   : Database::open(file, options.vfs, options.lock_wait);
  if (!database.ok()) return database.error();
  Database& open = **database;
  Result<sqlite::FileState> state = sqlite::lock_and_identify(open);
  if (!state.ok()) return state.error();
  Result<bool> wal_whole = sqlite::wal_is_whole(wal_of(file));
  if (!wal_whole.ok()) return wal_whole.error();
  if (auto prepared = sqlite::prepare_schema(open, *state); !prepared.ok()) return prepared.error();

  Result<SqliteLog> log = SqliteLog::open(open);
  if (!log.ok()) return log.error();
  if (auto structure = sqlite::check_structure(open, "log"); !structure.ok()) return structure.error();
  Result<SqliteSnapshots> snapshots = SqliteSnapshots::open(open);
  if (!snapshots.ok()) return snapshots.error();
  Result<SqliteKeys> keys = SqliteKeys::open(open);
  if (!keys.ok()) return keys.error();
  Result<SqliteAudit> audit = SqliteAudit::open(open);
  if (!audit.ok()) return audit.error();
  Result<SqliteHistory> history = SqliteHistory::open(open, *state);
  if (!history.ok()) return history.error();
  Result<uint64_t> newest_config = sqlite::newest_config_version(open);
  if (!newest_config.ok()) return newest_config.error();
  Result<uint64_t> epoch = sqlite::stored_epoch(open);
  if (!epoch.ok()) return epoch.error();
  const DurableMark::Ends marked = DurableMark::read(mark_of(file));
  if (auto agreed = check_agreement(open, *log, *snapshots, marked, *epoch, *wal_whole); !agreed.ok())
    return agreed.error();
  if (auto there = sqlite::check_marked_rows(open, audit->rows(), marked.audit_rows); !there.ok())
    return there.error();

  // From here on the store is ours and whole. Emptying the write-ahead log first removes what a torn
  // transaction left in it, so that the next wal_is_whole() sees frames of this opening only.
  if (auto emptied = open.execute(kEmptyWal); !emptied.ok()) return emptied.error();
  if (auto stored = sqlite::store_epoch(open, *epoch + 1); !stored.ok()) return stored.error();
  open.checkpoint_on_close(true);
  return std::unique_ptr<Store>(std::make_unique<SqliteStore>(
      std::move(*database), std::move(*log), std::move(*snapshots), std::move(*keys), std::move(*audit),
      std::move(*history), *state, options.untouched ? DurableMark() : DurableMark(mark_of(file)),
      options.free_bytes, *newest_config, *epoch + 1));
}

}  // namespace cordboard
