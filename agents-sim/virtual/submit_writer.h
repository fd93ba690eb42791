// What a contact of a stream says to the router when it arrives.
//
// One command for each stream, filled in anew for every contact, so that most contacts cost no allocation.
// Contacts are called c1, c2, ... in base 36, in the order of their arrival.

#pragma once

#include <cstdint>
#include <vector>

#include "agents-sim/scenario/arrival_source.h"
#include "agents-sim/scenario/scenario.h"
#include "router/core/command.h"

namespace cordboard::sim {

// Whose contacts are those of customers who take callbacks.
inline constexpr const char* kGateway = "sim";

class SubmitWriter {
 public:
  // REQUIRES: the scenario outlives it.
  explicit SubmitWriter(const Scenario& scenario);

  // A SubmitContact under the next id; its time is for the caller to set. Valid until the next one of the
  // stream.
  Command& next(std::uint32_t stream, const Arrival& arrival);

  // How many there were.
  std::uint64_t written() const { return written_; }

 private:
  const Scenario& scenario_;
  std::vector<Command> submits_;  // by stream
  std::uint64_t written_ = 0;
};

}  // namespace cordboard::sim
