#include "router/codec/storage_history.h"

#include <algorithm>
#include <array>
#include <limits>

#include "cordboard/storage/v1/history.pb.h"
#include "router/codec/storage_reader.h"

namespace cordboard {
namespace {

using SumsRecord = storage::v1::QueueSumsRecord;

struct SumField {
  std::uint64_t QueueCounters::*sum;
  std::uint64_t (SumsRecord::*get)() const;
  void (SumsRecord::*set)(std::uint64_t);
};

#define SUM_FIELD(name) \
  SumField { &QueueCounters::name, &SumsRecord::name, &SumsRecord::set_##name }
constexpr std::array kSumFields = {SUM_FIELD(offered),
                                   SUM_FIELD(answered),
                                   SUM_FIELD(answered_within),
                                   SUM_FIELD(abandoned),
                                   SUM_FIELD(abandoned_within),
                                   SUM_FIELD(abandoned_short),
                                   SUM_FIELD(overflowed),
                                   SUM_FIELD(expired),
                                   SUM_FIELD(cancelled),
                                   SUM_FIELD(deferred),
                                   SUM_FIELD(transferred_in),
                                   SUM_FIELD(transferred_out),
                                   SUM_FIELD(handled),
                                   SUM_FIELD(completed),
                                   SUM_FIELD(offers),
                                   SUM_FIELD(offers_accepted),
                                   SUM_FIELD(offers_declined),
                                   SUM_FIELD(offers_expired),
                                   SUM_FIELD(offers_rescinded),
                                   SUM_FIELD(wait_answered_us),
                                   SUM_FIELD(wait_abandoned_us),
                                   SUM_FIELD(connected_us),
                                   SUM_FIELD(wrap_up_us),
                                   SUM_FIELD(callbacks_requested),
                                   SUM_FIELD(callbacks_dialed),
                                   SUM_FIELD(callbacks_connected),
                                   SUM_FIELD(callbacks_failed),
                                   SUM_FIELD(promises_broken),
                                   SUM_FIELD(redials)};
#undef SUM_FIELD

using Waits = std::array<std::uint64_t, QueueCounters::kWaitBuckets>;
static_assert(sizeof(QueueCounters) == (kSumFields.size() + 1) * sizeof(std::uint64_t) + 2 * sizeof(Waits),
              "a sum is not kept in the history; the 1 is longest_wait_us");

template <class Repeated>
void put_waits(const Waits& waits, Repeated* to) {
  const auto last = std::find_if(waits.rbegin(), waits.rend(), [](std::uint64_t count) { return count > 0; });
  to->Assign(waits.begin(), last.base());
}

template <class Repeated>
bool get_waits(const Repeated& from, Waits& waits) {
  waits.fill(0);
  if (from.size() > static_cast<int>(waits.size())) return false;
  std::copy(from.begin(), from.end(), waits.begin());
  return true;
}

}  // namespace

std::string encode_sums(const QueueSums& sums) {
  SumsRecord record;
  for (const SumField& field : kSumFields) (record.*field.set)(sums.counters.*field.sum);
  put_waits(sums.counters.answered_waits, record.mutable_answered_waits());
  put_waits(sums.counters.abandoned_waits, record.mutable_abandoned_waits());
  record.set_waiting(sums.waiting);
  record.set_waiting_late(sums.waiting_late);
  return record.SerializeAsString();
}

std::vector<HistoryRow> encode_history(std::span<const HistorySums> rows) {
  std::vector<HistoryRow> encoded;
  encoded.reserve(rows.size());
  for (const HistorySums& row : rows)
    encoded.push_back({row.queue.value, to_us(row.boundary), encode_sums(row.sums)});
  return encoded;
}

std::optional<std::string> decode_sums(std::string_view bytes, QueueSums& sums) {
  SumsRecord record;
  const bool fits = bytes.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max());
  if (!fits || !record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return "the bytes are no row of history";
  }
  StorageReader reader;
  reader.known(record);
  for (const SumField& field : kSumFields) sums.counters.*field.sum = (record.*field.get)();
  sums.counters.longest_wait_us = 0;
  const bool known_buckets = get_waits(record.answered_waits(), sums.counters.answered_waits) &&
                             get_waits(record.abandoned_waits(), sums.counters.abandoned_waits);
  if (!known_buckets) reader.fail("more buckets of waits than this router knows: written by a newer router");
  sums.waiting = record.waiting();
  sums.waiting_late = record.waiting_late();
  return reader.take_error();
}

}  // namespace cordboard
