// Takes possession of a database file: whose is it, which format has it, and which epoch is this?
//
// The order matters. Nothing is written before the file is known to be ours, in a format that we know,
// and locked: so a newer format, a foreign file or one in use stays as it is.
#pragma once

#include <cstdint>
#include <string>

#include "router/store/log_batch.h"
#include "router/store/sqlite.h"

namespace cordboard::sqlite {

// Raise it with every change that an older release could not read or would spoil.
inline constexpr uint64_t kFormatVersion = 2;

// OlderFormat: ours, and upgrade() brings it to kFormatVersion.
enum class FileState { Empty, OlderFormat, Ours };

// Locks the file against every other opening, until it is closed, and looks at what it is. Writes nothing.
Result<FileState> lock_and_identify(Database& database);

// Switches on WAL with full synchronisation, and creates the tables if the file is empty.
Result<void> prepare_schema(Database& database, FileState state);

// Brings an older format to kFormatVersion, in the running transaction.
Result<void> upgrade(Database& database);

// SQLite's own check of the structure of a table. Damaged when it finds fault.
Result<void> check_structure(const Database& database, const std::string& table);

// Where the log begins: the link before its oldest row.
Result<ChainLink> trimmed_link(const Database& database);
// Stages in the running transaction that the log begins behind `link`.
Result<void> store_trimmed_link(Database& database, const ChainLink& link);

// The newest epoch that was ever given out.
Result<uint64_t> stored_epoch(const Database& database);
// Durable on return.
Result<void> store_epoch(Database& database, uint64_t epoch);

}  // namespace cordboard::sqlite
