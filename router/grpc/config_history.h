// The versions of a tenant's configuration, as the configuration service tells them: newest known first
// asked.
//
// Filled from the store at the start, then with each version that became durable. At most
// kConfigVersionsKept, and kMaxConfigHistoryBytes of text unless the newest alone is longer; the oldest are
// forgotten here first, and are still in the store.
//
// Safe on any thread.

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "router/store/store.h"

namespace cordboard {

inline constexpr std::size_t kMaxConfigHistoryBytes = 64u << 20;

class ConfigHistory {
 public:
  using Version = std::shared_ptr<const ConfigVersion>;

  // Oldest first.
  explicit ConfigHistory(std::vector<ConfigVersion> versions);

  // REQUIRES: its number is higher than those before.
  void add(ConfigVersion version);

  // nullptr when it is not kept; 0 stands for the newest.
  Version find(std::uint64_t version) const;

  // The newest one that this request made; nullptr when it is not kept.
  Version find_request(const std::string& request_id) const;

  // Newest first, those before `before` (0: all), at most `limit`.
  std::vector<Version> list(std::uint64_t before, std::size_t limit) const;

 private:
  void forget();

  mutable std::mutex mutex_;
  std::deque<Version> versions_;  // oldest first
  std::size_t bytes_ = 0;
};

}  // namespace cordboard
