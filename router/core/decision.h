// Who was considered when an offer was made. Kept for the newest limits.explained_offers offers, so that
// somebody can ask afterwards; no part of the digest or of snapshots, and forgotten at a restart.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "router/core/match_index.h"
#include "router/core/types.h"

namespace cordboard {

struct Decision {
  struct ByAgent {
    AgentRef agent;
    AgentKeys keys;
    std::uint64_t skills = 0;    // how many the agent has
    std::uint64_t levels = 0;    // sum over the skills that the requirement names
    std::uint64_t scarcity = 0;  // by other queues; of scarce_first
    bool interrupted = false;    // something must give way; such agents go after all others
  };
  struct ByContact {
    std::string contact;
    std::int32_t tier = 0;
    std::int64_t priority = 0;  // its own and the queue's
    Time place_at;
  };
  static constexpr std::size_t kShown = 4;

  OfferId offer;
  Time at;
  std::string contact;
  AgentRef agent;
  QueueRef queue;
  AgentStrategy strategy{};
  bool for_one_agent = false;       // the contact waited for this agent only
  std::uint32_t agents_free = 0;    // eligible and with capacity, the winner included, cool-downs or not
  std::vector<ByAgent> agents;      // the winner first, then who would have been next
  std::vector<ByContact> contacts;  // the same for contacts that the agent could have been given
};

}  // namespace cordboard
