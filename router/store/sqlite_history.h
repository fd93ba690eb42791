// The table of history. Not thread-safe.
//
// A row has a checksum over its place and its bytes. `meta` has from when on the rows tell everything.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "router/store/history_row.h"
#include "router/store/result.h"
#include "router/store/sqlite.h"
#include "router/store/sqlite_schema.h"

namespace cordboard::sqlite {

class SqliteHistory {
 public:
  // An older format has no such table until it is upgraded.
  static Result<SqliteHistory> open(Database& database, FileState state);

  // False: there was never a row, and there may be no table yet.
  bool begun() const { return since_us_ != kNoHistory; }

  bool staged() const { return !staged_.empty(); }
  void stage(std::span<const HistoryRow> rows) { staged_.insert(staged_.end(), rows.begin(), rows.end()); }
  // Writes what is staged, in the running transaction.
  Result<void> flush();

  // Of each queue that has one, by queue. Damaged names the row.
  Result<std::vector<HistoryRow>> newest() const;
  Result<HistoryAnswer> read(std::uint32_t queue, std::span<const std::int64_t> instants_us) const;

  // Every row, by queue and boundary.
  Result<void> visit(const HistoryVisitor& visit) const;

  // REQUIRES: begun().
  // One piece, in the running transaction, which is to be rolled back after an error; see
  // Store::prune_history.
  Result<bool> prune(std::int64_t before_us);

 private:
  SqliteHistory(Database& database, std::int64_t since_us) : database_(&database), since_us_(since_us) {}

  Result<void> begin_at(std::int64_t since_us);

  Database* database_;
  std::int64_t since_us_;
  std::uint64_t prune_next_ = 0;  // the queue whose rows are looked at next
  std::vector<HistoryRow> staged_;
};

}  // namespace cordboard::sqlite
