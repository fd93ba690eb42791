#include "router/loop/history_recorder.h"

#include <utility>

namespace cordboard {

Time boundary_before(Time at) {
  const Duration since_epoch = at.time_since_epoch();
  return Time{since_epoch - since_epoch % kHistoryStep};
}

std::optional<std::string> HistoryRecorder::restore(const std::vector<HistoryRow>& newest,
                                                    const State& state) {
  newest_.resize(state.queues.size());
  for (const HistoryRow& row : newest) {
    std::optional<std::string> wrong;
    if (row.queue >= newest_.size()) {
      wrong = "the log has made no such queue";
    } else if (row.boundary_us > to_us(state.now)) {
      wrong = "the log ends before it";
    } else {
      wrong = decode_sums(row.sums, newest_[row.queue]);
    }
    if (!wrong) continue;
    return "history of queue " + std::to_string(row.queue) + " at " + std::to_string(row.boundary_us) +
           " us: " + *wrong;
  }
  return std::nullopt;
}

void HistoryRecorder::copy(const State& state, Time at) {
  copied_.clear();
  const Time first = boundary_before(state.now) + kHistoryStep;
  const Time last = boundary_before(at);
  due_ = last + kHistoryStep;
  if (last < first) return;
  newest_.resize(state.queues.size());
  for (std::uint32_t queue = 0; queue < state.queues.size(); ++queue) {
    copy(state, QueueRef{queue}, first, last);
  }
}

void HistoryRecorder::copy(const State& state, QueueRef queue, Time first, Time last) {
  const QueueSums* told = &newest_[queue.value];
  for (Time boundary = first; boundary <= last; boundary += kHistoryStep) {
    QueueSums sums = queue_sums(state, queue, boundary);
    sums.counters.longest_wait_us = 0;
    if (sums != *told) {
      copied_.push_back({queue, boundary, sums});
      told = &copied_.back().sums;
    }
    if (sums.waiting_late == sums.waiting) return;  // time changes nothing more
  }
}

std::vector<HistorySums> HistoryRecorder::recorded() {
  for (const HistorySums& copied : copied_) newest_[copied.queue.value] = copied.sums;
  return std::exchange(copied_, {});
}

}  // namespace cordboard
