#include "router/loop/audit_check.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

#include "router/codec/storage_audit.h"
#include "router/codec/storage_codec.h"

namespace cordboard {
namespace {

using Sequences = std::vector<std::uint64_t>;

class AuditCheck {
 public:
  explicit AuditCheck(Store& store) : store_(store) {}

  Result<AuditReport> run() {
    auto end = store_.read_audit([this](const AuditRow& row) { note(row); });
    if (!end.ok() && end.error().kind != StoreErrorKind::Damaged) return end.error();
    if (!end.ok()) {
      say(end.error().message);
      return std::move(report_);
    }
    report_.end = *end;
    if (auto read = read_log(); !read.ok()) return read.error();
    if (all_decoded_) compare();
    return std::move(report_);
  }

 private:
  void note(const AuditRow& row) {
    AuditEntry entry;
    if (const auto wrong = decode_audit(row.entry, entry)) {
      all_decoded_ = false;
      say("row " + std::to_string(row.number) + " of the audit trail: " + wrong->what);
    } else if (entry.sequence >= store_.first_sequence()) {
      told_.push_back(entry.sequence);
    }
  }

  // What cannot be decoded is told by those who replay it.
  Result<void> read_log() {
    Command command;
    return store_.read_from(store_.first_sequence(), [&](std::span<const LogRecord> records) {
      for (const LogRecord& record : records) {
        if (decode_command(record.payload, command)) all_decoded_ = false;
        if (!all_decoded_) return false;
        if (is_audited(command.body)) done_.push_back(record.sequence);
      }
      return true;
    });
  }

  // Rows come in the order of their records; a chain that was made anew may not keep it.
  void compare() {
    std::sort(told_.begin(), told_.end());
    Sequences wrong;
    std::set_difference(done_.begin(), done_.end(), told_.begin(), told_.end(), std::back_inserter(wrong));
    if (!wrong.empty()) say("log record " + std::to_string(wrong.front()) + " has no row in the audit trail");
    wrong.clear();
    std::set_difference(told_.begin(), told_.end(), done_.begin(), done_.end(), std::back_inserter(wrong));
    if (!wrong.empty()) {
      say("the audit trail tells of log record " + std::to_string(wrong.front()) +
          ", which is none of that kind, or is told twice");
    }
  }
  void say(std::string damage) { report_.damages.push_back(std::move(damage)); }

  Store& store_;
  AuditReport report_;
  Sequences told_;           // by rows, from the log's first record on
  Sequences done_;           // by records
  bool all_decoded_ = true;  // otherwise there is nothing to compare
};

}  // namespace

Result<AuditReport> check_audit(Store& store) { return AuditCheck(store).run(); }

}  // namespace cordboard
