#include "router/store/sqlite_config.h"

#include <algorithm>
#include <string>
#include <utility>

#include "router/store/checksum.h"

namespace cordboard::sqlite {
namespace {

uint64_t checksum_of(const ConfigVersion& version) {
  auto applied_at = static_cast<uint64_t>(version.applied_at_us);
  auto origin = static_cast<uint64_t>(version.origin);
  return checksum({version.version, applied_at, origin, version.source.size(), version.request_id.size()},
                  version.source + version.request_id + version.text);
}

Result<ConfigVersion> read_row(const Database& database, const Statement& row) {
  ConfigVersion version{row.integer(0),
                        static_cast<int64_t>(row.integer(1)),
                        std::string(row.bytes(2)),
                        std::string(row.bytes(3)),
                        static_cast<ConfigOrigin>(row.integer(4)),
                        std::string(row.bytes(5))};
  if (checksum_of(version) == row.integer(6)) return version;
  return StoreError{StoreErrorKind::Damaged,
                    database.file().string() + " is damaged: configuration version " +
                        std::to_string(version.version) +
                        " does not match its checksum; apply the configuration file anew after restoring "
                        "the data directory from a backup",
                    0};
}

}  // namespace

Result<uint64_t> newest_config_version(const Database& database) {
  return database.integer("SELECT max(version) FROM config_version");
}

Result<void> insert_config_version(Database& database, const ConfigVersion& version) {
  Result<Statement> insert =
      database.prepare("INSERT INTO config_version VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  if (!insert.ok()) return insert.error();
  insert->bind(version.version, version.applied_at_us, std::string_view(version.source),
               std::string_view(version.text), static_cast<uint64_t>(version.origin),
               std::string_view(version.request_id), checksum_of(version));
  if (auto done = insert->run(); !done.ok()) return done;
  if (version.version <= kConfigVersionsKept) return {};

  Result<Statement> drop = database.prepare("DELETE FROM config_version WHERE version <= ?1");
  if (!drop.ok()) return drop.error();
  return drop->bind(version.version - kConfigVersionsKept).run();
}

Result<std::vector<ConfigVersion>> read_config_versions(const Database& database, uint64_t most_bytes) {
  Result<Statement> query = database.prepare(
      "SELECT version, applied_at_us, source, text, origin, request_id, checksum FROM config_version "
      "ORDER BY version DESC");
  if (!query.ok()) return query.error();
  std::vector<ConfigVersion> versions;
  uint64_t bytes = 0;
  for (;;) {
    Result<bool> row = query->step();
    if (!row.ok()) return row.error();
    if (!*row) break;
    Result<ConfigVersion> version = read_row(database, *query);
    if (!version.ok()) return version.error();
    bytes += version->text.size();
    if (bytes > most_bytes && !versions.empty()) break;
    versions.push_back(std::move(*version));
  }
  std::reverse(versions.begin(), versions.end());
  return versions;
}

Result<void> store_start_file(Database& database, uint64_t checksum_of_text) {
  Result<Statement> update = database.prepare("REPLACE INTO meta VALUES ('start_file', ?1)");
  if (!update.ok()) return update.error();
  return update->bind(checksum_of_text).run();
}

Result<uint64_t> stored_start_file(const Database& database) {
  return database.integer("SELECT value FROM meta WHERE key = 'start_file'");
}

}  // namespace cordboard::sqlite
