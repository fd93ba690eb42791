#include "tests/durability/script.h"

#include <gtest/gtest.h>

#include <string_view>
#include <utility>
#include <variant>

#include "router/codec/storage_audit.h"
#include "router/codec/storage_codec.h"
#include "router/codec/storage_history.h"
#include "router/core/state.h"
#include "tests/support/random_tape.h"

namespace cordboard::testing {
namespace {

// A tape is some minutes long and reaches no boundary: rows come with every so many records, at instants that
// no boundary has.
constexpr std::uint64_t kHistoryEvery = 25;

class Writer {
 public:
  Writer(std::uint64_t seed, std::uint64_t snapshot_every, bool every_digest)
      : tape_(seed), snapshot_every_(snapshot_every), every_digest_(every_digest) {
    apply({time_from_us(0), "", ApplyConfig{1, tape_.config()}});
  }

  // Refused and repeated ones are not for the log.
  void apply(const Command& command) {
    events_.clear();
    const Outcome outcome = engine_.apply(command, events_);
    if (!outcome.accepted() || outcome.repeated) return;
    Script::Step step{command.body, {}, {}, {}, every_digest_ ? engine_.digest() : 0};
    encode_command(command, step.record);
    if (auto entry = audit_entry(command, engine_.state(), script_.size() + 1, "supervisor")) {
      step.audit = encode_audit(*entry);
    }
    const std::uint64_t sequence = script_.size() + 1;
    if (sequence % kHistoryEvery == 0) {
      const auto queue = static_cast<std::uint32_t>(sequence / kHistoryEvery % engine_.state().queues.size());
      step.history.push_back(
          {queue, static_cast<std::int64_t>(sequence), encode_sums({.waiting = sequence})});
    }
    script_.steps.push_back(std::move(step));
    if (std::holds_alternative<ApplyConfig>(command.body)) note_version();
    if (snapshot_every_ > 0 && script_.size() % snapshot_every_ == 0) take_snapshot();
  }

  void apply_next() {
    Command command = tape_.next(engine_);
    // As the loop numbers them.
    if (auto* config = std::get_if<ApplyConfig>(&command.body)) {
      config->version = engine_.state().config_version + 1;
    }
    const bool is_late = std::holds_alternative<AdvanceTime>(command.body) ||
                         std::holds_alternative<RouterRestarted>(command.body);
    if (engine_.next_deadline() <= command.at && !is_late) apply({command.at, "", AdvanceTime{}});
    apply(command);
  }

  const Script& script() const { return script_; }
  Script take() {
    script_.steps.back().digest = engine_.digest();
    return std::move(script_);
  }

 private:
  void note_version() {
    const std::uint64_t version = engine_.state().config_version;
    script_.versions.push_back({version, to_us(engine_.now()), "rpc", "text " + std::to_string(version)});
    script_.versions_at.push_back(script_.size());
  }

  void take_snapshot() {
    script_.snapshots.push_back({.sequence = script_.size(),
                                 .config_version = engine_.state().config_version,
                                 .at = engine_.now(),
                                 .engine_state = engine_.snapshot(),
                                 .digest = engine_.digest()});
  }

  TapeWriter tape_;
  std::uint64_t snapshot_every_;
  bool every_digest_;
  Engine engine_;
  std::vector<Event> events_;
  Script script_;
};

}  // namespace

Script make_script(std::uint64_t seed, std::uint64_t commands, std::uint64_t snapshot_every,
                   bool every_digest) {
  Writer writer(seed, snapshot_every, every_digest);
  while (writer.script().size() < commands) writer.apply_next();
  return writer.take();
}

std::vector<HistoryRow> Script::history_at(std::uint64_t sequence) const {
  std::vector<HistoryRow> rows;
  for (std::uint64_t at = 1; at <= sequence; ++at)
    rows.insert(rows.end(), steps[at - 1].history.begin(), steps[at - 1].history.end());
  std::sort(rows.begin(), rows.end(), [](const HistoryRow& a, const HistoryRow& b) {
    return std::pair(a.queue, a.boundary_us) < std::pair(b.queue, b.boundary_us);
  });
  return rows;
}

std::vector<HistoryRow> history_in(Store& store) {
  std::vector<HistoryRow> rows;
  EXPECT_TRUE(store.visit_history([&](const HistoryRow& row) { rows.push_back(row); }).ok());
  return rows;
}

Result<void> write_steps(Store& store, const Script& script, std::uint64_t first, std::uint64_t last) {
  std::vector<std::string_view> records;
  records.reserve(last + 1 - first);
  for (std::uint64_t at = first; at <= last; ++at) records.push_back(script.steps[at - 1].record);
  if (auto appended = store.append(first, records, store.open_epoch()); !appended.ok()) return appended;
  for (std::uint64_t at = first; at <= last; ++at) {
    const std::string& entry = script.steps[at - 1].audit;
    if (entry.empty()) continue;
    if (auto added = store.append_audit(entry); !added.ok()) return added;
  }
  for (std::uint64_t at = first; at <= last; ++at) {
    if (auto added = store.append_history(script.steps[at - 1].history); !added.ok()) return added;
  }
  for (std::size_t i = 0; i < script.versions.size(); ++i) {
    if (script.versions_at[i] < first || script.versions_at[i] > last) continue;
    if (auto kept = store.append_config_version(script.versions[i]); !kept.ok()) return kept;
  }
  return store.sync();
}

}  // namespace cordboard::testing
