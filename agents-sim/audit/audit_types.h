// What the parts of the audit have in common: numbers for contacts, agents and offers, and how to name them.

#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace cordboard::sim {

using ContactNo = std::uint32_t;  // 0, 1, 2, ... in the order of the first submit
using AgentNo = std::uint32_t;
using ChannelNo = std::uint8_t;
using OfferNo = std::uint64_t;   // as the router numbers them
using Revision = std::uint64_t;  // position in the router's log

// Contacts from here on were submitted by somebody else.
inline constexpr ContactNo kForeignContacts = 1u << 31;

enum class OfferEnd : std::uint8_t { Accepted, Declined, Expired, Rescinded };

// An offer that has not ended, as far as is known.
struct LiveOffer {
  OfferNo offer = 0;
  AgentNo agent = 0;
};

// How findings name contacts and agents.
struct AuditNames {
  std::function<std::string(ContactNo)> contact = [](ContactNo no) { return std::to_string(no); };
  std::function<std::string(AgentNo)> agent = [](AgentNo no) { return std::to_string(no); };
};

// The state of a live contact or of a contact in hand, as the router describes it after a break.
enum class FoundPhase : std::uint8_t { Waiting, Offered, Connected, WrapUp };

}  // namespace cordboard::sim
