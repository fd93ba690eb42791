// The table of configuration versions. Not thread-safe.
#pragma once

#include <cstdint>
#include <vector>

#include "router/store/sqlite.h"
#include "router/store/store.h"

namespace cordboard::sqlite {

// The newest version's number; 0 when there is none.
Result<uint64_t> newest_config_version(const Database& database);

// Adds one in the running transaction and drops those older than the newest kConfigVersionsKept.
Result<void> insert_config_version(Database& database, const ConfigVersion& version);

// See Store::config_versions. Damaged tells the newest version whose checksum does not hold, by the number in
// its row, which may be what is damaged.
Result<std::vector<ConfigVersion>> read_config_versions(const Database& database, uint64_t most_bytes);

// See Store::set_start_file; in the running transaction.
Result<void> store_start_file(Database& database, uint64_t checksum_of_text);
Result<uint64_t> stored_start_file(const Database& database);

}  // namespace cordboard::sqlite
