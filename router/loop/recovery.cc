#include "router/loop/recovery.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "router/codec/storage_audit.h"
#include "router/codec/storage_codec.h"
#include "router/core/assert.h"
#include "router/core/state.h"
#include "router/loop/decode_ahead.h"
#include "router/loop/replay.h"
#include "router/privacy/key_table.h"
#include "router/store/audit_chain.h"
#include "router/store/checksum.h"

namespace cordboard {
namespace {

// Of the name of a configuration file, in the audit trail: far below kMaxAuditBytes.
constexpr std::size_t kMaxAuditedPath = 1024;
// Of a row that tells of another file than at the start before, and of no version.
constexpr const char* kStartFileAction = "start_file";

using Failure = std::optional<RecoveryError>;

RecoveryError store_failed(const StoreError& error) {
  return {RecoveryError::Kind::Store, error.message, error.position, error};
}

RecoveryError damaged(std::uint64_t sequence, const std::string& what) {
  return {RecoveryError::Kind::Damaged, "log record " + std::to_string(sequence) + ": " + what, sequence, {}};
}

// The configurations are compared as they are stored, so that no field is forgotten.
bool same_config(const TenantConfig& left, const TenantConfig& right) {
  const auto stored = [](const TenantConfig& config) {
    std::string bytes;
    encode_command({Time{}, {}, ApplyConfig{0, config}}, bytes);
    return bytes;
  };
  return stored(left) == stored(right);
}

class Recovery {
 public:
  explicit Recovery(Store& store) : store_(store) {}

  Failure restore_newest();
  Failure restore_from(const Snapshot& snapshot);
  // `witness` may be empty.
  Failure replay_log(const Witness& witness = {});
  Failure check_config_version() const;
  Failure read_keys();
  Failure read_history();
  Failure begin_again(const Clock& clock, const std::optional<StartConfig>& config);

  Recovered take() { return std::move(recovered_); }

 private:
  Engine& engine() { return recovered_.engine; }
  Outcome apply(CommandBody body);
  Failure follow(const StartConfig& config, bool first_start);
  Failure apply_config(const StartConfig& config);
  AuditEntry entry_of(const StartConfig& config) const;
  Failure write();

  Store& store_;
  Recovered recovered_;
  std::vector<Event> events_;  // kept for its memory
  // What begin_again adds to the log.
  Time at_;
  std::vector<std::string> added_;
  std::vector<HistorySums> added_history_;
  std::optional<AuditEntry> added_audit_;
  std::optional<ConfigVersion> added_config_;
  std::optional<std::uint64_t> file_;  // the checksum of the given configuration's text
};

Failure Recovery::restore_newest() {
  auto found = store_.newest_valid_snapshot();
  if (!found.ok()) return store_failed(found.error());
  recovered_.warnings = std::move(found->warnings);
  return found->snapshot ? restore_from(*found->snapshot) : std::nullopt;
}

Failure Recovery::restore_from(const Snapshot& snapshot) {
  if (const auto error = restore(snapshot, engine())) {
    return RecoveryError{RecoveryError::Kind::Damaged,
                         "snapshot at record " + std::to_string(snapshot.sequence) + ": " + *error,
                         snapshot.sequence,
                         {}};
  }
  recovered_.snapshot_sequence = recovered_.last_sequence = snapshot.sequence;
  return std::nullopt;
}

Failure Recovery::replay_log(const Witness& witness) {
  DecodeAhead log(store_, recovered_.last_sequence + 1);
  Replay replay(engine());
  while (const DecodeAhead::Batch* batch = log.next()) {
    std::uint64_t sequence = batch->first_sequence;
    for (const Command& command : batch->commands) {
      if (auto wrong = replay.apply(command)) return damaged(sequence, *wrong);
      if (witness) witness(sequence, command.at, engine().state(), replay.events());
      recovered_.last_sequence = sequence++;
      ++recovered_.replayed;
    }
    if (batch->undecodable) return damaged(sequence, *batch->undecodable);
  }
  if (!log.result().ok()) return store_failed(log.result().error());
  return std::nullopt;
}

// A command that applies a configuration and the version it makes are durable in one piece.
Failure Recovery::check_config_version() const {
  const std::uint64_t applied = recovered_.engine.state().config_version;
  const std::uint64_t stored = store_.newest_config_version();
  if (applied == stored) return std::nullopt;
  return RecoveryError{RecoveryError::Kind::Damaged,
                       "the log up to record " + std::to_string(recovered_.last_sequence) +
                           " applies configuration version " + std::to_string(applied) +
                           ", and the newest one stored is " + std::to_string(stored),
                       recovered_.last_sequence,
                       {}};
}

Failure Recovery::read_keys() {
  auto keys = store_.keys();
  if (!keys.ok()) return store_failed(keys.error());
  recovered_.keys = std::move(*keys);
  if (recovered_.keys.empty() || recovered_.keys.front().slot == kSecretSlot) return std::nullopt;
  return RecoveryError{
      RecoveryError::Kind::Damaged, "the first key of the store, the tenant's secret, is missing", 0, {}};
}

Failure Recovery::read_history() {
  const auto newest = store_.newest_history();
  if (!newest.ok()) return store_failed(newest.error());
  if (auto wrong = recovered_.history.restore(*newest, engine().state()))
    return RecoveryError{RecoveryError::Kind::Damaged, std::move(*wrong), 0, {}};
  return std::nullopt;
}

Failure Recovery::begin_again(const Clock& clock, const std::optional<StartConfig>& config) {
  at_ = std::max(clock.now(), engine().now());
  const bool first_start = recovered_.last_sequence == 0;
  if (config) file_ = checksum({}, config->text);
  // Before what fell due: offers that ran out while nobody could accept them are no ring-no-answer, and who
  // was cut off by us gets the whole grace.
  if (!first_start) apply(RouterRestarted{});
  if (engine().next_deadline() <= at_) apply(AdvanceTime{});
  if (config) {
    if (auto failure = follow(*config, first_start)) return failure;
  }
  recovered_.config_version = engine().state().config_version;
  return write();
}

Outcome Recovery::apply(CommandBody body) {
  const Command command{at_, {}, std::move(body)};
  events_.clear();
  recovered_.history.before(engine().state(), at_);
  Outcome outcome = engine().apply(command, events_);
  if (!outcome.accepted()) return outcome;
  encode_command(command, added_.emplace_back());
  for (HistorySums& sums : recovered_.history.recorded()) added_history_.push_back(std::move(sums));
  return outcome;
}

Failure Recovery::follow(const StartConfig& config, bool first_start) {
  if (first_start) return apply_config(config);
  const auto last_file = store_.start_file();
  if (!last_file.ok()) return store_failed(last_file.error());
  // Also when the tenant's part is the same: who may call is in another one.
  if (*last_file != file_) added_audit_ = entry_of(config);
  const auto newest = store_.config_versions(0);
  if (!newest.ok()) return store_failed(newest.error());
  const bool by_request = !newest->empty() && newest->back().origin == ConfigOrigin::Request;
  if (by_request && *last_file == file_) return std::nullopt;
  if (same_config(config.config, engine().state().config)) return std::nullopt;
  return apply_config(config);
}

Failure Recovery::apply_config(const StartConfig& config) {
  const std::uint64_t version = engine().state().config_version + 1;
  const Outcome outcome = apply(ApplyConfig{version, config.config});
  if (outcome.rejection) {
    const std::string reason(to_string(outcome.rejection->reason));
    return RecoveryError{
        RecoveryError::Kind::ConfigRejected,
        "the configuration does not fit the running state: " + reason + ": " + outcome.rejection->detail,
        0,
        {}};
  }
  added_config_ = ConfigVersion{version, to_us(at_), config.source, config.text, ConfigOrigin::File};
  const Command applied{at_, {}, ApplyConfig{version, {}}};
  added_audit_ = audit_entry(applied, engine().state(), recovered_.last_sequence + added_.size(), "");
  added_audit_->what += ' ' + entry_of(config).what;
  recovered_.config_applied = true;
  return std::nullopt;
}

// What `sha256sum` says of the file, so that people can find which one it was.
AuditEntry Recovery::entry_of(const StartConfig& config) const {
  AuditEntry entry;
  entry.at = at_;
  entry.action = kStartFileAction;
  entry.what =
      "file=" + config.source.substr(0, kMaxAuditedPath) + " sha256=" + to_hex(sha256_of(config.text));
  return entry;
}

Failure Recovery::write() {
  const std::vector<std::string_view> views(added_.begin(), added_.end());
  if (!views.empty()) {
    const auto appended = store_.append(recovered_.last_sequence + 1, views, store_.open_epoch());
    if (!appended.ok()) return store_failed(appended.error());
  }
  if (const auto kept = store_.append_history(encode_history(added_history_)); !kept.ok())
    return store_failed(kept.error());
  if (added_audit_) {
    const auto added = store_.append_audit(encode_audit(*added_audit_));
    if (!added.ok()) return store_failed(added.error());
  }
  if (added_config_) {
    const auto kept = store_.append_config_version(*added_config_);
    if (!kept.ok()) return store_failed(kept.error());
  }
  // Also when nothing was applied: what is in the file by now is what the operators know.
  if (file_) {
    const auto noted = store_.set_start_file(*file_);
    if (!noted.ok()) return store_failed(noted.error());
  }
  if (recovered_.keys.empty()) {
    recovered_.keys.push_back({.slot = kSecretSlot, .id = 1, .key = random_key()});
    const auto kept = store_.write_keys(recovered_.keys);
    if (!kept.ok()) return store_failed(kept.error());
  }
  if (const auto synced = store_.sync(); !synced.ok()) return store_failed(synced.error());
  recovered_.last_sequence += views.size();
  return std::nullopt;
}

}  // namespace

std::variant<Recovered, RecoveryError> recover(Store& store, const Clock& clock,
                                               const std::optional<StartConfig>& config) {
  Recovery recovery(store);
  if (auto failure = recovery.restore_newest()) return std::move(*failure);
  if (auto failure = recovery.replay_log()) return std::move(*failure);
  if (auto failure = recovery.check_config_version()) return std::move(*failure);
  if (auto failure = recovery.read_keys()) return std::move(*failure);
  if (auto failure = recovery.read_history()) return std::move(*failure);
  if (auto failure = recovery.begin_again(clock, config)) return std::move(*failure);
  return recovery.take();
}

std::variant<Recovered, RecoveryError> rebuild(Store& store) {
  Recovery recovery(store);
  if (auto failure = recovery.restore_newest()) return std::move(*failure);
  if (auto failure = recovery.replay_log()) return std::move(*failure);
  if (auto failure = recovery.check_config_version()) return std::move(*failure);
  if (auto failure = recovery.read_keys()) return std::move(*failure);
  return recovery.take();
}

std::variant<Recovered, RecoveryError> rebuild_from(Store& store, const Snapshot* snapshot) {
  Recovery recovery(store);
  if (snapshot != nullptr) {
    if (auto failure = recovery.restore_from(*snapshot)) return std::move(*failure);
  }
  if (auto failure = recovery.replay_log()) return std::move(*failure);
  if (auto failure = recovery.check_config_version()) return std::move(*failure);
  if (auto failure = recovery.read_keys()) return std::move(*failure);
  return recovery.take();
}

std::optional<RecoveryError> retell(Store& store, const Witness& witness) {
  CB_ASSERT(store.first_sequence() == 1, "the log begins with record %llu",
            static_cast<unsigned long long>(store.first_sequence()));
  return Recovery(store).replay_log(witness);
}

}  // namespace cordboard
