#include "router/store/sqlite.h"

#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <system_error>

namespace cordboard::sqlite {
namespace {

bool out_of_space(int system_error) {
  return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
}

StoreErrorKind kind_of(int code, int system_error) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return StoreErrorKind::InUse;
    case SQLITE_FULL:
      return StoreErrorKind::Full;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
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
      return "keep the files, check the disk, and restore the data directory from a backup";
    case StoreErrorKind::TooLarge:
      return "one value is over SQLite's limit";
    default:
      return "check the directory's permissions and the disk, then start again";
  }
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
  sqlite3* handle = nullptr;
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  int code = sqlite3_open_v2(file.c_str(), &handle, flags, vfs.empty() ? nullptr : vfs.c_str());
  database->handle_.reset(handle);
  if (code != SQLITE_OK) return database->error("open");
  sqlite3_busy_timeout(handle, static_cast<int>(std::clamp<int64_t>(lock_wait.count(), 0, INT_MAX)));
  database->checkpoint_on_close(false);
  return database;
}

Result<void> Database::execute(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return error("write");
  return {};
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
  int system_error = sqlite3_system_errno(handle_.get());
  StoreError error;
  error.kind = kind_of(code, system_error);
  error.message =
      "cannot " + std::string(action) + " " + file_.string() + ": " + sqlite3_errmsg(handle_.get());
  // SQLite reports the errno of the last failed system call, which a lock conflict is not.
  bool system_failed = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
  if (system_failed && system_error != 0) {
    error.message += " (" + std::generic_category().message(system_error) + ")";
  }
  error.message += "; ";
  error.message += advice(error.kind);
  return error;
}

}  // namespace cordboard::sqlite
