// How does a queue do? Every KPI of docs/METRICS.md that the raw sums of a queue allow.
//
// The router's only place with these formulas: the API sends what this computes, and clients divide. A
// field's name is the id of its formula, here, in `v1::QueueKpis` and in the names of the recording rules of
// Prometheus, which have to repeat the formula; tests compare. (agents-sim's virtual runs count by time of
// arrival, from tallies of their own.)
//
// Each is kept as the two numbers of its division, since those can be compared exactly, added up over queues
// and subtracted to get an interval (service_level_strict: see kpi.proto). A quotient can do none of that.
// Where the second one is 0, nothing counts yet and the KPI has no value.
//
// Sums since the tenant exists, as core counts them; no time passes in here. Pure and thread-safe.

#pragma once

#include <cstdint>

#include "router/core/state.h"

namespace cordboard {

// A share: part / whole, 0..1.
struct Ratio {
  std::uint64_t part = 0;
  std::uint64_t whole = 0;
};

// A mean time: sum / count.
struct Mean {
  std::uint64_t sum_us = 0;
  std::uint64_t count = 0;
};

struct QueueKpis {
  // Service level, by each definition that is in use; queue_kpis.cc says how they differ.
  Ratio service_level_strict;  // the one that targets are compared with
  Ratio service_level_ignore_within;
  Ratio service_level_ignore_short;
  Ratio service_level_positive;
  Ratio service_level_positive_short;
  Ratio service_level_answered_only;

  // Of those who came. A callback that was asked for is no abandon.
  Ratio abandonment_rate;
  Ratio abandonment_rate_without_short;

  Mean asa;  // average speed of answer: from queued_at, ringing included
  Mean aht;  // average handling time: in contact, hold included, and wrap-up
  Mean acw;  // after-call work

  // Of the offers that were made, those pending included.
  Ratio answer_rate;
  Ratio decline_rate;
  Ratio rona_rate;  // ring-no-answer
  Ratio rescind_rate;

  Ratio transfer_rate;  // of those handled: to a queue or to an agent
};

// `waiting_late`: unanswered contacts that have waited longer than the service level time, as of now. They
// are missed already, though they have not left.
QueueKpis queue_kpis(const QueueCounters& counters, std::uint64_t waiting_late);

}  // namespace cordboard
