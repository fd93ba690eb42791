// The snapshot tables: builds one part by part, and finds the newest one that is whole.
//
// A snapshot is a head row and parts of at most 1 MiB. A part without a head belongs to no snapshot: it is
// left of one that was not finished or is not kept any more. Such parts are deleted two for each part that
// is added, so that no transaction has to delete a whole snapshot. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "router/store/sqlite.h"
#include "router/store/store.h"

namespace cordboard::sqlite {

class SqliteSnapshots {
 public:
  static Result<SqliteSnapshots> open(Database& database);

  // The sequence of the newest snapshot, whole or not; 0 when there is none.
  uint64_t newest() const { return newest_; }
  // Between begin() and finish().
  bool begun() const { return building_.has_value(); }

  // All three work in the running transaction. finish() drops all but the newest kSnapshotsKept.
  Result<void> begin(uint64_t sequence);
  Result<void> add(std::string_view bytes);
  Result<void> finish();

  // The newest whole snapshot from which a log that begins behind the sequence `trimmed` leads on.
  Result<RecoveryPoint> newest_valid(uint64_t trimmed);

  // Newest first.
  Result<std::vector<uint64_t>> sequences();
  // No value when the snapshot is damaged; an error when the disk failed.
  Result<std::optional<Snapshot>> load(uint64_t sequence);

  // See Store::read_snapshot().
  Result<bool> read(SnapshotCursor& cursor, std::string& bytes);

 private:
  struct Building {
    uint64_t sequence = 0;
    uint64_t parts = 0;
    uint64_t checksum = 0;
  };
  using PartKey = std::pair<uint64_t, uint64_t>;  // sequence and number

  explicit SqliteSnapshots(Database& database) : database_(&database) {}

  Result<void> add_part(std::string_view bytes);
  Result<void> delete_leftover();
  Result<std::vector<PartKey>> find_leftovers(uint64_t building);

  Database* database_;
  uint64_t newest_ = 0;
  std::optional<Building> building_;
  std::vector<PartKey> leftovers_;  // parts without a head, to be deleted from the back
};

}  // namespace cordboard::sqlite
