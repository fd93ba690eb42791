#include "router/loop/refused_attempts.h"

#include <algorithm>
#include <utility>

namespace cordboard {

RefusedAttempts::Added RefusedAttempts::add(RefusedAttempt&& attempt) {
  const std::lock_guard lock(mutex_);
  if (closed_) return Added::Closed;
  const bool is_first = nothing_waits();
  const auto same =
      std::find_if(kinds_.begin(), kinds_.end(), [&](const Kind& kind) { return kind.attempt == attempt; });
  if (same != kinds_.end()) {
    ++same->untold;
    return Added::Counted;
  }
  if (kinds_.size() == kMaxRefusedKinds || day_is_spent()) {
    ++others_;
    return is_first ? Added::Due : Added::Counted;
  }
  kinds_.push_back({.attempt = std::move(attempt), .has_row = false, .untold = 1});
  return Added::Due;
}

std::vector<AuditEntry> RefusedAttempts::take(Time now, bool may_write) {
  const std::lock_guard lock(mutex_);
  if (nothing_waits()) return {};
  if (now >= day_ends_at_) {
    day_ends_at_ = now + kRefusedDay;
    rows_ = 0;
  }
  const bool is_over = now >= ends_at_;
  if (ends_at_ == kNever || (is_over && !may_write))
    ends_at_ = now + (day_is_spent() ? kSpentPeriod : kRefusedPeriod);
  return may_write ? take_locked(now, is_over) : std::vector<AuditEntry>();
}

std::vector<AuditEntry> RefusedAttempts::close(Time now) {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  return take_locked(now, true);
}

std::vector<AuditEntry> RefusedAttempts::take_locked(Time now, bool period_is_over) {
  std::vector<AuditEntry> rows;
  for (Kind& kind : kinds_) {
    if (kind.untold > 0 && (!kind.has_row || period_is_over)) tell(kind, now, rows);
  }
  if (period_is_over) {
    Kind others{.attempt = {kOtherCallers, "", kOtherCallers, "several"}, .has_row = true, .untold = others_};
    if (others_ > 0) tell(others, now, rows);
    kinds_.clear();
    others_ = 0;
    ends_at_ = kNever;
  }
  rows_ += rows.size();
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
