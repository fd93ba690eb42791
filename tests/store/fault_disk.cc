#include "tests/store/fault_disk.h"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace cordboard::testing {

struct FaultDisk::Vfs {
  sqlite3_vfs base;
};

namespace {

constexpr uint64_t kSector = 512;

// SQLite allocates this and, right behind it, the real file.
struct FaultFile {
  sqlite3_file base;
  FaultDisk* disk;
  const std::string* path;  // null for temporary files, which do not matter
};

sqlite3_file* real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<FaultFile*>(file) + 1);
}
FaultFile& fault(sqlite3_file* file) { return *reinterpret_cast<FaultFile*>(file); }
sqlite3_vfs* real_vfs() { return sqlite3_vfs_find(nullptr); }

int close_file(sqlite3_file* file) {
  delete fault(file).path;
  return real(file)->pMethods->xClose(real(file));
}

int write_file(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  FaultFile& self = fault(file);
  if (self.path == nullptr) return real(file)->pMethods->xWrite(real(file), data, size, offset);
  auto written = static_cast<uint64_t>(size);
  const int code = self.disk->begin_write(*self.path, static_cast<uint64_t>(offset), written);
  if (written == 0) return code;
  self.disk->write(*self.path, static_cast<uint64_t>(offset), data, written);
  const int done = real(file)->pMethods->xWrite(real(file), data, static_cast<int>(written), offset);
  return code != SQLITE_OK ? code : done;
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  FaultFile& self = fault(file);
  if (self.path != nullptr) {
    if (int code = self.disk->begin(FaultDisk::Kind::Truncate); code != SQLITE_OK) return code;
    self.disk->truncate(*self.path, static_cast<uint64_t>(size));
  }
  return real(file)->pMethods->xTruncate(real(file), size);
}

// The real sync is left out: what is durable is kept by FaultDisk, and so the tests are quick.
int sync_file(sqlite3_file* file, int) {
  FaultFile& self = fault(file);
  if (self.path == nullptr) return SQLITE_OK;
  self.disk->wait_for_sync();
  int code = self.disk->begin(FaultDisk::Kind::Sync);
  self.disk->synced(*self.path, code == SQLITE_OK);
  return code == SQLITE_OK ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

const sqlite3_io_methods kMethods = {
    .iVersion = 1,  // without shared memory: the store locks exclusively and needs none
    .xClose = close_file,
    .xRead = [](sqlite3_file* f, void* d, int n,
                sqlite3_int64 o) { return real(f)->pMethods->xRead(real(f), d, n, o); },
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = [](sqlite3_file* f,
                    sqlite3_int64* size) { return real(f)->pMethods->xFileSize(real(f), size); },
    .xLock = [](sqlite3_file* f, int level) { return real(f)->pMethods->xLock(real(f), level); },
    .xUnlock = [](sqlite3_file* f, int level) { return real(f)->pMethods->xUnlock(real(f), level); },
    .xCheckReservedLock = [](sqlite3_file* f,
                             int* out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); },
    // Size hints would change the file behind our back.
    .xFileControl =
        [](sqlite3_file* f, int op, void* arg) {
          return op == SQLITE_FCNTL_SIZE_HINT ? SQLITE_OK : real(f)->pMethods->xFileControl(real(f), op, arg);
        },
    .xSectorSize = [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); },
    .xDeviceCharacteristics =
        [](sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); },
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  FaultFile& self = fault(file);
  self.base.pMethods = nullptr;
  self.path = nullptr;
  self.disk = static_cast<FaultDisk*>(vfs->pAppData);
  if (name != nullptr && self.disk->begin(FaultDisk::Kind::Open) != SQLITE_OK) return SQLITE_CANTOPEN;
  int code = real_vfs()->xOpen(real_vfs(), name, real(file), flags, out_flags);
  if (code != SQLITE_OK) return code;
  self.path = name != nullptr ? new std::string(name) : nullptr;
  if (name != nullptr) self.disk->opened(name);
  self.base.pMethods = &kMethods;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int) {
  return static_cast<FaultDisk*>(vfs->pAppData)->remove(name);
}

std::string read_all(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

FaultDisk::FaultDisk(Fault fault, uint64_t fail_at, uint64_t seed, std::optional<Kind> only)
    : fault_(fault), fail_at_(fail_at), only_(only), random_(seed), registered_(std::make_unique<Vfs>()) {
  static std::atomic<int> count = 0;
  name_ = "fault_disk_" + std::to_string(count++);
  sqlite3_vfs& vfs = registered_->base;
  vfs = *real_vfs();
  vfs.szOsFile = static_cast<int>(sizeof(FaultFile)) + real_vfs()->szOsFile;
  vfs.pNext = nullptr;
  vfs.zName = name_.c_str();
  vfs.pAppData = this;
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  sqlite3_vfs_register(&vfs, 0);
}

FaultDisk::~FaultDisk() { sqlite3_vfs_unregister(&registered_->base); }

int FaultDisk::begin(Kind kind) {
  if (cut_) return SQLITE_IOERR;
  if (only_.value_or(kind) != kind) return SQLITE_OK;
  const uint64_t number = operations_++;
  const bool is_write = kind == Kind::Write || kind == Kind::Truncate;
  const bool again = number > fail_at_ && (fault_ == Fault::ForEver || (fault_ == Fault::Full && is_write));
  if (number != fail_at_ && !again) return SQLITE_OK;
  cut_ = fault_ == Fault::PowerCut;
  return fault_ == Fault::Full && is_write ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

int FaultDisk::begin_write(const std::string& path, uint64_t offset, uint64_t& size) {
  int code = begin(Kind::Write);
  const uint64_t longer = offset + size - std::min(offset + size, files_[path].size);
  if (code == SQLITE_OK && longer > 0 && longer > free_bytes()) code = SQLITE_FULL;
  // The last sector that is begun may be whole.
  if (code != SQLITE_OK) size = cut_ || size < kSector ? 0 : random_() % 2 * (size / 2 / kSector * kSector);
  return code;
}

uint64_t FaultDisk::free_bytes() const {
  const uint64_t capacity = capacity_;
  uint64_t used = 0;
  for (const auto& [name, file] : files_) used += file.size;
  return capacity - std::min(capacity, used);
}

void FaultDisk::opened(const std::string& path) {
  if (files_.contains(path)) return;
  File& file = files_[path];
  file.durable = read_all(path);
  file.size = file.durable.size();
}

void FaultDisk::write(const std::string& path, uint64_t offset, const void* data, uint64_t size) {
  File& file = files_[path];
  file.pending.push_back({offset, std::string(static_cast<const char*>(data), size), false});
  file.size = std::max(file.size, offset + size);
}

void FaultDisk::truncate(const std::string& path, uint64_t size) {
  File& file = files_[path];
  file.pending.push_back({size, "", true});
  file.size = size;
}

void FaultDisk::synced(const std::string& path, bool succeeded) {
  File& file = files_[path];
  for (const Operation& operation : file.pending) {
    succeeded ? apply(file.durable, operation) : apply_some(file.durable, operation);
  }
  file.pending.clear();
}

int FaultDisk::remove(const std::string& path) {
  if (begin(Kind::Remove) != SQLITE_OK) return SQLITE_IOERR_DELETE;
  files_.erase(path);
  return real_vfs()->xDelete(real_vfs(), path.c_str(), 0);
}

void FaultDisk::cut_power() {
  for (auto& [path, file] : files_) {
    std::string bytes = file.durable;
    for (const Operation& operation : file.pending) apply_some(bytes, operation);
    // A new file: some file systems sync one that is truncated and written.
    std::remove(path.c_str());
    std::ofstream(path, std::ios::binary) << bytes;
  }
  files_.clear();
}

void FaultDisk::apply(std::string& bytes, const Operation& operation) {
  if (operation.truncates) {
    bytes.resize(operation.offset);
    return;
  }
  bytes.resize(std::max<uint64_t>(bytes.size(), operation.offset + operation.data.size()));
  bytes.replace(operation.offset, operation.data.size(), operation.data);
}

// Any of the operation's sectors; the file may also have grown without getting any of them.
void FaultDisk::apply_some(std::string& bytes, const Operation& operation) {
  if (random_() % 4 == 0) return;
  if (operation.truncates) return apply(bytes, operation);
  bool all = random_() % 2 == 0;
  uint64_t end = operation.offset + operation.data.size();
  for (uint64_t at = operation.offset; at < end;) {
    uint64_t next = std::min(end, (at / kSector + 1) * kSector);
    if (all || random_() % 2 == 0)
      apply(bytes, {at, operation.data.substr(at - operation.offset, next - at), false});
    at = next;
  }
}

}  // namespace cordboard::testing
