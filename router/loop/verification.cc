#include "router/loop/verification.h"

#include <array>
#include <cstdio>
#include <optional>
#include <variant>

#include "router/codec/storage_history.h"
#include "router/loop/audit_check.h"
#include "router/loop/recovery.h"

namespace cordboard {
namespace {

std::string hex(std::uint64_t number) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(number));
  return text.data();
}

class Verification {
 public:
  explicit Verification(Store& store) : store_(store) {}

  Result<StoreReport> run() {
    describe_log();
    if (auto done = follow_snapshots(); !done.ok()) return done.error();
    if (store_.first_sequence() == 1) {
      if (auto done = follow(nullptr, "log from record 1"); !done.ok()) return done.error();
    } else if (!found_way_) {
      damage("no whole snapshot leads to the log's first record " + std::to_string(store_.first_sequence()));
    }
    if (auto done = read_configurations(); !done.ok()) return done.error();
    if (auto done = read_audit(); !done.ok()) return done.error();
    if (auto done = read_history(); !done.ok()) return done.error();
    return std::move(report_);
  }

 private:
  void say(std::string line) { report_.lines.push_back(std::move(line)); }
  void damage(std::string line) { report_.damages.push_back(std::move(line)); }

  void describe_log() {
    const std::uint64_t first = store_.first_sequence();
    const std::uint64_t last = store_.last_sequence();
    report_.last_sequence = last;
    const std::string range = first > last
                                  ? "no records, the next is " + std::to_string(first)
                                  : "records " + std::to_string(first) + " to " + std::to_string(last);
    say("log: " + range + ", checksums whole, opened " + std::to_string(store_.open_epoch() - 1) + " times");
  }

  Result<void> follow_snapshots() {
    const auto sequences = store_.snapshots();
    if (!sequences.ok()) return sequences.error();
    for (const std::uint64_t sequence : *sequences) {
      const std::string name = "snapshot at record " + std::to_string(sequence);
      const auto loaded = store_.load_snapshot(sequence);
      if (!loaded.ok()) return loaded.error();
      if (!loaded->has_value()) {
        damage(name + ": its bytes do not match their checksum");
      } else if (sequence + 1 < store_.first_sequence()) {
        say(name + ": " + std::to_string((*loaded)->payload.size()) +
            " bytes, checksum whole, the log behind it is trimmed");
      } else if (auto done = follow(&**loaded, name); !done.ok()) {
        return done;
      }
    }
    return {};
  }

  // Damage that is found on the way belongs to the report, a disk that cannot be read does not.
  Result<void> follow(const Snapshot* snapshot, const std::string& name) {
    auto rebuilt = rebuild_from(store_, snapshot);
    if (const auto* error = std::get_if<RecoveryError>(&rebuilt)) {
      if (error->store && error->store->kind != StoreErrorKind::Damaged) return *error->store;
      damage(name + ": " + error->message);
      return {};
    }
    const Recovered& recovered = std::get<Recovered>(rebuilt);
    const std::uint64_t digest = recovered.engine.digest();
    const std::string size = snapshot != nullptr ? std::to_string(snapshot->payload.size()) + " bytes, " : "";
    say(name + ": " + size + "and " + std::to_string(recovered.replayed) + " records lead to digest " +
        hex(digest) + " at record " + std::to_string(recovered.last_sequence));
    if (found_way_ && digest != report_.digest) {
      damage(name + ": leads to digest " + hex(digest) + ", another way to " + hex(report_.digest));
    }
    if (!found_way_) report_.digest = digest;
    found_way_ = true;
    return {};
  }

  Result<void> read_configurations() {
    const auto versions = store_.config_versions(kAnyBytes);
    if (!versions.ok() && versions.error().kind != StoreErrorKind::Damaged) return versions.error();
    if (!versions.ok()) {
      damage(versions.error().message);
    } else if (versions->empty()) {
      say("configuration: no version yet");
    } else {
      say("configuration: versions " + std::to_string(versions->front().version) + " to " +
          std::to_string(versions->back().version) + ", checksums whole");
    }
    return {};
  }

  Result<void> read_audit() {
    const auto audit = check_audit(store_);
    if (!audit.ok()) return audit.error();
    for (const std::string& line : audit->damages) damage(line);
    if (!audit->damages.empty()) return {};
    say("audit trail: " + std::to_string(audit->end.number) + " rows, chain whole, ends in " +
        to_hex(audit->end.hash));
    return {};
  }

  Result<void> read_history() {
    std::uint64_t rows = 0;
    const std::size_t damages = report_.damages.size();
    const auto read = store_.visit_history([&](const HistoryRow& row) {
      ++rows;
      QueueSums sums;
      const auto wrong = decode_sums(row.sums, sums);
      if (!wrong) return;
      damage("history of queue " + std::to_string(row.queue) + " at " + std::to_string(row.boundary_us) +
             " us: " + *wrong);
    });
    if (!read.ok() && read.error().kind != StoreErrorKind::Damaged) return read.error();
    if (!read.ok()) damage(read.error().message);
    if (report_.damages.size() == damages) say("history: " + std::to_string(rows) + " rows, checksums whole");
    return {};
  }

  Store& store_;
  StoreReport report_;
  bool found_way_ = false;
};

}  // namespace

Result<StoreReport> verify_store(Store& store) { return Verification(store).run(); }

}  // namespace cordboard
