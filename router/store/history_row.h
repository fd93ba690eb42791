// A row of history: what a queue's sums were at one quarter of an hour. The store knows the bytes only.

#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace cordboard {

struct HistoryRow {
  std::uint32_t queue = 0;       // its number in the state, which it keeps under every name
  std::int64_t boundary_us = 0;  // since 1970, UTC
  std::string sums;

  friend bool operator==(const HistoryRow&, const HistoryRow&) = default;
};

using HistoryVisitor = std::function<void(const HistoryRow&)>;

// Rows from here on tell everything: where a queue has none at or before an instant, it had no sums. Earlier
// instants are not known: their rows were pruned, or the store is older than history.
inline constexpr std::int64_t kHistoryComplete = 0;
inline constexpr std::int64_t kNoHistory = std::numeric_limits<std::int64_t>::max();

struct HistoryAnswer {
  std::int64_t since_us = kHistoryComplete;
  // For each instant that was asked for: the newest row at or before it. None: there is none, or the instant
  // is before since_us.
  std::vector<std::optional<HistoryRow>> rows;
};

}  // namespace cordboard
