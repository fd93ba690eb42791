// The table of the audit trail: rows are added, never changed or removed. Not thread-safe.
//
// `meta` counts the rows, so that an end that is missing is noticed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "router/store/audit_chain.h"
#include "router/store/result.h"
#include "router/store/sqlite.h"

namespace cordboard::sqlite {

// Visits the rows that are there as long as the chain holds. Damaged names the first row that is missing, not
// the one that was written, or more than was written. Otherwise where the chain ends.
Result<AuditLink> read_audit(const Database& database, const AuditVisitor& visit);

// Damaged when the mark beside the database tells of more rows than `there` are.
Result<void> check_marked_rows(const Database& database, uint64_t there, uint64_t marked);

class SqliteAudit {
 public:
  // Looks at the newest row only: read_audit() checks them all.
  static Result<SqliteAudit> open(Database& database);

  // Written, in the running transaction too.
  uint64_t rows() const { return end_.number; }
  bool staged() const { return !staged_.empty(); }
  void stage(std::string_view entry) { staged_.emplace_back(entry); }
  // Writes what is staged, in the running transaction.
  Result<void> flush();

 private:
  SqliteAudit(Database& database, const AuditLink& end) : database_(&database), end_(end) {}

  Database* database_;
  AuditLink end_;
  std::vector<std::string> staged_;
};

}  // namespace cordboard::sqlite
