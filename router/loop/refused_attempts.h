// Attempts at privileged actions that were refused, on their way into the audit trail: so few rows that
// nobody can fill the disk with them, however often they try.
//
// The first attempt of its kind (caller, roles, action, refusal) gets a row at once; more of the same until
// the period ends are counted into one row then. That is for kMaxRefusedKinds kinds a period; what else was
// tried meanwhile is counted into one row of "(others)". A period begins with its first attempt and takes a
// minute. When a day has nearly had kMaxRefusedRowsADay rows, a period takes an hour and has the row of the
// others only. So a day costs at most kMaxRefusedRowsADay rows and one for each hour.
//
// What was counted and not written is lost with the process, and so is how many rows the day has had.
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
// Of each kind its first row and one for the rest; and the others.
inline constexpr std::size_t kMaxRefusedRowsAPeriod = 2 * kMaxRefusedKinds + 1;
inline constexpr std::uint64_t kMaxRefusedRowsADay = 1'000;
inline constexpr Duration kRefusedPeriod = 60s;
inline constexpr Duration kSpentPeriod = 1h;
inline constexpr Duration kRefusedDay = 24h;
// No caller has such a name.
inline constexpr const char* kOtherCallers = "(others)";

struct RefusedAttempt {
  std::string who;
  std::string roles;
  std::string action;
  std::string refusal;

  friend bool operator==(const RefusedAttempt&, const RefusedAttempt&) = default;
};

class RefusedAttempts {
 public:
  enum class Added : std::uint8_t {
    Due,      // take() has something to do at once
    Counted,  // when the period ends
    Closed,   // not taken
  };
  Added add(RefusedAttempt&& attempt);
  // The rows that are due at `now`. When none may be written now, everything stays until the period after.
  std::vector<AuditEntry> take(Time now, bool may_write = true);
  // All that is left, due or not; nothing is taken any more.
  std::vector<AuditEntry> close(Time now);
  // When take() has something to do again; kNever when nothing waits for it.
  Time next_deadline() const;

 private:
  struct Kind {
    RefusedAttempt attempt;
    bool has_row = false;
    std::uint64_t untold = 0;
  };

  bool nothing_waits() const { return kinds_.empty() && others_ == 0; }
  bool day_is_spent() const { return rows_ + kMaxRefusedRowsAPeriod > kMaxRefusedRowsADay; }
  std::vector<AuditEntry> take_locked(Time now, bool period_is_over);
  static void tell(Kind& kind, Time now, std::vector<AuditEntry>& rows);

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::vector<Kind> kinds_;
  std::uint64_t others_ = 0;
  Time ends_at_ = kNever;   // the period
  Time day_ends_at_{};      // with the first that is taken after it another one begins
  std::uint64_t rows_ = 0;  // of the day
  bool closed_ = false;
};

}  // namespace cordboard
