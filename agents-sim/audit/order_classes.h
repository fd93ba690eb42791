// Numbers the classes of contacts that are equal in everything that decides their order.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "agents-sim/audit/order_audit.h"

namespace cordboard::sim {

class OrderClasses {
 public:
  // What a contact brings with it, whatever queue it is in.
  std::uint32_t attributes(std::string_view channel, std::int32_t priority, std::int32_t tier,
                           std::string_view requirement) {
    const auto key = std::make_tuple(std::string(channel), priority, tier, std::string(requirement));
    return attributes_.try_emplace(key, static_cast<std::uint32_t>(attributes_.size())).first->second;
  }

  OrderAudit::ClassNo of(const std::string& queue, std::uint32_t attributes) {
    const auto queue_no =
        queues_.try_emplace(queue, static_cast<std::uint32_t>(queues_.size())).first->second;
    const std::uint64_t key = static_cast<std::uint64_t>(queue_no) << 32 | attributes;
    return classes_.try_emplace(key, static_cast<OrderAudit::ClassNo>(classes_.size())).first->second;
  }

 private:
  std::map<std::tuple<std::string, std::int32_t, std::int32_t, std::string>, std::uint32_t> attributes_;
  std::unordered_map<std::string, std::uint32_t> queues_;           // looked up only
  std::unordered_map<std::uint64_t, OrderAudit::ClassNo> classes_;  // looked up only
};

}  // namespace cordboard::sim
