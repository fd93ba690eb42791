// What a live run counts and measures.

#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "agents-sim/base/latency.h"
#include "agents-sim/base/wait_histogram.h"
#include "router/core/types.h"

namespace cordboard::sim {

// Contacts by the queue they were submitted to; waits in the time of the plan, until the first answer or the
// end without one.
struct QueueTally {
  std::uint64_t submitted = 0;
  std::uint64_t answered = 0;
  std::uint64_t answered_unseen = 0;  // the part of answered whose wait is not known: the router was away
  std::uint64_t abandoned = 0;
  std::uint64_t other = 0;  // refused, cancelled, expired, overflowed
  WaitHistogram waits;      // of all but the refused and the unseen
  Duration wait_answered{};
  Duration wait_abandoned{};
  std::uint64_t waited = 0;  // for a second or longer, as recordings are in whole seconds
  Duration wait_waited{};

  std::uint64_t answered_seen() const { return answered - answered_unseen; }

  void add_wait(Duration wait) {
    waits.add(wait);
    if (wait < Duration{1'000'000}) return;
    ++waited;
    wait_waited += wait;
  }
};

struct LiveTally {
  std::uint64_t submitted = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t refused = 0;
  std::uint64_t offered = 0;    // contacts that were offered to anybody
  std::uint64_t connected = 0;  // contacts that were answered
  std::uint64_t completed = 0;
  std::uint64_t abandoned = 0;
  std::uint64_t cancelled = 0;
  std::uint64_t expired = 0;
  std::uint64_t overflowed = 0;

  std::uint64_t offers = 0;
  std::uint64_t late_accepts = 0;  // refused: the offer was over
  std::uint64_t declines = 0;
  std::uint64_t not_responding = 0;
  std::uint64_t transfers = 0;
  std::uint64_t pauses = 0;

  Latency submit_to_ack;
  Latency submit_to_offer;
  // Its parts, by the router's clock and this machine's: of use when they are the same.
  Latency submit_to_decision;
  Latency decision_to_offer;
  Latency submit_to_connect;
  Latency
      arrival_lag;  // from when a contact should have been submitted until it was: this client's own delay

  std::map<std::string, QueueTally> queues;

  std::uint64_t ended() const { return completed + abandoned + cancelled + expired + overflowed + refused; }
};

}  // namespace cordboard::sim
