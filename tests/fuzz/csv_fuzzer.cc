// Any text as a CSV file of the simulator: rows, or an error with the line. What was read and is written down
// again is read the same.

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agents-sim/base/csv.h"
#include "agents-sim/replay/recording.h"
#include "agents-sim/scenario/arrival_file.h"
#include "tests/fuzz/fuzz_input.h"

using namespace cordboard;
using cordboard::testing::MemoryFile;

namespace {

using Rows = std::vector<std::vector<std::string>>;

// With the names of the columns; empty when the file is refused.
Rows read_rows(const std::string& path) {
  sim::CsvFile file(path);
  Rows rows = {file.columns()};
  while (file.next_row()) {
    auto& row = rows.emplace_back();
    for (std::size_t i = 0; i < file.columns().size(); ++i) row.emplace_back(file.cell(i));
  }
  if (file.error().empty()) return rows;
  CB_ASSERT(file.error().starts_with(path + ":"), "an error that does not say where");
  return {};
}

std::string in_quotes(const std::string& cell) {
  std::string text = "\"";
  for (const char c : cell) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

std::string written(const Rows& rows) {
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) text += (i == 0 ? "" : ",") + in_quotes(row[i]);
    text += "\n";
  }
  return text;
}

template <class Items>
bool in_order(const Items& items) {
  return std::is_sorted(items.begin(), items.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const MemoryFile file(cordboard::testing::text_of(data, size));
  const Rows rows = read_rows(file.path());
  if (!rows.empty()) CB_ASSERT(read_rows(MemoryFile(written(rows)).path()) == rows, "not read the same");

  const auto arrivals = sim::load_arrival_file(file.path());
  if (const auto* loaded = std::get_if<sim::ArrivalFile>(&arrivals)) {
    CB_ASSERT(in_order(loaded->records), "arrivals are not in order");
    for (const sim::ArrivalRecord& record : loaded->records) {
      CB_ASSERT(record.queue < loaded->texts.size() && record.requirement < loaded->texts.size() &&
                    record.customer < loaded->texts.size(),
                "a text that is not there");
    }
  }
  const auto recording = sim::load_recording(file.path());
  if (const auto* calls = std::get_if<sim::Recording>(&recording)) {
    CB_ASSERT(!calls->calls.empty() && in_order(calls->calls), "calls are not in order");
    CB_ASSERT(calls->days() >= 1, "no day");
    for (const sim::RecordedCall& call : calls->calls) {
      CB_ASSERT(call.queue < calls->queues.size(), "a queue that is not there");
      CB_ASSERT(call.agent == sim::RecordedCall::kNobody || call.agent < calls->agents.size(), "an agent");
    }
  }
  return 0;
}
