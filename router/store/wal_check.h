// Did SQLite's recovery drop a torn tail, or transactions that were durable?
//
// Recovery reads the write-ahead log up to the first frame whose checksum fails and ignores the rest
// without a word. After a crash that is right: only the transaction in flight can be torn, and it was not
// acknowledged. After damage it is not. With synchronous=FULL a transaction begins only after the one
// before it was synced, so a commit with frames of the same generation behind it was durable: when such
// a commit lies at or behind the first bad frame, acknowledged records are lost.
//
// What it cannot tell: damage within the last transaction looks like a torn tail.
#pragma once

#include <filesystem>

#include "router/store/result.h"

namespace cordboard::sqlite {

// What is to be said then.
inline constexpr const char* kBadWal = "its write-ahead log has a bad frame before its end";

// False when durable transactions are lost in `wal`. A missing or empty file is whole.
// REQUIRES: the database is locked, and nothing was written to it since it was opened.
Result<bool> wal_is_whole(const std::filesystem::path& wal);

}  // namespace cordboard::sqlite
