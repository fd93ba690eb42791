#include "router/store/store_files.h"

#include <string>
#include <system_error>

#include "router/store/durable_mark.h"

namespace cordboard {

std::filesystem::path wal_of(const std::filesystem::path& file) { return file.string() + "-wal"; }

std::filesystem::path mark_of(const std::filesystem::path& file) {
  return file.parent_path() / "cordboard.mark";
}

uint64_t file_bytes(const std::filesystem::path& file) {
  std::error_code missing;
  uint64_t size = std::filesystem::file_size(file, missing);
  return missing ? 0 : size;
}

Result<void> check_not_orphaned(const std::filesystem::path& file) {
  if (file_bytes(file) > 0) return {};
  std::string beside;
  if (file_bytes(wal_of(file)) > 0) beside = "its write-ahead log";
  if (DurableMark::read(mark_of(file)) != DurableMark::Ends{}) beside = mark_of(file).filename().string();
  if (beside.empty()) return {};
  return StoreError{StoreErrorKind::Damaged,
                    file.string() + " is missing or empty, but " + beside +
                        " is there; restore the data directory from a backup, or empty it to begin anew",
                    1};
}

StoreError no_store(const std::filesystem::path& directory) {
  return {StoreErrorKind::Io, directory.string() + " has no store; check the path and its permissions", 0};
}

}  // namespace cordboard
