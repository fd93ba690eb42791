// The Store in one directory of this machine: the SQLite database `cordboard.db`.
//
// WAL with synchronous=FULL: one sync is one COMMIT, which returns after fdatasync. The database is
// locked exclusively from opening to destruction, so a data directory has one owner. docs/adr/0002 has
// the reasons and the figures.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "router/store/store.h"

namespace cordboard {

struct SqliteStoreOptions {
  std::filesystem::path directory;  // created when missing
  // How long to wait for a previous owner to go away before InUse. Zero does not wait.
  std::chrono::milliseconds lock_wait{0};
  // The name of a registered SQLite VFS; empty takes the default. Tests inject disk faults with it.
  std::string vfs{};
  // What free_bytes() says; empty asks the file system. For tests.
  std::function<uint64_t()> free_bytes{};
  // Opens a store that is there, and changes no byte of it: what is written, the new epoch included, stays in
  // memory. InUse while somebody serves it; nobody can open it to serve meanwhile.
  bool untouched = false;
};

// Opens or creates the store, verifies the whole log and takes ownership by raising the epoch. A torn
// tail, which no sync covered, is dropped by SQLite's recovery; damage before it is Damaged. On any error
// the files are as they were. A store of an older release gets this release's format with the first thing
// that is staged and synced, in one piece.
Result<std::unique_ptr<Store>> open_sqlite_store(const SqliteStoreOptions& options);

}  // namespace cordboard
