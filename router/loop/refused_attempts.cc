#include "router/loop/refused_attempts.h"

#include <algorithm>
#include <utility>

namespace cordboard {

bool RefusedAttempts::add(RefusedAttempt&& attempt) {
  const std::lock_guard lock(mutex_);
  const auto same = std::find_if(kinds_.begin(), kinds_.end(), [&](const Kind& kind) {
    return kind.attempt.who == attempt.who && kind.attempt.action == attempt.action;
  });
  if (same != kinds_.end()) {
    ++same->untold;
    return false;
  }
  if (kinds_.size() == kMaxRefusedKinds) {
    ++others_;
    return false;
  }
  kinds_.push_back({.attempt = std::move(attempt), .has_row = false, .untold = 1});
  return true;
}

std::vector<AuditEntry> RefusedAttempts::take(Time now, bool may_write) {
  const std::lock_guard lock(mutex_);
  if (kinds_.empty()) return {};
  const bool is_over = now >= ends_at_;
  if (ends_at_ == kNever || (is_over && !may_write)) ends_at_ = now + kRefusedPeriod;
  return may_write ? take_locked(now, is_over) : std::vector<AuditEntry>();
}

std::vector<AuditEntry> RefusedAttempts::take_all(Time now) {
  const std::lock_guard lock(mutex_);
  return take_locked(now, true);
}

std::vector<AuditEntry> RefusedAttempts::take_locked(Time now, bool minute_is_over) {
  std::vector<AuditEntry> rows;
  for (Kind& kind : kinds_) {
    if (kind.untold > 0 && (!kind.has_row || minute_is_over)) tell(kind, now, rows);
  }
  if (!minute_is_over) return rows;
  if (others_ > 0) {
    Kind others{.attempt = {kOtherCallers, "", kOtherCallers, "several"}, .has_row = true, .untold = others_};
    tell(others, now, rows);
  }
  kinds_.clear();
  others_ = 0;
  ends_at_ = kNever;
  return rows;
}

void RefusedAttempts::tell(Kind& kind, Time now, std::vector<AuditEntry>& rows) {
  AuditEntry entry;
  entry.at = now;
  entry.who = kind.attempt.who;
  entry.roles = kind.attempt.roles;
  entry.action = kind.attempt.action;
  entry.refusal = kind.attempt.refusal;
  entry.attempts = std::exchange(kind.untold, 0);
  kind.has_row = true;
  rows.push_back(std::move(entry));
}

Time RefusedAttempts::next_deadline() const {
  const std::lock_guard lock(mutex_);
  return ends_at_;
}

}  // namespace cordboard
