// Which agent was connected with this customer last? For queues that prefer that agent
// (QueueConfig::last_agent); without one, nothing is kept.
//
// Customers are known by a fingerprint of the gateway's own id of them, one entry each. A fingerprint of a
// short id can be found by trying, so it counts as customer data: it is in snapshots, not in the digest, and
// goes with ForgetCustomer. Bounded by limits.last_agents: when full, who was served longest ago is forgotten
// first; so is what is older than any queue asks for, a few with each new entry.

#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "router/core/hash.h"
#include "router/core/types.h"

namespace cordboard {

struct LastAgent {
  std::uint64_t customer = 0;  // fingerprint
  AgentRef agent;
  Time at;
};

class LastAgents {
 public:
  static std::uint64_t fingerprint(std::string_view customer) {
    Hasher hasher;
    hasher.add(customer);
    return hasher.result();
  }

  // none() when nobody has served the customer since then, or it is forgotten.
  AgentRef find(std::uint64_t customer, Time since) const {
    const auto found = order_of_.find(customer);
    if (found == order_of_.end()) return AgentRef::none();
    const LastAgent& last = by_time_.at(found->second);
    return last.at >= since ? last.agent : AgentRef::none();
  }

  // Replaces what was known of the customer. REQUIRES: times do not go back.
  void remember(const LastAgent& last, std::size_t limit) {
    forget(last.customer);
    while (!by_time_.empty() && by_time_.size() >= limit) forget_oldest();
    if (limit == 0) return;
    order_of_.emplace(last.customer, next_order_);
    by_time_.emplace_hint(by_time_.end(), next_order_++, last);
  }

  // False when it was not known.
  bool forget(std::uint64_t customer) {
    const auto found = order_of_.find(customer);
    if (found == order_of_.end()) return false;
    by_time_.erase(found->second);
    order_of_.erase(found);
    return true;
  }

  // At most `count` of those that are older.
  void forget_before(Time oldest, int count) {
    while (count-- > 0 && !by_time_.empty() && by_time_.begin()->second.at < oldest) forget_oldest();
  }
  void shrink_to(std::size_t limit) {
    while (by_time_.size() > limit) forget_oldest();
  }

  std::size_t size() const { return by_time_.size(); }
  // Oldest first.
  std::vector<LastAgent> entries() const {
    std::vector<LastAgent> all;
    all.reserve(size());
    for (const auto& [order, last] : by_time_) all.push_back(last);
    return all;
  }

 private:
  void forget_oldest() {
    order_of_.erase(by_time_.begin()->second.customer);
    by_time_.erase(by_time_.begin());
  }

  std::map<std::uint64_t, LastAgent> by_time_;  // by the order of conversations
  std::uint64_t next_order_ = 0;
  std::unordered_map<std::uint64_t, std::uint64_t> order_of_;  // by customer; only looked up
};

}  // namespace cordboard
