#include "router/store/sqlite_snapshots.h"

#include <algorithm>
#include <string>

#include "router/store/checksum.h"

namespace cordboard::sqlite {
namespace {

constexpr size_t kPartBytes = 1 << 20;

// Chained over the parts, so that a lost, changed or swapped one shows in the last.
uint64_t part_checksum(uint64_t previous, uint64_t sequence, uint64_t part, std::string_view bytes) {
  return checksum({previous, sequence, part}, bytes);
}

// Damage is an answer here, not a failure: there may be an older snapshot.
template <typename T>
Result<std::optional<T>> none_if_damaged(const StoreError& error) {
  if (error.kind == StoreErrorKind::Damaged) return std::optional<T>();
  return error;
}

}  // namespace

Result<SqliteSnapshots> SqliteSnapshots::open(Database& database) {
  SqliteSnapshots snapshots(database);
  Result<uint64_t> newest = database.integer("SELECT max(sequence) FROM snapshot");
  if (!newest.ok()) return newest.error();
  snapshots.newest_ = *newest;
  return snapshots;
}

Result<void> SqliteSnapshots::begin(uint64_t sequence) {
  Result<std::vector<PartKey>> leftovers = find_leftovers(sequence);
  if (!leftovers.ok()) return leftovers.error();
  leftovers_ = std::move(*leftovers);
  building_ = Building{sequence, 0, 0};
  return {};
}

Result<void> SqliteSnapshots::add(std::string_view bytes) {
  while (!bytes.empty()) {
    if (auto added = add_part(bytes.substr(0, kPartBytes)); !added.ok()) return added;
    for (int i = 0; i < 2; ++i) {
      if (auto deleted = delete_leftover(); !deleted.ok()) return deleted;
    }
    bytes.remove_prefix(std::min(bytes.size(), kPartBytes));
  }
  return {};
}

Result<void> SqliteSnapshots::add_part(std::string_view bytes) {
  // An unfinished snapshot at the same sequence may have left the same part.
  Result<Statement> insert = database_->prepare("REPLACE INTO snapshot_part VALUES (?1, ?2, ?3)");
  if (!insert.ok()) return insert.error();
  auto done = insert->bind(building_->sequence, building_->parts, Blob{bytes}).run();
  if (!done.ok()) return done;
  building_->checksum = part_checksum(building_->checksum, building_->sequence, building_->parts, bytes);
  ++building_->parts;
  return {};
}

Result<void> SqliteSnapshots::delete_leftover() {
  if (leftovers_.empty()) return {};
  Result<Statement> remove =
      database_->prepare("DELETE FROM snapshot_part WHERE sequence = ?1 AND part = ?2");
  if (!remove.ok()) return remove.error();
  auto [sequence, part] = leftovers_.back();
  leftovers_.pop_back();
  return remove->bind(sequence, part).run();
}

Result<void> SqliteSnapshots::finish() {
  Result<Statement> insert = database_->prepare("INSERT INTO snapshot VALUES (?1, ?2, ?3)");
  Result<Statement> drop = database_->prepare(
      "DELETE FROM snapshot WHERE sequence NOT IN (SELECT sequence FROM snapshot ORDER BY sequence DESC "
      "LIMIT ?1)");
  if (!insert.ok()) return insert.error();
  if (!drop.ok()) return drop.error();
  auto inserted = insert->bind(building_->sequence, building_->parts, building_->checksum).run();
  if (!inserted.ok()) return inserted;
  newest_ = building_->sequence;
  building_.reset();
  return drop->bind(uint64_t{kSnapshotsKept}).run();
}

Result<RecoveryPoint> SqliteSnapshots::newest_valid(uint64_t trimmed) {
  Result<std::vector<uint64_t>> candidates = sequences();
  if (!candidates.ok()) return candidates.error();
  RecoveryPoint point;
  for (uint64_t sequence : *candidates) {
    if (sequence < trimmed) break;  // the log does not reach back to this one, nor to an older one
    Result<std::optional<Snapshot>> loaded = load(sequence);
    if (!loaded.ok()) return loaded.error();
    if (loaded->has_value()) {
      point.snapshot = std::move(*loaded);
      return point;
    }
    point.warnings.push_back(database_->file().string() + ": the snapshot at sequence " +
                             std::to_string(sequence) + " is damaged; recovering from what is before it");
  }
  if (trimmed == 0) return point;
  return database_->damaged(
      "the log begins at sequence " + std::to_string(trimmed + 1) + " and no whole snapshot reaches it",
      trimmed + 1);
}

Result<std::vector<SqliteSnapshots::PartKey>> SqliteSnapshots::find_leftovers(uint64_t building) {
  Result<Statement> query = database_->prepare(
      "SELECT sequence, part FROM snapshot_part"
      " WHERE sequence <> ?1 AND sequence NOT IN (SELECT sequence FROM snapshot)");
  if (!query.ok()) return query.error();
  query->bind(building);
  std::vector<PartKey> found;
  for (;;) {
    Result<bool> row = query->step();
    if (!row.ok()) return row.error();
    if (!*row) return found;
    found.emplace_back(query->integer(0), query->integer(1));
  }
}

Result<std::vector<uint64_t>> SqliteSnapshots::sequences() {
  Result<Statement> query = database_->prepare("SELECT sequence FROM snapshot ORDER BY sequence DESC");
  if (!query.ok()) return query.error();
  std::vector<uint64_t> found;
  for (;;) {
    Result<bool> row = query->step();
    if (!row.ok()) return row.error();
    if (!*row) return found;
    found.push_back(query->integer(0));
  }
}

Result<std::optional<Snapshot>> SqliteSnapshots::load(uint64_t sequence) {
  Snapshot snapshot{sequence, {}};
  SnapshotCursor cursor{.sequence = sequence};
  for (;;) {
    Result<bool> more = read(cursor, snapshot.payload);
    if (!more.ok()) return none_if_damaged<Snapshot>(more.error());
    if (!*more) return std::optional(std::move(snapshot));
  }
}

Result<bool> SqliteSnapshots::read(SnapshotCursor& cursor, std::string& bytes) {
  Result<Statement> head = database_->prepare("SELECT parts, checksum FROM snapshot WHERE sequence = ?1");
  Result<Statement> query =
      database_->prepare("SELECT bytes FROM snapshot_part WHERE sequence = ?1 AND part = ?2");
  if (!head.ok()) return head.error();
  if (!query.ok()) return query.error();

  const StoreError damaged = database_->damaged("it is not as it was saved", cursor.sequence);
  Result<bool> row = head->bind(cursor.sequence).step();
  if (!row.ok()) return row;
  if (!*row) return damaged;
  if (cursor.part == head->integer(0)) {
    if (cursor.checksum != head->integer(1)) return damaged;
    return false;
  }
  row = query->bind(cursor.sequence, cursor.part).step();
  if (!row.ok()) return row;
  if (!*row) return damaged;
  bytes += query->bytes(0);
  cursor.checksum = part_checksum(cursor.checksum, cursor.sequence, cursor.part, query->bytes(0));
  ++cursor.part;
  return true;
}

}  // namespace cordboard::sqlite
