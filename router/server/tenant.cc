#include "router/server/tenant.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "router/store/sqlite_store.h"

namespace cordboard {
namespace {

StartError to_start_error(const TenantStart& start, const StoreError& error) {
  return {exit_code_of(error), "tenant " + start.name + ": " + error.message};
}

StartError to_start_error(const TenantStart& start, const RecoveryError& error) {
  if (error.store) return to_start_error(start, *error.store);
  const bool rejected = error.kind == RecoveryError::Kind::ConfigRejected;
  return {rejected ? ExitCode::BadConfig : ExitCode::StoreDamaged,
          "tenant " + start.name + ": " + error.message};
}

void log_recovery(const TenantStart& start, const Recovered& recovered) {
  for (const std::string& warning : recovered.warnings) {
    spdlog::warn("event=snapshot_skipped tenant={} reason=\"{}\"", start.name, warning);
  }
  spdlog::info(
      "event=recovered tenant={} sequence={} snapshot={} replayed={} config_version={} config_applied={}",
      start.name, recovered.last_sequence, recovered.snapshot_sequence, recovered.replayed,
      recovered.config_version, recovered.config_applied);
}

}  // namespace

std::variant<std::unique_ptr<Tenant>, StartError> Tenant::open(const TenantStart& start,
                                                               const Shared& shared) {
  auto store = open_sqlite_store({.directory = start.directory});
  if (!store) return to_start_error(start, store.error());
  auto recovered = recover(**store, shared.clock, start.config);
  if (auto* error = std::get_if<RecoveryError>(&recovered)) return to_start_error(start, *error);
  auto versions = (*store)->config_versions(kMaxConfigHistoryBytes);
  if (!versions) return to_start_error(start, versions.error());
  Recovered& begin = std::get<Recovered>(recovered);
  log_recovery(start, begin);
  return std::unique_ptr<Tenant>(
      new Tenant(start, shared, std::move(*store), std::move(begin), std::move(*versions)));
}

Tenant::Tenant(const TenantStart& start, const Shared& shared, std::unique_ptr<Store> store,
               Recovered recovered, std::vector<ConfigVersion> configs)
    : intake_(
          shared.intake, shared.clock, [this] { return loop_.load(); }, counters_),
      configs_(std::move(configs)),
      publisher_(shared.io, shared.clock, shared.options, recovered.last_sequence),
      loop_(
          shared.io, shared.clock, std::move(store), std::move(recovered), shared.loop,
          [name = start.name, tell = shared.on_failure](const StoreError& error) { tell(name, error); },
          [name = start.name](const std::string& warning) {
            spdlog::warn("event=store_warning tenant={} reason=\"{}\"", name, warning);
          }),
      edge_{.name = start.name,
            .options = shared.options,
            .io = shared.io,
            .clock = shared.clock,
            .started_at = shared.started_at,
            .configs = configs_,
            .loop = loop_,
            .publisher = publisher_,
            .streams = shared.streams,
            .counters = counters_,
            .intake = intake_} {
  loop_.add_publisher(publisher_);
}

}  // namespace cordboard
