// Is there a directory to keep the data in, and will it be there after a power cut?
//
// The name of a directory is content of its parent, and durable when the parent is synced. So the parents are
// synced, outermost first, as long as nothing is in the directory: whoever created it may have been killed
// before that. SQLite takes care of what is inside.

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

// Creates `directory` and its parents, as far as they are missing. A parent that was there and cannot be
// synced, because it may not be read, is no error. Tests watch `sync`.
Result<void> create_data_directory(const std::filesystem::path& directory,
                                   const SyncDirectory& sync = sync_directory);

}  // namespace cordboard
