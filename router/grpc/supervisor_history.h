// The figures of a queue by intervals: which intervals there are, and what their two ends tell.

#pragma once

#include <grpcpp/support/status.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cordboard/v1/history.pb.h"
#include "router/codec/api_requests.h"
#include "router/core/state.h"
#include "router/kpi/queue_sums.h"
#include "router/store/history_row.h"
#include "router/store/result.h"

namespace cordboard {

inline constexpr std::size_t kMaxIntervals = 1'000;

// One end of an interval.
struct HistoryInstant {
  Time at;
  // Where no record is after the instant yet: how many wait too long then. QueueHistory::live has the rest.
  // None: a row of the store has everything.
  std::optional<std::uint64_t> late;
};

struct QueueHistory {
  struct Interval {
    HistoryInstant begin;
    HistoryInstant end;
    bool unfinished = false;
  };
  QueueRef queue;
  std::vector<Interval> intervals;
  std::string time_zone;
  // What the newest record left, and the first instant that it tells.
  QueueSums live;
  Time live_from;

  // Of which rows are needed: begin and end of each interval as far as the state does not tell, equal
  // neighbours once.
  std::vector<std::int64_t> stored_instants() const;
};

// What is wrong with the question, whatever the state is. May read the file of a time zone: not on the loop's
// thread.
Refused check_history(const v1::GetQueueHistoryRequest& request);

// Finds the intervals that are asked for, or says why there are none. On the loop's thread.
// REQUIRES: check_history() has nothing against the request.
grpc::Status look_at_history(const State& state, Time now, const v1::GetQueueHistoryRequest& request,
                             QueueHistory& history);

// `rows`: of the stored instants. Takes milliseconds: on a thread that has them.
grpc::Status fill_history(const QueueHistory& history, const Result<HistoryAnswer>& rows,
                          v1::GetQueueHistoryResponse* response);

}  // namespace cordboard
