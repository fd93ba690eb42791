#include "agents-sim/live/recorded_calls.h"

#include <algorithm>
#include <utility>

#include "agents-sim/base/csv.h"

namespace cordboard::sim {
namespace {

struct Outcome {
  Duration at{};
  bool hung_up = false;
  Duration wait{};
};

using Outcomes = std::vector<Outcome>;

// One for each row, in the order of load_arrival_file; empty when the file does not have the columns.
std::variant<Outcomes, ArrivalFileError> load_outcomes(const std::string& path) {
  CsvFile csv(path);
  const auto at = csv.column("at");
  const auto outcome = csv.column("outcome");
  const auto wait = csv.column("recorded_wait_s");
  Outcomes outcomes;
  if (!at || !outcome || !wait) return outcomes;
  while (csv.next_row()) {
    Outcome& row = outcomes.emplace_back();
    row.at = parse_seconds(csv.cell(*at)).value_or(Duration::zero());
    row.hung_up = csv.cell(*outcome) == "hang";
    const auto seconds = parse_seconds(csv.cell(*wait));
    if (!seconds) csv.fail(*wait, "seconds, 0 or more");
    row.wait = seconds.value_or(Duration::zero());
  }
  if (!csv.error().empty()) return ArrivalFileError{csv.error()};
  std::stable_sort(outcomes.begin(), outcomes.end(),
                   [](const Outcome& a, const Outcome& b) { return a.at < b.at; });
  return outcomes;
}

void count(QueueTally& tally, const Outcome& outcome) {
  ++tally.submitted;
  tally.add_wait(outcome.wait);
  if (outcome.hung_up) {
    ++tally.abandoned;
    tally.wait_abandoned += outcome.wait;
  } else {
    ++tally.answered;
    tally.wait_answered += outcome.wait;
  }
}

RecordedCalls select(ArrivalFile all, const Outcomes& outcomes, RecordedRange range,
                     const std::string& default_queue) {
  RecordedCalls calls;
  ArrivalFile file;
  file.texts = std::move(all.texts);
  calls.has_outcomes = !outcomes.empty();
  for (std::size_t i = 0; i < all.records.size(); ++i) {
    ArrivalRecord record = all.records[i];
    if (record.at < range.from || record.at >= range.to) continue;
    record.at -= range.from;
    if (record.handle) calls.handle_times.push_back(*record.handle);
    if (calls.has_outcomes) {
      const bool named = record.queue != ArrivalRecord::kNoText;
      count(calls.outcomes[named ? file.texts[record.queue] : default_queue], outcomes[i]);
      if (!record.patience && outcomes[i].hung_up) record.patience = outcomes[i].wait;
    }
    calls.length = record.at + Duration{1};
    file.records.push_back(record);
  }
  calls.arrivals = std::make_shared<const ArrivalFile>(std::move(file));
  return calls;
}

}  // namespace

std::variant<RecordedCalls, ArrivalFileError> load_recorded_calls(const std::string& path,
                                                                  RecordedRange range,
                                                                  const std::string& default_queue) {
  auto loaded = load_arrival_file(path);
  if (auto* error = std::get_if<ArrivalFileError>(&loaded)) return std::move(*error);
  auto outcomes = load_outcomes(path);
  if (auto* error = std::get_if<ArrivalFileError>(&outcomes)) return std::move(*error);
  return select(std::move(std::get<ArrivalFile>(loaded)), std::get<Outcomes>(outcomes), range, default_queue);
}

}  // namespace cordboard::sim
