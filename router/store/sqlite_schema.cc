#include "router/store/sqlite_schema.h"

#include <string>

namespace cordboard::sqlite {
namespace {

// Tells our files from other SQLite databases: "Cord".
constexpr uint64_t kApplicationId = 0x436f7264;

// A log row is a batch of records (log_batch.h), a snapshot is cut into parts, so that no value is large.
constexpr const char* kCreateTables = R"sql(
BEGIN;
CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE log(first_sequence INTEGER PRIMARY KEY, count INTEGER NOT NULL, epoch INTEGER NOT NULL,
                 checksum INTEGER NOT NULL, records BLOB NOT NULL);
CREATE TABLE snapshot(sequence INTEGER PRIMARY KEY, parts INTEGER NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE snapshot_part(sequence INTEGER NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL,
                           PRIMARY KEY(sequence, part)) WITHOUT ROWID;
CREATE TABLE config_version(version INTEGER PRIMARY KEY, applied_at_us INTEGER NOT NULL,
                            source TEXT NOT NULL, text TEXT NOT NULL, origin INTEGER NOT NULL,
                            request_id TEXT NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE key_page(page INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, slots BLOB NOT NULL);
CREATE TABLE audit(number INTEGER PRIMARY KEY, hash BLOB NOT NULL, entry BLOB NOT NULL);
CREATE TABLE history(queue INTEGER NOT NULL, boundary_us INTEGER NOT NULL, checksum INTEGER NOT NULL,
                     sums BLOB NOT NULL, PRIMARY KEY(queue, boundary_us)) WITHOUT ROWID;
INSERT INTO meta VALUES ('format_version', 2), ('epoch', 0), ('trimmed_sequence', 0),
                        ('trimmed_epoch', 0), ('trimmed_checksum', 0), ('start_file', 0), ('key_pages', 0),
                        ('audit_rows', 0), ('history_since', 0), ('history_checksum', 0);
PRAGMA application_id = 0x436f7264;
COMMIT;
)sql";

// Format 1 had no history; of the time before its first rows nothing is known (kNoHistory). A release that
// knows format 1 only would serve without writing rows, and leave a gap that nobody sees.
constexpr const char* kAddHistory = R"sql(
CREATE TABLE history(queue INTEGER NOT NULL, boundary_us INTEGER NOT NULL, checksum INTEGER NOT NULL,
                     sums BLOB NOT NULL, PRIMARY KEY(queue, boundary_us)) WITHOUT ROWID;
INSERT INTO meta VALUES ('history_since', 9223372036854775807), ('history_checksum', 0);
UPDATE meta SET value = 2 WHERE key = 'format_version';
)sql";

// Counts only for a file that is empty, and only before its first lock.
constexpr const char* kPageSize = "PRAGMA page_size = 8192";
// The size limit keeps a large transaction from leaving a large write-ahead log behind. What is deleted is
// overwritten, as Debian's SQLite does by itself.
constexpr const char* kSettings = R"sql(
PRAGMA synchronous = FULL;
PRAGMA journal_size_limit = 16777216;
PRAGMA cell_size_check = ON;
PRAGMA secure_delete = ON;
)sql";

Result<FileState> identify(const Database& database) {
  Result<uint64_t> tables = database.integer("SELECT count(*) FROM sqlite_master");
  if (!tables.ok()) return tables.error();
  if (*tables == 0) return FileState::Empty;

  Result<uint64_t> application = database.integer("PRAGMA application_id");
  if (!application.ok()) return application.error();
  if (*application != kApplicationId) {
    return StoreError{StoreErrorKind::Damaged,
                      database.file().string() + " is an SQLite database but not one of Cordboard's; " +
                          "move it away or choose another data directory",
                      0};
  }

  Result<uint64_t> format = database.integer("SELECT value FROM meta WHERE key = 'format_version'");
  if (!format.ok()) return format.error();
  if (*format == 0) return database.damaged("it names no format version", 0);
  if (*format > kFormatVersion) {
    return StoreError{StoreErrorKind::NewerFormat,
                      database.file().string() + " has format " + std::to_string(*format) +
                          ", and this release reads up to " + std::to_string(kFormatVersion) +
                          "; it was left untouched: start the newer release that wrote it",
                      *format};
  }
  return *format < kFormatVersion ? FileState::OlderFormat : FileState::Ours;
}

}  // namespace

Result<FileState> lock_and_identify(Database& database) {
  if (auto set = database.execute(kPageSize); !set.ok()) return set.error();
  // In exclusive locking mode the lock that this transaction takes stays until the file is closed.
  if (auto locked = database.execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE"); !locked.ok()) {
    return locked.error();
  }
  Result<FileState> state = identify(database);
  if (auto ended = database.execute("ROLLBACK"); state.ok() && !ended.ok()) return ended.error();
  return state;
}

Result<void> prepare_schema(Database& database, FileState state) {
  Result<std::string> mode = database.text("PRAGMA journal_mode = WAL");
  if (!mode.ok()) return mode.error();
  if (*mode != "wal") {
    return StoreError{StoreErrorKind::Io,
                      database.file().string() + " cannot use a write-ahead log, its journal mode stays " +
                          *mode + "; put the data directory on a local file system",
                      0};
  }
  if (auto set = database.execute(kSettings); !set.ok()) return set;
  return state == FileState::Empty ? database.execute(kCreateTables) : Result<void>();
}

Result<void> upgrade(Database& database) { return database.execute(kAddHistory); }

Result<void> check_structure(const Database& database, const std::string& table) {
  Result<std::string> verdict = database.text(("PRAGMA quick_check('" + table + "')").c_str());
  if (!verdict.ok()) return verdict.error();
  if (*verdict != "ok") return database.damaged(*verdict, 0);
  return {};
}

Result<ChainLink> trimmed_link(const Database& database) {
  Result<uint64_t> sequence = database.integer("SELECT value FROM meta WHERE key = 'trimmed_sequence'");
  Result<uint64_t> epoch = database.integer("SELECT value FROM meta WHERE key = 'trimmed_epoch'");
  Result<uint64_t> checksum = database.integer("SELECT value FROM meta WHERE key = 'trimmed_checksum'");
  if (!sequence.ok()) return sequence.error();
  if (!epoch.ok()) return epoch.error();
  if (!checksum.ok()) return checksum.error();
  return ChainLink{*sequence, *epoch, *checksum};
}

Result<void> store_trimmed_link(Database& database, const ChainLink& link) {
  Result<Statement> update = database.prepare(
      "REPLACE INTO meta VALUES ('trimmed_sequence', ?1), ('trimmed_epoch', ?2), ('trimmed_checksum', ?3)");
  if (!update.ok()) return update.error();
  return update->bind(link.last_sequence, link.epoch, link.checksum).run();
}

Result<uint64_t> stored_epoch(const Database& database) {
  return database.integer("SELECT value FROM meta WHERE key = 'epoch'");
}

Result<void> store_epoch(Database& database, uint64_t epoch) {
  Result<Statement> update = database.prepare("REPLACE INTO meta VALUES ('epoch', ?1)");
  if (!update.ok()) return update.error();
  return update->bind(epoch).run();
}

}  // namespace cordboard::sqlite
