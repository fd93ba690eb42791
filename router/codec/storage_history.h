// The bytes of a row of history: QueueSums <-> cordboard.storage.v1.QueueSumsRecord.
//
// The same sums always give the same bytes. Thread-safe.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "router/kpi/queue_sums.h"
#include "router/store/history_row.h"

namespace cordboard {

// The sums of a queue at a boundary.
struct HistorySums {
  QueueRef queue;
  Time boundary;
  QueueSums sums;
};

// Without longest_wait_us, which is no sum.
std::string encode_sums(const QueueSums& sums);
std::vector<HistoryRow> encode_history(std::span<const HistorySums> rows);

// Reads one row into `sums`, or says why not: the bytes are damaged, or written by a newer router. After an
// error `sums` has no meaning.
std::optional<std::string> decode_sums(std::string_view bytes, QueueSums& sums);

}  // namespace cordboard
