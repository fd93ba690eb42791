// Is there a directory to keep the data in, and will it be there after a power cut?
//
// The name of a directory is content of its parent, and durable when the parent is synced. So the parent of
// each directory that is created is synced, outermost first; SQLite takes care of what is inside the last.
#pragma once

#include <filesystem>
#include <functional>
#include <system_error>

#include "router/store/result.h"

namespace cordboard {

// Makes what a directory lists durable; an error names the reason only.
using SyncDirectory = std::function<std::error_code(const std::filesystem::path& directory)>;

// fsync.
std::error_code sync_directory(const std::filesystem::path& directory);

// Creates `directory` and its parents, as far as they are missing. Tests watch `sync`.
Result<void> create_data_directory(const std::filesystem::path& directory,
                                   const SyncDirectory& sync = sync_directory);

}  // namespace cordboard
