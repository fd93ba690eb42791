#include "agents-sim/audit/order_audit.h"

namespace cordboard::sim {

void OrderAudit::waits(ContactNo contact, ClassNo order_class, Place place) {
  if (order_class == kNoClass) return;
  if (order_class >= waiting_.size()) waiting_.resize(order_class + 1);
  waiting_[order_class].emplace(place, contact);
}

void OrderAudit::leaves(ContactNo contact, ClassNo order_class, Place place) {
  if (order_class < waiting_.size()) waiting_[order_class].erase({place, contact});
}

void OrderAudit::declined(ContactNo contact, AgentNo agent) { declines_.insert(pair_of(contact, agent)); }

void OrderAudit::clear() {
  for (auto& contacts : waiting_) contacts.clear();
}

std::optional<OrderAudit::ContactNo> OrderAudit::overtaken(ClassNo order_class, Place place,
                                                           AgentNo agent) const {
  if (order_class >= waiting_.size()) return std::nullopt;
  for (const auto& [other_place, other] : waiting_[order_class]) {
    if (other_place >= place) break;
    if (!declines_.contains(pair_of(other, agent))) return other;
  }
  return std::nullopt;
}

}  // namespace cordboard::sim
