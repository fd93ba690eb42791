// Attempts at privileged actions that were refused, on their way into the audit trail: so few rows that
// nobody can fill the disk with them, however often they try.
//
// A caller's first attempt at an action gets a row at once; more of the same until the end of the minute are
// counted into one row then. That is for kMaxRefusedKinds pairs of caller and action a minute; what others
// tried meanwhile is counted into one row of "others". The minute begins with the first row. So a minute
// costs at most 2 * kMaxRefusedKinds + 1 rows. What was counted and not written is lost with the process.
//
// Thread-safe.

#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "router/codec/storage_audit.h"
#include "router/core/types.h"

namespace cordboard {

inline constexpr std::size_t kMaxRefusedKinds = 8;
inline constexpr Duration kRefusedPeriod = 60s;
inline constexpr const char* kOtherCallers = "others";

struct RefusedAttempt {
  std::string who;
  std::string roles;
  std::string action;
  std::string refusal;
};

class RefusedAttempts {
 public:
  // True when take() has a row for it at once.
  bool add(RefusedAttempt&& attempt);
  // The rows that are due at `now`. When none may be written now, everything stays until the minute after.
  std::vector<AuditEntry> take(Time now, bool may_write = true);
  // All that is left, due or not.
  std::vector<AuditEntry> take_all(Time now);
  // When take() has something to do again; kNever when nothing was tried.
  Time next_deadline() const;

 private:
  struct Kind {
    RefusedAttempt attempt;  // the first of it
    bool has_row = false;
    std::uint64_t untold = 0;
  };

  std::vector<AuditEntry> take_locked(Time now, bool minute_is_over);
  static void tell(Kind& kind, Time now, std::vector<AuditEntry>& rows);

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::vector<Kind> kinds_;
  std::uint64_t others_ = 0;
  Time ends_at_ = kNever;  // the minute
};

}  // namespace cordboard
