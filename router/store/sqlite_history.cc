#include "router/store/sqlite_history.h"

#include <algorithm>
#include <optional>
#include <string>

#include "router/store/checksum.h"

namespace cordboard::sqlite {
namespace {

// Of one piece of pruning: some milliseconds.
constexpr std::uint64_t kPruneQueues = 256;
constexpr std::uint64_t kPruneRows = 1000;

std::uint64_t checksum_of(const HistoryRow& row) {
  return checksum({row.queue, static_cast<std::uint64_t>(row.boundary_us)}, row.sums);
}

// Apart from checksums of other numbers that stand alone.
std::uint64_t checksum_of_since(std::int64_t since_us) {
  return checksum({static_cast<std::uint64_t>(since_us)}, "history");
}

// Columns: queue, boundary, checksum, sums.
Result<HistoryRow> read_history_row(const Database& database, const Statement& from) {
  HistoryRow row{static_cast<std::uint32_t>(from.integer(0)), static_cast<std::int64_t>(from.integer(1)),
                 std::string(from.bytes(3))};
  if (checksum_of(row) == from.integer(2)) return row;
  return database.damaged("its history of queue " + std::to_string(row.queue) + " at " +
                              std::to_string(row.boundary_us) + " us does not match its checksum",
                          0);
}

}  // namespace

Result<SqliteHistory> SqliteHistory::open(Database& database, FileState state) {
  if (state == FileState::OlderFormat) return SqliteHistory(database, kNoHistory);
  Result<std::uint64_t> since = database.integer("SELECT value FROM meta WHERE key = 'history_since'");
  Result<std::uint64_t> sum = database.integer("SELECT value FROM meta WHERE key = 'history_checksum'");
  if (!since.ok()) return since.error();
  if (!sum.ok()) return sum.error();
  const auto since_us = static_cast<std::int64_t>(*since);
  // A store that was made without history, and one without rows yet, have none.
  if (*sum != 0 && *sum != checksum_of_since(since_us))
    return database.damaged("the beginning of its history does not match its checksum", 0);
  if (*sum == 0 && since_us != kHistoryComplete && since_us != kNoHistory)
    return database.damaged("the beginning of its history has no checksum", 0);
  return SqliteHistory(database, since_us);
}

Result<void> SqliteHistory::begin_at(std::int64_t since_us) {
  Result<Statement> update =
      database_->prepare("REPLACE INTO meta VALUES ('history_since', ?1), ('history_checksum', ?2)");
  if (!update.ok()) return update.error();
  auto begun = update->bind(since_us, checksum_of_since(since_us)).run();
  if (begun.ok()) since_us_ = since_us;
  return begun;
}

Result<void> SqliteHistory::flush() {
  if (staged_.empty()) return {};
  Result<Statement> insert = database_->prepare("INSERT INTO history VALUES (?1, ?2, ?3, ?4)");
  if (!insert.ok()) return insert.error();
  std::int64_t first = kNoHistory;
  for (const HistoryRow& row : staged_) {
    first = std::min(first, row.boundary_us);
    insert->bind(std::uint64_t{row.queue}, row.boundary_us, checksum_of(row), Blob{row.sums});
    if (auto done = insert->run(); !done.ok()) return done;
  }
  staged_.clear();
  return begun() ? Result<void>() : begin_at(first);
}

Result<std::vector<HistoryRow>> SqliteHistory::newest() const {
  if (!begun()) return std::vector<HistoryRow>();
  Result<Statement> next = database_->prepare(
      "SELECT queue, boundary_us, checksum, sums FROM history "
      "WHERE queue = (SELECT min(queue) FROM history WHERE queue >= ?1) ORDER BY boundary_us DESC LIMIT 1");
  if (!next.ok()) return next.error();
  std::vector<HistoryRow> rows;
  for (std::uint64_t queue = 0;;) {
    Result<bool> found = next->bind(queue).step();
    if (!found.ok()) return found.error();
    if (!*found) return rows;
    Result<HistoryRow> row = read_history_row(*database_, *next);
    if (!row.ok()) return row.error();
    queue = std::uint64_t{row->queue} + 1;
    rows.push_back(std::move(*row));
    next->reset();
  }
}

Result<HistoryAnswer> SqliteHistory::read(std::uint32_t queue,
                                          std::span<const std::int64_t> instants_us) const {
  if (!begun()) return HistoryAnswer{since_us_, std::vector<std::optional<HistoryRow>>(instants_us.size())};
  Result<Statement> query = database_->prepare(
      "SELECT queue, boundary_us, checksum, sums FROM history WHERE queue = ?1 AND boundary_us <= ?2 "
      "ORDER BY boundary_us DESC LIMIT 1");
  if (!query.ok()) return query.error();
  HistoryAnswer answer{since_us_, {}};
  for (const std::int64_t instant : instants_us) {
    std::optional<HistoryRow>& into = answer.rows.emplace_back();
    if (instant < since_us_) continue;
    Result<bool> found = query->bind(std::uint64_t{queue}, instant).step();
    if (!found.ok()) return found.error();
    if (!*found) continue;
    Result<HistoryRow> row = read_history_row(*database_, *query);
    if (!row.ok()) return row.error();
    into = std::move(*row);
    query->reset();
  }
  return answer;
}

Result<void> SqliteHistory::visit(const HistoryVisitor& visit) const {
  if (!begun()) return {};
  if (auto whole = check_structure(*database_, "history"); !whole.ok()) return whole;
  Result<Statement> next = database_->prepare(
      "SELECT queue, boundary_us, checksum, sums FROM history ORDER BY queue, boundary_us");
  if (!next.ok()) return next.error();
  while (true) {
    Result<bool> found = next->step();
    if (!found.ok()) return found.error();
    if (!*found) return {};
    Result<HistoryRow> row = read_history_row(*database_, *next);
    if (!row.ok()) return row.error();
    visit(*row);
  }
}

Result<bool> SqliteHistory::prune(std::int64_t before_us) {
  Result<Statement> drop = database_->prepare(
      "DELETE FROM history WHERE queue = ?1 AND boundary_us IN (SELECT boundary_us FROM history WHERE queue "
      "= ?1 AND boundary_us < (SELECT max(boundary_us) FROM history WHERE queue = ?1 AND boundary_us <= ?2) "
      "ORDER BY boundary_us LIMIT ?3)");
  Result<std::uint64_t> last = database_->integer("SELECT max(queue) FROM history");
  if (!drop.ok()) return drop.error();
  if (!last.ok()) return last.error();
  std::uint64_t next = prune_next_;
  std::uint64_t left = kPruneRows;
  for (std::uint64_t tried = 0; next <= *last && left > 0 && tried < kPruneQueues; ++tried) {
    if (auto done = drop->bind(next, before_us, left).run(); !done.ok()) return done.error();
    Result<std::uint64_t> dropped = database_->integer("SELECT changes()");
    if (!dropped.ok()) return dropped.error();
    left -= *dropped;
    if (left > 0) ++next;  // otherwise there may be more of this queue
  }
  if (left < kPruneRows && since_us_ < before_us) {
    if (auto begun = begin_at(before_us); !begun.ok()) return begun.error();
  }
  prune_next_ = next <= *last ? next : 0;
  return next <= *last;
}

}  // namespace cordboard::sqlite
