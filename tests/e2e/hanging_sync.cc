// Preloaded into a router: from the moment that the file CORDBOARD_HANG_SYNC names exists, every sync hangs,
// as on a disk that does not answer.

#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>

namespace {

int sync_unless_hung(const char* name, int fd) {
  const char* file = std::getenv("CORDBOARD_HANG_SYNC");
  while (file != nullptr && access(file, F_OK) == 0) pause();
  const auto real = reinterpret_cast<int (*)(int)>(dlsym(RTLD_NEXT, name));
  return real(fd);
}

}  // namespace

extern "C" int fsync(int fd) { return sync_unless_hung("fsync", fd); }
extern "C" int fdatasync(int fd) { return sync_unless_hung("fdatasync", fd); }
