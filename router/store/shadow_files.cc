#include "router/store/shadow_files.h"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <new>
#include <string_view>
#include <unordered_map>

namespace cordboard::sqlite {
namespace {

constexpr uint64_t kBlock = 4096;

// What was written to one file, over what it has on the disk.
struct Shadow {
  bool removed = false;
  uint64_t size = 0;
  uint64_t base = 0;  // so much of the file on the disk still shows
  std::unordered_map<uint64_t, std::string> blocks;
};

// SQLite allocates this and, right behind it, the real file.
struct ShadowFile {
  sqlite3_file head;
  std::shared_ptr<Shadow> shadow;
  bool exists;  // the real one, which is then open
  bool locked;
};

sqlite3_vfs* real_vfs() { return sqlite3_vfs_find(nullptr); }
ShadowFile& shadow_file(sqlite3_file* file) { return *reinterpret_cast<ShadowFile*>(file); }
sqlite3_file* real_file(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<ShadowFile*>(file) + 1);
}

// Fills `out` from the disk, with zeros beyond what shows of it.
int read_base(sqlite3_file* file, char* out, uint64_t size, uint64_t offset) {
  const ShadowFile& self = shadow_file(file);
  const uint64_t shown =
      self.exists && offset < self.shadow->base ? std::min(size, self.shadow->base - offset) : 0;
  std::memset(out + shown, 0, size - shown);
  if (shown == 0) return SQLITE_OK;
  return real_file(file)->pMethods->xRead(real_file(file), out, static_cast<int>(shown),
                                          static_cast<sqlite3_int64>(offset));
}

int read_block(sqlite3_file* file, char* out, uint64_t size, uint64_t offset) {
  const auto found = shadow_file(file).shadow->blocks.find(offset / kBlock);
  if (found == shadow_file(file).shadow->blocks.end()) return read_base(file, out, size, offset);
  std::memcpy(out, found->second.data() + offset % kBlock, size);
  return SQLITE_OK;
}

// Calls `work` with each piece of offset..offset + size that lies in one block, until one fails.
template <typename Work>
int by_block(uint64_t offset, uint64_t size, const Work& work) {
  for (const uint64_t end = offset + size; offset < end;) {
    const uint64_t next = std::min(end, (offset / kBlock + 1) * kBlock);
    if (const int code = work(offset, next - offset); code != SQLITE_OK) return code;
    offset = next;
  }
  return SQLITE_OK;
}

int read(sqlite3_file* file, void* data, int bytes, sqlite3_int64 at) {
  const Shadow& shadow = *shadow_file(file).shadow;
  const auto offset = static_cast<uint64_t>(at);
  const auto size = static_cast<uint64_t>(bytes);
  auto* out = static_cast<char*>(data);
  const uint64_t there = offset < shadow.size ? std::min(size, shadow.size - offset) : 0;
  std::memset(out + there, 0, size - there);
  const int code = shadow.blocks.empty() ? read_base(file, out, there, offset)
                                         : by_block(offset, there, [&](uint64_t begin, uint64_t length) {
                                             return read_block(file, out + (begin - offset), length, begin);
                                           });
  if (code != SQLITE_OK) return code;
  return there < size ? SQLITE_IOERR_SHORT_READ : SQLITE_OK;
}

int write(sqlite3_file* file, const void* data, int bytes, sqlite3_int64 at) {
  Shadow& shadow = *shadow_file(file).shadow;
  const auto offset = static_cast<uint64_t>(at);
  const auto size = static_cast<uint64_t>(bytes);
  const char* in = static_cast<const char*>(data);
  shadow.size = std::max(shadow.size, offset + size);
  return by_block(offset, size, [&](uint64_t begin, uint64_t length) {
    std::string& block = shadow.blocks[begin / kBlock];
    if (block.empty()) {
      block.resize(kBlock);
      if (const int code = read_base(file, block.data(), kBlock, begin / kBlock * kBlock); code != SQLITE_OK)
        return code;
    }
    std::memcpy(block.data() + begin % kBlock, in + (begin - offset), length);
    return SQLITE_OK;
  });
}

int truncate(sqlite3_file* file, sqlite3_int64 bytes) {
  Shadow& shadow = *shadow_file(file).shadow;
  const auto size = static_cast<uint64_t>(bytes);
  shadow.size = size;
  shadow.base = std::min(shadow.base, size);
  // What comes back when the file grows again is zeros.
  std::erase_if(shadow.blocks, [&](const auto& block) { return block.first * kBlock >= size; });
  const auto last = shadow.blocks.find(size / kBlock);
  if (last == shadow.blocks.end()) return SQLITE_OK;
  std::fill(last->second.begin() + static_cast<std::ptrdiff_t>(size % kBlock), last->second.end(), '\0');
  return SQLITE_OK;
}

int close(sqlite3_file* file) {
  ShadowFile& self = shadow_file(file);
  const int code = self.exists ? real_file(file)->pMethods->xClose(real_file(file)) : SQLITE_OK;
  self.shadow.~shared_ptr();
  return code;
}

// Whatever is asked for, the lock that readers share is taken: nothing is written.
int lock(sqlite3_file* file, int) {
  ShadowFile& self = shadow_file(file);
  if (!self.exists || self.locked) return SQLITE_OK;
  const int code = real_file(file)->pMethods->xLock(real_file(file), SQLITE_LOCK_SHARED);
  self.locked = code == SQLITE_OK;
  return code;
}

int unlock(sqlite3_file* file, int level) {
  ShadowFile& self = shadow_file(file);
  if (!self.locked || level != SQLITE_LOCK_NONE) return SQLITE_OK;
  self.locked = false;
  return real_file(file)->pMethods->xUnlock(real_file(file), SQLITE_LOCK_NONE);
}

int control(sqlite3_file* file, int operation, void* argument) {
  if (operation != SQLITE_FCNTL_LAST_ERRNO || !shadow_file(file).exists) return SQLITE_NOTFOUND;
  return real_file(file)->pMethods->xFileControl(real_file(file), operation, argument);
}

const sqlite3_io_methods kMethods = {
    .iVersion = 1,  // without shared memory: the store locks exclusively and needs none
    .xClose = close,
    .xRead = read,
    .xWrite = write,
    .xTruncate = truncate,
    .xSync = [](sqlite3_file*, int) { return SQLITE_OK; },
    .xFileSize =
        [](sqlite3_file* file, sqlite3_int64* size) {
          *size = static_cast<sqlite3_int64>(shadow_file(file).shadow->size);
          return SQLITE_OK;
        },
    .xLock = lock,
    .xUnlock = unlock,
    .xCheckReservedLock =
        [](sqlite3_file*, int* reserved) {
          *reserved = 0;
          return SQLITE_OK;
        },
    .xFileControl = control,
    .xSectorSize = [](sqlite3_file*) { return 512; },
    .xDeviceCharacteristics = [](sqlite3_file*) { return 0; },
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

}  // namespace

struct ShadowFiles::Vfs {
  sqlite3_vfs head;
  std::string name;
  std::map<std::string, std::shared_ptr<Shadow>, std::less<>> shadows;

  static Vfs& of(sqlite3_vfs* vfs) { return *static_cast<Vfs*>(vfs->pAppData); }
  std::shared_ptr<Shadow> find(std::string_view path) const {
    const auto found = shadows.find(path);
    return found == shadows.end() ? nullptr : found->second;
  }

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* flags_out);
  static int remove(sqlite3_vfs* vfs, const char* path, int);
  static int access(sqlite3_vfs* vfs, const char* path, int what, int* answer);
};

int ShadowFiles::Vfs::open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags,
                           int* flags_out) {
  constexpr int kHow =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXCLUSIVE | SQLITE_OPEN_DELETEONCLOSE;
  file->pMethods = nullptr;
  auto* self = new (static_cast<void*>(file)) ShadowFile{};
  std::shared_ptr<Shadow> known = path != nullptr ? of(vfs).find(path) : nullptr;
  if (path != nullptr && !(known && known->removed)) {
    int exists = 0;
    if (real_vfs()->xAccess(real_vfs(), path, SQLITE_ACCESS_EXISTS, &exists) != SQLITE_OK)
      return SQLITE_IOERR;
    if (exists != 0) {
      const int code = real_vfs()->xOpen(real_vfs(), path, real_file(file),
                                         (flags & ~kHow) | SQLITE_OPEN_READONLY, nullptr);
      if (code != SQLITE_OK) return code;
      self->exists = true;
    }
  }
  if (!known || known->removed) {
    sqlite3_int64 size = 0;
    if (self->exists) real_file(file)->pMethods->xFileSize(real_file(file), &size);
    known = std::make_shared<Shadow>();
    known->size = known->base = static_cast<uint64_t>(size);
    if (path != nullptr) of(vfs).shadows[path] = known;
  }
  self->shadow = std::move(known);
  self->head.pMethods = &kMethods;
  if (flags_out != nullptr) *flags_out = flags;
  return SQLITE_OK;
}

int ShadowFiles::Vfs::remove(sqlite3_vfs* vfs, const char* path, int) {
  auto gone = std::make_shared<Shadow>();
  gone->removed = true;
  of(vfs).shadows[path] = std::move(gone);
  return SQLITE_OK;
}

int ShadowFiles::Vfs::access(sqlite3_vfs* vfs, const char* path, int what, int* answer) {
  const auto known = of(vfs).find(path);
  if (!known) return real_vfs()->xAccess(real_vfs(), path, what, answer);
  *answer = !known->removed && (what != SQLITE_ACCESS_EXISTS || known->size > 0) ? 1 : 0;
  return SQLITE_OK;
}

ShadowFiles::ShadowFiles() : vfs_(std::make_unique<Vfs>()) {
  static std::atomic<uint64_t> count = 0;
  vfs_->name = "cordboard_shadow_" + std::to_string(count++);
  sqlite3_vfs& head = vfs_->head;
  head = *real_vfs();
  head.szOsFile = static_cast<int>(sizeof(ShadowFile)) + real_vfs()->szOsFile;
  head.pNext = nullptr;
  head.zName = vfs_->name.c_str();
  head.pAppData = vfs_.get();
  head.xOpen = Vfs::open;
  head.xDelete = Vfs::remove;
  head.xAccess = Vfs::access;
  sqlite3_vfs_register(&head, 0);
}

ShadowFiles::~ShadowFiles() { sqlite3_vfs_unregister(&vfs_->head); }

const std::string& ShadowFiles::vfs() const { return vfs_->name; }

}  // namespace cordboard::sqlite
