// The files of a store in SQLite: their names, and what can be said of them before the database is opened.
#pragma once

#include <cstdint>
#include <filesystem>

#include "router/store/result.h"

namespace cordboard {

inline constexpr const char* kDatabaseFile = "cordboard.db";

// Of a database `file`: its write-ahead log, and the mark beside it (durable_mark.h).
std::filesystem::path wal_of(const std::filesystem::path& file);
std::filesystem::path mark_of(const std::filesystem::path& file);

// 0 when it is missing.
uint64_t file_bytes(const std::filesystem::path& file);

// Damaged when the database is missing or empty and a write-ahead log or a mark tells that there was one.
// SQLite would take it for a new one and delete the write-ahead log.
Result<void> check_not_orphaned(const std::filesystem::path& file);

// For who reads a store and finds none.
StoreError no_store(const std::filesystem::path& directory);

}  // namespace cordboard
