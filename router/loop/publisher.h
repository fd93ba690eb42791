// Who tells the world what happened: an edge that turns events into messages.

#pragma once

#include <cstdint>
#include <span>

#include "router/core/event.h"
#include "router/core/types.h"

namespace cordboard {

struct State;

// Both are called on the loop's thread, must be quick and must not throw or apply anything. They may call
// the thread-safe part of RouterLoop.
class Publisher {
 public:
  virtual ~Publisher() = default;

  // The command with this revision was applied. Called once for every accepted command, in order, even
  // when it has no events. References in events and `state` are valid until it returns, so encode here;
  // nothing of it may be seen from outside before release(revision).
  virtual void stage(std::uint64_t revision, Time at, const State& state, std::span<const Event> events) = 0;

  // Everything staged up to `revision` is durable: let it out. Replies and query results of those
  // revisions have been let out just before. Never called again once the log has failed.
  virtual void release(std::uint64_t revision) = 0;
};

}  // namespace cordboard
