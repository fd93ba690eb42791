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

// Some agents of a group work from `from` to `to`, counted from the start of the run (or of the repetition).
struct DutySpan {
  Duration from{};
  Duration to{};
  std::uint32_t first = 0;  // in the group, from 0
  std::uint32_t count = 0;
};

// Who works when. Spans of one agent may touch or overlap.
struct DutyPlan {
  std::vector<DutySpan> spans;
  Duration repeat = kForever;

  bool always() const { return spans.empty(); }
};

// Once a day, at a random instant between `from` and `to` (time of day), an agent who is on duty finishes
// what is in hand and is then away for `length`.
struct BreakPlan {
  Duration from{};
  Duration to{};
  Distribution length;
  std::string reason;
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
  // From a ring-no-answer until the agent is ready again by hand; never: as the router is configured.
  Distribution return_after = Distribution::never();
  Disconnects disconnects;
  DutyPlan duty;
  std::vector<BreakPlan> breaks;
};

// From `from` on (since the start of the run, or since the last repetition) contacts arrive at this rate,
// which goes to `end_per_hour` in a straight line until the next piece begins.
struct RatePiece {
  RatePiece() = default;
  RatePiece(Duration start, double rate) : from(start), per_hour(rate), end_per_hour(rate) {}
  RatePiece(Duration start, double rate, double end) : from(start), per_hour(rate), end_per_hour(end) {}

  Duration from{};
  double per_hour = 0;
  double end_per_hour = 0;

  bool operator==(const RatePiece&) const = default;
};

// A Poisson process with a piecewise linear rate, or recorded contacts.
struct Arrivals {
  std::vector<RatePiece> pieces;                // in order, the first from 0; empty when recorded
  Duration repeat = kForever;                   // length of the pattern
  std::shared_ptr<const ArrivalFile> recorded;  // null unless recorded
};

// After their first handling, contacts go on to another queue with this probability.
struct TransferPlan {
  double probability = 0;
  std::string queue;
  std::optional<Distribution> handle_time;  // there; absent: the stream's
};

// A customer calls once more, as a new contact.
struct RepeatPlan {
  double probability = 0;
  Distribution after;
  std::uint32_t attempts = 10;  // most calls of one customer about one matter, the first included
};

// Customers who are offered a callback, and what becomes of a dial.
struct CallbackPlan {
  double accept = 0;                                        // hang up and wait for the call
  double answer = 1;                                        // of each dial
  Distribution ring = Distribution::constant(Duration{0});  // until they answer, or the gateway gives up

  bool operator==(const CallbackPlan&) const = default;
};

// Contacts that are alike. Results are reported by `name`.
struct ContactStream {
  std::string name;
  int line = 0;         // of the file
  std::string queue;    // empty only when the recorded contacts name theirs
  std::string channel;  // empty: the queue's
  std::int32_t priority = 0;
  std::int32_t tier = 0;
  std::string requirement;
  Arrivals arrivals;
  Distribution handle_time;
  Distribution patience = Distribution::never();
  TransferPlan transfer;
  RepeatPlan redial;      // after hanging up in the queue, or finding it full
  RepeatPlan call_again;  // after the conversation: it did not settle the matter

  CallbackPlan callback;

  bool has_repeats() const { return redial.probability > 0 || call_again.probability > 0; }
};

struct Scenario {
  Duration horizon{};  // measured, after the warm-up
  Duration warmup{};
  std::size_t first_day = 0;  // 0 = Monday
  TenantConfig router;
  std::vector<AgentGroup> agents;
  std::vector<ContactStream> contacts;
};

}  // namespace cordboard::sim
