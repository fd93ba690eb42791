// Recorded contacts, read from a CSV file, to be played again.
//
// Columns: `at` (seconds from the start of the run; required), and optional `queue, priority, requires,
// customer, handle_s, patience_s`; other columns are ignored. A cell that is empty leaves the choice to
// whoever plays the file; so does a `handle_s` of 0, which is how recordings write "nobody answered". The
// rows are put in the order of `at`, those of the same instant in the order of the file.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "router/core/types.h"

namespace cordboard::sim {

struct ArrivalRecord {
  static constexpr std::uint32_t kNoText = 0;  // texts[0] is empty

  Duration at{};
  std::uint32_t queue = kNoText;  // indexes into ArrivalFile::texts
  std::uint32_t requirement = kNoText;
  std::uint32_t customer = kNoText;
  std::optional<std::int32_t> priority;
  std::optional<Duration> handle;
  std::optional<Duration> patience;
};

struct ArrivalFile {
  std::vector<std::string> texts;  // each once
  std::vector<ArrivalRecord> records;

  const std::string& text(std::uint32_t index) const { return texts[index]; }
};

struct ArrivalFileError {
  std::string message;  // "calls.csv:17: priority: expected an integer -1000..1000, found "high""
};

// Reads the whole file, or says what is wrong with its first bad row.
std::variant<ArrivalFile, ArrivalFileError> load_arrival_file(const std::string& path);

}  // namespace cordboard::sim
