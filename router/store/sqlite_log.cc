#include "router/store/sqlite_log.h"

#include <limits>
#include <span>
#include <string>
#include <utility>

#include "router/store/sqlite_schema.h"

namespace cordboard::sqlite {
namespace {

constexpr uint64_t kEnd = std::numeric_limits<int64_t>::max();

// One trim() deletes about this much: a few milliseconds.
constexpr uint64_t kTrimBytes = 1 << 20;
constexpr uint64_t kTrimRows = 4096;

// SQLite found the damage while it looked for the row behind `link`.
StoreError at_row_behind(const ChainLink& link, StoreError error) {
  if (error.kind == StoreErrorKind::Damaged) error.position = link.last_sequence + 1;
  return error;
}

}  // namespace

Result<SqliteLog> SqliteLog::open(Database& database) {
  SqliteLog log(database);
  if (auto prepared = log.prepare(); !prepared.ok()) return prepared.error();
  if (auto verified = log.verify(); !verified.ok()) return verified.error();
  return log;
}

Result<void> SqliteLog::prepare() {
  Result<Statement> insert = database_->prepare("INSERT INTO log VALUES (?1, ?2, ?3, ?4, ?5)");
  Result<Statement> select = database_->prepare(
      "SELECT first_sequence, count, epoch, checksum, records FROM log"
      " WHERE first_sequence BETWEEN ?1 AND ?2 ORDER BY first_sequence");
  Result<Statement> before = database_->prepare(
      "SELECT first_sequence, count, epoch, checksum FROM log"
      " WHERE first_sequence <= ?1 ORDER BY first_sequence DESC LIMIT 2");
  Result<ChainLink> trimmed = trimmed_link(*database_);
  if (!insert.ok()) return insert.error();
  if (!select.ok()) return select.error();
  if (!before.ok()) return before.error();
  if (!trimmed.ok()) return trimmed.error();
  insert_ = std::move(*insert);
  select_ = std::move(*select);
  before_ = std::move(*before);
  trimmed_ = *trimmed;
  return {};
}

Result<void> SqliteLog::verify() {
  ChainLink link = trimmed_;
  // From the lowest key, not from where the log should begin: a row before it is damage too.
  select_.bind(std::numeric_limits<int64_t>::min(), kEnd);
  for (;;) {
    Result<bool> row = select_.step();
    if (!row.ok()) return at_row_behind(link, row.error());
    if (!*row) break;
    if (!follow(link, current_row())) {
      select_.reset();
      return damaged(link);
    }
  }
  end_ = link;
  return {};
}

Result<void> SqliteLog::insert(uint64_t count, uint64_t epoch, std::string_view records) {
  LogRow row{end_.last_sequence + 1, count, epoch, 0, records};
  row.checksum = chained_checksum(end_.checksum, row);
  auto inserted =
      insert_.bind(row.first_sequence, row.count, row.epoch, row.checksum, Blob{row.records}).run();
  if (!inserted.ok()) return inserted;
  end_ = {end_.last_sequence + count, epoch, row.checksum};
  return {};
}

Result<void> SqliteLog::read(uint64_t first, uint64_t last, const LogVisitor& visit) {
  if (first > last) return {};
  Result<ChainLink> start = link_before(first);
  if (!start.ok()) return start.error();

  ChainLink link = *start;
  select_.bind(link.last_sequence + 1, last);
  bool more = true;
  while (more && link.last_sequence < last) {
    Result<bool> found = select_.step();
    if (!found.ok()) return at_row_behind(link, found.error());
    ChainLink before = link;
    if (!*found || !follow(link, current_row()) || !split_records(current_row(), records_)) {
      select_.reset();
      return damaged(before);
    }
    std::span<const LogRecord> run(records_);
    if (records_.front().sequence < first) run = run.subspan(first - records_.front().sequence);
    more = visit(run);
  }
  select_.reset();
  return {};
}

Result<bool> SqliteLog::trim(uint64_t sequence) {
  Result<Statement> oldest = database_->prepare(
      "SELECT first_sequence, count, epoch, checksum, length(records) FROM log ORDER BY first_sequence");
  Result<Statement> remove = database_->prepare("DELETE FROM log WHERE first_sequence <= ?1");
  if (!oldest.ok()) return oldest.error();
  if (!remove.ok()) return remove.error();

  ChainLink link = trimmed_;
  uint64_t bytes = 0;
  for (uint64_t rows = 0; bytes < kTrimBytes && rows < kTrimRows; ++rows) {
    Result<bool> row = oldest->step();
    if (!row.ok()) return at_row_behind(link, row.error());
    if (!*row || oldest->integer(0) + oldest->integer(1) > sequence) break;
    link = {oldest->integer(0) + oldest->integer(1) - 1, oldest->integer(2), oldest->integer(3)};
    bytes += oldest->integer(4);
  }
  oldest->reset();
  if (link.last_sequence == trimmed_.last_sequence) return false;

  if (auto removed = remove->bind(link.last_sequence).run(); !removed.ok()) return removed.error();
  if (auto stored = store_trimmed_link(*database_, link); !stored.ok()) return stored.error();
  trimmed_ = link;
  return true;
}

// The link that the row which holds `sequence` follows; end() when `sequence` is behind it.
Result<ChainLink> SqliteLog::link_before(uint64_t sequence) {
  if (sequence > end_.last_sequence) return end_;
  before_.bind(sequence);
  Result<bool> holder = before_.step();
  if (!holder.ok()) return at_row_behind({sequence - 1, 0, 0}, holder.error());
  if (!*holder) return trimmed_;
  Result<bool> previous = before_.step();
  if (!previous.ok()) return at_row_behind({sequence - 1, 0, 0}, previous.error());
  if (!*previous) return trimmed_;
  ChainLink link{before_.integer(0) + before_.integer(1) - 1, before_.integer(2), before_.integer(3)};
  before_.reset();
  return link;
}

LogRow SqliteLog::current_row() const {
  return {select_.integer(0), select_.integer(1), select_.integer(2), select_.integer(3), select_.bytes(4)};
}

StoreError SqliteLog::damaged(const ChainLink& behind) const {
  uint64_t sequence = behind.last_sequence + 1;
  return database_->damaged("the log's checksum chain breaks at sequence " + std::to_string(sequence),
                            sequence);
}

}  // namespace cordboard::sqlite
