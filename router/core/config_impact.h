// What would a configuration do to the contacts that wait? Applied to a copy of the engine, and counted.
//
// A pure question: nothing of the engine that is asked about changes. Costs what applying costs, plus a look
// at every unanswered contact before and after.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "router/core/engine.h"

namespace cordboard {

// Of one queue, by the name that it has afterwards.
struct QueueImpact {
  std::string queue;
  bool added = false;
  bool removed = false;
  bool draining = false;
  std::uint32_t unanswered_before = 0;
  std::uint32_t unanswered_after = 0;
  // Unanswered contacts that no logged-in agent could serve, whatever they are doing.
  std::uint32_t unservable_before = 0;
  std::uint32_t unservable_after = 0;
  // Events of the moment in which it takes effect.
  std::uint32_t offers_made = 0;
  std::uint32_t offers_rescinded = 0;
  std::uint32_t contacts_ended = 0;
};

struct ConfigImpact {
  std::optional<Rejection> rejection;  // it would be refused; the rest is empty
  // Those that have unanswered contacts before or after, or come, go or drain; in the order of the state.
  std::vector<QueueImpact> queues;
};

// As of the engine's own time; the configuration would get the next version. `engine` is used up.
ConfigImpact preview_config(Engine engine, const TenantConfig& config, std::uint64_t if_version);

}  // namespace cordboard
