#include "router/store/audit_reader.h"

#include <chrono>
#include <memory>

#include "router/store/durable_mark.h"
#include "router/store/sqlite.h"
#include "router/store/sqlite_audit.h"
#include "router/store/sqlite_schema.h"
#include "router/store/store_files.h"
#include "router/store/wal_check.h"

namespace cordboard {
namespace {

using sqlite::Database;

// What a crash may leave is dropped when the database is opened; what was durable must not be.
Result<void> check_wal(const Database& database) {
  Result<bool> whole = sqlite::wal_is_whole(wal_of(database.file()));
  if (!whole.ok()) return whole.error();
  if (!*whole) return database.damaged(sqlite::kBadWal, 0);
  return {};
}

}  // namespace

Result<AuditLink> read_audit_trail(const std::filesystem::path& directory, const AuditVisitor& visit) {
  const std::filesystem::path file = directory / kDatabaseFile;
  if (auto there = check_not_orphaned(file); !there.ok()) return there.error();
  if (file_bytes(file) == 0) return no_store(directory);
  Result<std::unique_ptr<Database>> database =
      Database::open_untouched(file, std::chrono::milliseconds::zero());
  if (!database.ok()) return database.error();
  Result<sqlite::FileState> state = sqlite::lock_and_identify(**database);
  if (!state.ok()) return state.error();
  if (*state == sqlite::FileState::Empty) return no_store(directory);
  if (auto whole = check_wal(**database); !whole.ok()) return whole.error();
  Result<AuditLink> end = sqlite::read_audit(**database, visit);
  if (!end.ok()) return end.error();
  const uint64_t marked = DurableMark::read(mark_of(file)).audit_rows;
  if (auto there = sqlite::check_marked_rows(**database, end->number, marked); !there.ok())
    return there.error();
  return end;
}

}  // namespace cordboard
