// The table of keys. Not thread-safe.
//
// Slots stand in pages of a fixed size, one row each, so that a key is overwritten where it stands: no row is
// ever removed or moved, which would leave copies in free space. An overwritten key is still in the
// write-ahead log until that is emptied (Store::scrub).
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "router/store/key_slot.h"
#include "router/store/result.h"
#include "router/store/sqlite.h"

namespace cordboard::sqlite {

class SqliteKeys {
 public:
  static Result<SqliteKeys> open(Database& database);

  bool staged() const { return !staged_.empty(); }
  void stage(std::span<const KeySlot> slots);
  // Writes what is staged, in the running transaction.
  Result<void> flush();

  // All that are not empty, by slot, staged ones left out. Damaged names the page.
  Result<std::vector<KeySlot>> read() const;

 private:
  explicit SqliteKeys(Database& database) : database_(&database) {}

  Result<void> add_pages(uint64_t end);
  Result<std::string> load(uint64_t page) const;
  Result<void> save(uint64_t page, const std::string& slots);

  Database* database_;
  uint64_t pages_ = 0;
  std::map<uint64_t, std::vector<KeySlot>> staged_;  // by page
};

}  // namespace cordboard::sqlite
