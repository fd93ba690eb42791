// Who was there first? Checks that contacts which are equal in everything are offered in the order in which
// they came.
//
// Equal means: same queue, channel, priority, tier and requirement; the caller numbers these classes. A
// contact's place is the order of its submit; it keeps it whatever happens. One contact may pass another only
// to an agent who declined the other, who is left in peace by it for a while.
//
// Follows one stream of events, which is in the order of the router's log. Not thread-safe.

#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <unordered_set>
#include <utility>
#include <vector>

namespace cordboard::sim {

class OrderAudit {
 public:
  using ContactNo = std::uint32_t;
  using AgentNo = std::uint32_t;
  using ClassNo = std::uint32_t;
  using Place = std::uint64_t;

  // Of a contact that is not in the order: it waits for one agent only.
  static constexpr ClassNo kNoClass = 0xffffffff;

  // Twice is once; so is leaving without having waited.
  void waits(ContactNo contact, ClassNo order_class, Place place);
  void leaves(ContactNo contact, ClassNo order_class, Place place);
  void declined(ContactNo contact, AgentNo agent);
  // Nobody waits any more, as far as is known.
  void clear();

  // Who should have been offered to `agent` before a contact with this place; nullopt when nobody.
  std::optional<ContactNo> overtaken(ClassNo order_class, Place place, AgentNo agent) const;

 private:
  static std::uint64_t pair_of(ContactNo contact, AgentNo agent) {
    return static_cast<std::uint64_t>(contact) << 32 | agent;
  }

  std::vector<std::set<std::pair<Place, ContactNo>>> waiting_;  // by class
  std::unordered_set<std::uint64_t> declines_;                  // looked up only
};

}  // namespace cordboard::sim
