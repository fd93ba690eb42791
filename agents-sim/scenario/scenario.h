// What is simulated: one tenant's configuration, the agents who work in it, the contacts that arrive.
//
// Read from YAML by scenario_reader.h; docs/SIMULATOR.md describes every key. Plain data, read-only while
// a run is going, shared by all threads.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agents-sim/base/distribution.h"
#include "agents-sim/scenario/arrival_file.h"
#include "router/core/config.h"
#include "router/core/types.h"

namespace cordboard::sim {

// Agents lose their connection now and then and come back.
struct Disconnects {
  Distribution every = Distribution::never();  // from the return to the next loss
  Distribution absence;                        // from the loss to the return
};

// Agents who are alike. Their ids are NAME-1, NAME-2, ..., or NAME when there is one.
struct AgentGroup {
  std::string name;
  std::uint32_t count = 1;
  AgentProfile profile;
  Distribution wrap_up;              // default: none
  Distribution answer_delay;         // default: none
  double no_answer_probability = 0;  // per offer: rings until the offer expires
  double decline_probability = 0;    // per offer that is answered
  Disconnects disconnects;
};

// From `from` on (since the start of the run, or since the last repetition) contacts arrive at this rate.
struct RatePiece {
  Duration from{};
  double per_hour = 0;
};

// A Poisson process with a piecewise constant rate, or recorded contacts.
struct Arrivals {
  std::vector<RatePiece> pieces;                // in order, the first from 0; empty when recorded
  Duration repeat = kForever;                   // length of the pattern
  std::shared_ptr<const ArrivalFile> recorded;  // null unless recorded
};

// After their first handling, contacts go on to another queue with this probability.
struct TransferPlan {
  double probability = 0;
  std::string queue;
};

// Contacts that are alike. Results are reported by `name`.
struct ContactStream {
  std::string name;
  std::string queue;    // empty only when the recorded contacts name theirs
  std::string channel;  // empty: the queue's
  std::int32_t priority = 0;
  std::int32_t tier = 0;
  std::string requirement;
  Arrivals arrivals;
  Distribution handle_time;
  Distribution patience = Distribution::never();
  TransferPlan transfer;
};

struct Scenario {
  Duration horizon{};  // measured, after the warm-up
  Duration warmup{};
  TenantConfig router;
  std::vector<AgentGroup> agents;
  std::vector<ContactStream> contacts;
};

}  // namespace cordboard::sim
