// The log table: inserts, verifies, reads and trims rows of records.
//
// Knows where the chain stands, not what is durable: transactions are SqliteStore's. Not thread-safe.
#pragma once

#include <cstdint>
#include <vector>

#include "router/store/log_batch.h"
#include "router/store/sqlite.h"

namespace cordboard::sqlite {

class SqliteLog {
 public:
  // Reads the whole log and verifies the chain; Damaged names the first sequence that does not hold.
  static Result<SqliteLog> open(Database& database);

  // The link behind the newest row, and the one before the oldest.
  const ChainLink& end() const { return end_; }
  const ChainLink& trimmed() const { return trimmed_; }

  // Inserts the records that follow end() as one row.
  Result<void> insert(uint64_t count, uint64_t epoch, std::string_view records);

  // Visits the records `first`..`last`, verifying the chain from the row that holds `first`.
  // REQUIRES: no row straddles `last`.
  Result<void> read(uint64_t first, uint64_t last, const LogVisitor& visit);

  // Deletes the oldest rows that hold only records before `sequence`, up to about 1 MiB of them. True when
  // it deleted any: there may be more.
  Result<bool> trim(uint64_t sequence);

 private:
  explicit SqliteLog(Database& database) : database_(&database) {}

  Result<void> prepare();
  Result<void> verify();
  Result<ChainLink> link_before(uint64_t sequence);
  LogRow current_row() const;
  StoreError damaged(const ChainLink& behind) const;

  Database* database_;
  Statement insert_;
  Statement select_;
  Statement before_;
  ChainLink trimmed_;
  ChainLink end_;
  std::vector<LogRecord> records_;  // of the row being visited; kept to save allocations
};

}  // namespace cordboard::sqlite
