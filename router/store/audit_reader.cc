#include "router/store/audit_reader.h"

#include <chrono>
#include <memory>
#include <string>
#include <system_error>

#include "router/store/sqlite.h"
#include "router/store/sqlite_audit.h"
#include "router/store/sqlite_schema.h"
#include "router/store/sqlite_store.h"
#include "router/store/wal_check.h"

namespace cordboard {
namespace {

using sqlite::Database;

StoreError no_store(const std::filesystem::path& directory) {
  return {StoreErrorKind::Io, directory.string() + " has no store; check the path and its permissions", 0};
}

// What a crash may leave is dropped when the database is opened; what was durable must not be.
Result<void> check_wal(const Database& database) {
  Result<bool> whole = sqlite::wal_is_whole(database.file().string() + "-wal");
  if (!whole.ok()) return whole.error();
  if (!*whole) return database.damaged("its write-ahead log has a bad frame before its end", 0);
  return {};
}

}  // namespace

Result<AuditLink> read_audit_trail(const std::filesystem::path& directory, const AuditVisitor& visit) {
  const std::filesystem::path file = directory / kDatabaseFile;
  std::error_code missing;
  if (std::filesystem::file_size(file, missing) == 0 || missing) return no_store(directory);
  Result<std::unique_ptr<Database>> database =
      Database::open_untouched(file, std::chrono::milliseconds::zero());
  if (!database.ok()) return database.error();
  Result<sqlite::FileState> state = sqlite::lock_and_identify(**database);
  if (!state.ok()) return state.error();
  if (*state == sqlite::FileState::Empty) return no_store(directory);
  if (auto whole = check_wal(**database); !whole.ok()) return whole.error();
  return sqlite::read_audit(**database, visit);
}

}  // namespace cordboard
