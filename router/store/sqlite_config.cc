#include "router/store/sqlite_config.h"

#include <string>

#include "router/store/checksum.h"

namespace cordboard::sqlite {
namespace {

uint64_t checksum_of(const ConfigVersion& version) {
  auto applied_at = static_cast<uint64_t>(version.applied_at_us);
  return checksum({version.version, applied_at, version.source.size()}, version.source + version.text);
}

}  // namespace

Result<uint64_t> newest_config_version(const Database& database) {
  return database.integer("SELECT max(version) FROM config_version");
}

Result<void> insert_config_version(Database& database, const ConfigVersion& version) {
  Result<Statement> insert = database.prepare("INSERT INTO config_version VALUES (?1, ?2, ?3, ?4, ?5)");
  if (!insert.ok()) return insert.error();
  insert->bind(version.version, version.applied_at_us, std::string_view(version.source),
               std::string_view(version.text), checksum_of(version));
  if (auto done = insert->run(); !done.ok()) return done;
  if (version.version <= kConfigVersionsKept) return {};

  Result<Statement> drop = database.prepare("DELETE FROM config_version WHERE version <= ?1");
  if (!drop.ok()) return drop.error();
  return drop->bind(version.version - kConfigVersionsKept).run();
}

Result<std::vector<ConfigVersion>> read_config_versions(const Database& database) {
  Result<Statement> query = database.prepare(
      "SELECT version, applied_at_us, source, text, checksum FROM config_version ORDER BY version");
  if (!query.ok()) return query.error();
  std::vector<ConfigVersion> versions;
  for (;;) {
    Result<bool> row = query->step();
    if (!row.ok()) return row.error();
    if (!*row) return versions;
    ConfigVersion version{query->integer(0), static_cast<int64_t>(query->integer(1)),
                          std::string(query->bytes(2)), std::string(query->bytes(3))};
    if (checksum_of(version) != query->integer(4)) {
      return StoreError{StoreErrorKind::Damaged,
                        database.file().string() + " is damaged: configuration version " +
                            std::to_string(version.version) +
                            " does not match its checksum; apply the configuration file anew after restoring "
                            "the data directory from a backup",
                        version.version};
    }
    versions.push_back(std::move(version));
  }
}

}  // namespace cordboard::sqlite
