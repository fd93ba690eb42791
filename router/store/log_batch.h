// Many log records as the bytes of one row, and back.
//
// A row holds (first sequence, count, epoch, checksum, records), where records are the payloads one after
// the other, each behind its length in four little-endian bytes. The checksum covers the checksum of the
// row before, so a row that is changed, lost, repeated or moved breaks the chain at its own place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "router/store/store.h"

namespace cordboard {

// Where the chain stands after a row: what the next row must follow on.
struct ChainLink {
  uint64_t last_sequence = 0;
  uint64_t epoch = 0;
  uint64_t checksum = 0;
};

struct LogRow {
  uint64_t first_sequence = 0;
  uint64_t count = 0;
  uint64_t epoch = 0;
  uint64_t checksum = 0;
  std::string_view records;
};

// The checksum that `row` must carry when it follows a row with the checksum `previous`.
uint64_t chained_checksum(uint64_t previous, const LogRow& row);

// True when `row` is whole and is the one that follows `link`; then moves `link` behind it.
bool follow(ChainLink& link, const LogRow& row);

// Appends one payload to `records`.
void add_record(std::string& records, std::string_view payload);

// The row's records, as views into row.records; false when the lengths do not add up to `count` records.
bool split_records(const LogRow& row, std::vector<LogRecord>& records);

}  // namespace cordboard
