// Which rows of history come with a record? (docs/adr/0011)
//
//   recorder.before(state, at);        before a command is applied at `at`
//   rows = recorder.recorded();        it was accepted: they go with its record
//
// A boundary is a full quarter of an hour, UTC. A record at a boundary is after it. When the first record
// after one or more boundaries comes, the state has stood still over all of them: each queue gets a row at
// the first of them if its sums are not those of its newest row, and at a later one if more contacts have
// become late by then. So the newest row at or before an instant always tells the sums of that instant, as
// far as there are records after it.
//
// The rows depend on the log alone: whoever follows it again gets the same ones.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "router/codec/storage_history.h"
#include "router/core/state.h"
#include "router/kpi/queue_sums.h"
#include "router/store/history_row.h"

namespace cordboard {

inline constexpr Duration kHistoryStep = 15min;

// The newest boundary at or before `at`.
Time boundary_before(Time at);

class HistoryRecorder {
 public:
  HistoryRecorder() = default;

  // Goes on after these, the newest of each queue; or says what is wrong with them. `state` is what the log
  // leads to: rows are durable with its records, so none is of a queue or a time that it does not know.
  std::optional<std::string> restore(const std::vector<HistoryRow>& newest, const State& state);

  // `at` is not before the state's time.
  void before(const State& state, Time at) {
    if (at >= due_) copy(state, at);
  }
  // REQUIRES: before() was called for this command.
  std::vector<HistorySums> recorded();

 private:
  void copy(const State& state, Time at);
  void copy(const State& state, QueueRef queue, Time first, Time last);

  Time due_;                         // before that, what was copied is all there is to copy
  std::vector<HistorySums> copied_;  // for the next record
  std::vector<QueueSums> newest_;    // what the newest row of each queue told, by QueueRef
};

}  // namespace cordboard
