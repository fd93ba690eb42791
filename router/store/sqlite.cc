#include "router/store/sqlite.h"

#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <system_error>

namespace cordboard::sqlite {
namespace {

// With pages of 8 KiB a checkpoint every 4 MiB: it costs little per record and holds up a sync for 3 ms.
constexpr int kCheckpointPages = 512;

constexpr std::string_view kRestore =
    "keep the files, check the disk, and restore the data directory from a backup";

bool out_of_space(int system_error) {
  return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
}

StoreErrorKind kind_of(int code, int system_error) {
  switch (code & 0xff) {
    case SQLITE_BUSY:  // not SQLITE_LOCKED: that is this connection itself, after an error of the disk
      return StoreErrorKind::InUse;
    case SQLITE_FULL:
      return StoreErrorKind::Full;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    // Our statements are right, so what they name is not there: the schema is damaged.
    case SQLITE_ERROR:
      return StoreErrorKind::Damaged;
    case SQLITE_TOOBIG:
      return StoreErrorKind::TooLarge;
    default:
      // A short read means that the file ends before the database does.
      if (code == SQLITE_IOERR_SHORT_READ) return StoreErrorKind::Damaged;
      return out_of_space(system_error) ? StoreErrorKind::Full : StoreErrorKind::Io;
  }
}

std::string_view advice(StoreErrorKind kind) {
  switch (kind) {
    case StoreErrorKind::InUse:
      return "another process has this data directory open; stop it or choose another directory";
    case StoreErrorKind::Full:
      return "free or add disk space, then start again";
    case StoreErrorKind::Damaged:
      return kRestore;
    case StoreErrorKind::TooLarge:
      return "one value is over SQLite's limit";
    default:
      return "check the directory's permissions and the disk, then start again";
  }
}

// The errno behind an I/O error. The files remember it; the connection's own may be overwritten by then.
int last_system_error(sqlite3* database) {
  int error = 0;
  sqlite3_file* log = nullptr;
  sqlite3_file_control(database, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (log != nullptr && log->pMethods != nullptr) {
    log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &error);
  }
  if (error == 0) sqlite3_file_control(database, "main", SQLITE_FCNTL_LAST_ERRNO, &error);
  return error != 0 ? error : sqlite3_system_errno(database);
}

// SQLite's own checkpoint after a commit ignores errors. This one makes the COMMIT report them: what the
// commit wrote is durable, but a disk that fails to sync is not to be trusted with more.
int checkpoint(void*, sqlite3* database, const char* name, int pages) {
  if (pages < kCheckpointPages) return SQLITE_OK;
  return sqlite3_wal_checkpoint_v2(database, name, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

}  // namespace

void Statement::Finalizer::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
void Database::Closer::operator()(sqlite3* database) const { sqlite3_close(database); }

Result<bool> Statement::step() {
  int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    reset();
    return false;
  }
  StoreError error = database_->error(sqlite3_stmt_readonly(statement_.get()) ? "read" : "write");
  reset();
  return error;
}

Result<void> Statement::run() {
  for (;;) {
    Result<bool> row = step();
    if (!row.ok()) return row.error();
    if (!*row) return {};
  }
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

uint64_t Statement::integer(int column) const {
  return static_cast<uint64_t>(sqlite3_column_int64(statement_.get(), column));
}

std::string_view Statement::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  int size = sqlite3_column_bytes(statement_.get(), column);
  return data == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(data), size);
}

void Statement::bind_at(int index, uint64_t value) { bind_at(index, static_cast<int64_t>(value)); }
void Statement::bind_at(int index, int64_t value) { sqlite3_bind_int64(statement_.get(), index, value); }

void Statement::bind_at(int index, std::string_view text) {
  sqlite3_bind_text64(statement_.get(), index, text.empty() ? "" : text.data(), text.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
}

// An empty view may have no address, which SQLite would take for NULL.
void Statement::bind_at(int index, Blob blob) {
  sqlite3_bind_blob64(statement_.get(), index, blob.bytes.empty() ? "" : blob.bytes.data(), blob.bytes.size(),
                      SQLITE_STATIC);
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file, const std::string& vfs,
                                                 std::chrono::milliseconds lock_wait) {
  std::unique_ptr<Database> database(new Database(file));
  if (auto connected = database->connect(vfs, lock_wait); !connected.ok()) return connected.error();
  return database;
}

Result<std::unique_ptr<Database>> Database::open_untouched(const std::filesystem::path& file,
                                                           std::chrono::milliseconds lock_wait) {
  std::unique_ptr<Database> database(new Database(file));
  database->shadow_ = std::make_unique<ShadowFiles>();
  if (auto connected = database->connect(database->shadow_->vfs(), lock_wait); !connected.ok())
    return connected.error();
  return database;
}

Result<void> Database::connect(const std::string& vfs, std::chrono::milliseconds lock_wait) {
  sqlite3* handle = nullptr;
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  int code = sqlite3_open_v2(file_.c_str(), &handle, flags, vfs.empty() ? nullptr : vfs.c_str());
  handle_.reset(handle);
  if (code != SQLITE_OK) return error("open");
  sqlite3_busy_timeout(handle, static_cast<int>(std::clamp<int64_t>(lock_wait.count(), 0, INT_MAX)));
  sqlite3_wal_hook(handle, checkpoint, nullptr);
  checkpoint_on_close(false);
  return {};
}

Result<void> Database::execute(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return error("write");
  return {};
}

Result<void> Database::roll_back() {
  return sqlite3_get_autocommit(handle_.get()) != 0 ? Result<void>() : execute("ROLLBACK");
}

Result<Statement> Database::prepare(const char* sql) const {
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v3(handle_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return error("read");
  Statement prepared;
  prepared.database_ = this;
  prepared.statement_.reset(statement);
  return prepared;
}

Result<uint64_t> Database::integer(const char* sql) const {
  Result<Statement> query = prepare(sql);
  if (!query.ok()) return query.error();
  Result<bool> row = query->step();
  if (!row.ok()) return row.error();
  return *row ? query->integer(0) : 0;
}

Result<std::string> Database::text(const char* sql) const {
  Result<Statement> query = prepare(sql);
  if (!query.ok()) return query.error();
  Result<bool> row = query->step();
  if (!row.ok()) return row.error();
  return *row ? std::string(query->bytes(0)) : std::string();
}

void Database::checkpoint_on_close(bool enabled) {
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, enabled ? 0 : 1, nullptr);
}

StoreError Database::error(std::string_view action) const {
  int code = sqlite3_extended_errcode(handle_.get());
  std::string said = sqlite3_errmsg(handle_.get());
  // A lock conflict, say, is not the operating system's error: its last errno would mislead.
  bool system_failed = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
  int system_error = system_failed ? last_system_error(handle_.get()) : 0;
  if (system_error != 0) said += " (" + std::generic_category().message(system_error) + ")";

  StoreError error;
  error.kind = kind_of(code, system_error);
  if (error.kind == StoreErrorKind::Damaged) return damaged(said, error.position);
  error.message = "cannot " + std::string(action) + " " + file_.string() + ": " + said + "; ";
  error.message += advice(error.kind);
  return error;
}

StoreError Database::damaged(std::string_view what, uint64_t position) const {
  std::string message = file_.string() + " is damaged: ";
  message.append(what).append("; ").append(kRestore);
  return {StoreErrorKind::Damaged, std::move(message), position};
}

}  // namespace cordboard::sqlite
