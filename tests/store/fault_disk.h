// A disk that fails, fills up or loses power at a chosen moment, under a real SQLite in a real directory.
//
// Registers an SQLite VFS. Every write, truncation, sync, opening and removal of a database or write-ahead
// log counts as one operation. Reads see every write, as with an operating system's page cache; what a power
// cut leaves is what was synced, plus any of the 512-byte sectors written since, each wholly or not at all,
// in any order. A failed sync writes some of it, and the rest is lost even if a later sync succeeds. A failed
// write may have written its beginning.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace cordboard::testing {

class FaultDisk {
 public:
  enum class Fault {
    Error,     // the operation fails once; later ones work
    ForEver,   // it fails, as do all after it that count
    Full,      // it fails with "disk full", as do all writes after it
    PowerCut,  // it and all after it fail, and the disk keeps only some of what was not synced
  };
  enum class Kind { Write, Truncate, Sync, Open, Remove };
  static constexpr uint64_t kNever = std::numeric_limits<uint64_t>::max();

  // `only`: operations of another kind do not count, and fail by a power cut only.
  FaultDisk(Fault fault, uint64_t fail_at, uint64_t seed, std::optional<Kind> only = {});
  ~FaultDisk();
  FaultDisk(const FaultDisk&) = delete;
  FaultDisk& operator=(const FaultDisk&) = delete;

  // For SqliteStoreOptions::vfs.
  const std::string& vfs() const { return name_; }
  uint64_t operations() const { return operations_; }
  bool failed() const { return operations_ > fail_at_; }

  // A write that would make a file longer fails with "disk full" when all files together would have more
  // bytes.
  // From any thread.
  void set_capacity(uint64_t bytes) { capacity_ = bytes; }
  // For SqliteStoreOptions::free_bytes, on the thread that writes.
  uint64_t free_bytes() const;
  // Called in every sync, on the thread that syncs: a slow disk.
  void on_sync(std::function<void()> slow) { slow_ = std::move(slow); }

  // The machine goes down: the files become what the disk holds.
  // REQUIRES: nothing has them open.
  void cut_power();

  // For the VFS. What one operation must return: SQLITE_OK or an error code.
  int begin(Kind kind);
  // The same for a write, and how much of it happens nevertheless.
  int begin_write(const std::string& path, uint64_t offset, uint64_t& size);
  void wait_for_sync() const {
    if (slow_) slow_();
  }
  void write(const std::string& path, uint64_t offset, const void* data, uint64_t size);
  void truncate(const std::string& path, uint64_t size);
  void synced(const std::string& path, bool succeeded);
  void opened(const std::string& path);
  int remove(const std::string& path);

 private:
  struct Operation {
    uint64_t offset = 0;
    std::string data;
    bool truncates = false;  // to `offset`
  };
  struct File {
    std::string durable;
    std::vector<Operation> pending;
    uint64_t size = 0;  // as everybody sees it
  };

  static void apply(std::string& bytes, const Operation& operation);
  void apply_some(std::string& bytes, const Operation& operation);

  Fault fault_;
  uint64_t fail_at_;
  std::optional<Kind> only_;
  std::atomic<uint64_t> capacity_ = kNever;
  std::function<void()> slow_;
  bool cut_ = false;
  uint64_t operations_ = 0;
  std::mt19937_64 random_;
  std::string name_;
  std::map<std::string, File> files_;
  struct Vfs;
  std::unique_ptr<Vfs> registered_;
};

}  // namespace cordboard::testing
