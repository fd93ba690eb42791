#include "router/store/data_directory.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

namespace cordboard {
namespace {

StoreError cannot_create(const std::filesystem::path& directory, const std::error_code& why) {
  return {StoreErrorKind::Io,
          "cannot create the data directory " + directory.string() + ": " + why.message() +
              "; check the path and its permissions",
          0};
}

struct Level {
  std::filesystem::path path;
  bool missing;
};

// The directory and its parents but the root, outermost first.
std::vector<Level> levels_of(const std::filesystem::path& directory) {
  std::vector<Level> levels;
  std::error_code ignored;
  // Without a slash at the end, which would count as a level.
  auto level = std::filesystem::absolute(directory / ".", ignored).lexically_normal().parent_path();
  for (; level.has_relative_path(); level = level.parent_path()) {
    levels.push_back({level, !std::filesystem::is_directory(level, ignored)});
  }
  std::reverse(levels.begin(), levels.end());
  return levels;
}

}  // namespace

std::error_code sync_directory(const std::filesystem::path& directory) {
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int why = errno;
  if (descriptor >= 0) ::close(descriptor);
  return synced ? std::error_code() : std::error_code(why, std::generic_category());
}

Result<void> create_data_directory(const std::filesystem::path& directory, const SyncDirectory& sync) {
  const auto levels = levels_of(directory);
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return cannot_create(directory, error);
  if (!std::filesystem::is_empty(directory, error) && !error) return {};
  for (const Level& level : levels) {
    const auto why = sync(level.path.parent_path());
    if (why && level.missing) return cannot_create(directory, why);
  }
  return {};
}

}  // namespace cordboard
