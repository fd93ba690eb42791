#include "router/store/sqlite_audit.h"

#include <algorithm>

#include "router/store/store_files.h"

namespace cordboard::sqlite {
namespace {

Result<uint64_t> rows_written(const Database& database) {
  return database.integer("SELECT value FROM meta WHERE key = 'audit_rows'");
}

std::string_view view(const AuditHash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

StoreError wrong(const Database& database, uint64_t number, const std::string& what) {
  return database.damaged("row " + std::to_string(number) + " of its audit trail " + what, 0);
}

// What is wrong with the end when `there` is the number of the last row.
Result<void> check_end(const Database& database, uint64_t there) {
  Result<uint64_t> written = rows_written(database);
  if (!written.ok()) return written.error();
  const std::string were = std::to_string(*written) + " were written";
  if (there < *written) return wrong(database, there + 1, "is missing: " + were);
  if (there > *written) return wrong(database, *written + 1, "was put in: " + were);
  return {};
}

}  // namespace

Result<AuditLink> read_audit(const Database& database, const AuditVisitor& visit) {
  Result<Statement> query = database.prepare("SELECT number, hash, entry FROM audit ORDER BY number");
  if (!query.ok()) return query.error();
  AuditLink link;
  for (;;) {
    Result<bool> row = query->step();
    if (!row.ok()) return row.error();
    if (!*row) break;
    const AuditRow read{query->integer(0), {}, query->bytes(2)};
    const AuditLink next = next_link(link, read.entry);
    // Numbers are told apart and in order, so one that is too small is not above 0.
    if (static_cast<int64_t>(read.number) <= 0)
      return wrong(database, next.number, "has another one before it");
    if (read.number != next.number) return wrong(database, next.number, "is missing");
    if (query->bytes(1) != view(next.hash))
      return wrong(database, next.number, "is not the one that was written there");
    visit({next.number, next.hash, read.entry});
    link = next;
  }
  if (auto end = check_end(database, link.number); !end.ok()) return end.error();
  return link;
}

Result<void> check_marked_rows(const Database& database, uint64_t there, uint64_t marked) {
  if (marked <= there) return {};
  return wrong(database, there + 1,
               "is missing: " + std::to_string(marked) + " were durable, as " +
                   mark_of(database.file()).filename().string() + " tells");
}

Result<SqliteAudit> SqliteAudit::open(Database& database) {
  Result<Statement> query = database.prepare("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1");
  if (!query.ok()) return query.error();
  Result<bool> row = query->step();
  if (!row.ok()) return row.error();
  AuditLink end;
  if (*row) {
    end.number = query->integer(0);
    const std::string_view hash = query->bytes(1);
    if (hash.size() != end.hash.size()) return wrong(database, end.number, "has no hash");
    std::copy(hash.begin(), hash.end(), end.hash.begin());
  }
  if (auto checked = check_end(database, end.number); !checked.ok()) return checked.error();
  return SqliteAudit(database, end);
}

Result<void> SqliteAudit::flush() {
  if (staged_.empty()) return {};
  Result<Statement> insert = database_->prepare("INSERT INTO audit VALUES (?1, ?2, ?3)");
  if (!insert.ok()) return insert.error();
  for (const std::string& entry : staged_) {
    end_ = next_link(end_, entry);
    if (auto done = insert->bind(end_.number, Blob{view(end_.hash)}, Blob{entry}).run(); !done.ok())
      return done;
  }
  staged_.clear();
  Result<Statement> update = database_->prepare("REPLACE INTO meta VALUES ('audit_rows', ?1)");
  if (!update.ok()) return update.error();
  return update->bind(end_.number).run();
}

}  // namespace cordboard::sqlite
