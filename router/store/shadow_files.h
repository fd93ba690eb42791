// How does a store open without a byte of its files being changed? Everything that SQLite writes stays in
// memory.
//
// Registers an SQLite VFS. Files are opened for reading only; what is written, truncated or removed is seen
// by this object's connections and by nobody else, and gone with it. So the same code that opens a store to
// serve it can be tried on it: recovery of the write-ahead log, the new epoch and all. It costs the memory of
// what is written, which for an opening is at most the write-ahead log.
//
// The lock that readers share is taken on the real database: a store that is being served is in use, and none
// is served meanwhile. Not thread-safe. Must outlive the connections opened on it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace cordboard::sqlite {

class ShadowFiles {
 public:
  ShadowFiles();
  ~ShadowFiles();
  ShadowFiles(const ShadowFiles&) = delete;
  ShadowFiles& operator=(const ShadowFiles&) = delete;

  // For Database::open.
  const std::string& vfs() const;

 private:
  struct Vfs;
  std::unique_ptr<Vfs> vfs_;
};

}  // namespace cordboard::sqlite
