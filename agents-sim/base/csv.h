// Reads a table from a CSV file: first line the names of the columns, then one row a line.
//
//   CsvFile file("calls.csv");
//   const auto at = file.column("at");
//   while (file.next_row()) use(file.cell(*at));
//   if (!file.error().empty()) ...
//
// Cells are separated by commas and may be quoted ("a ""b"""); a quoted cell ends on its own line. Spaces
// around cells are dropped, empty lines and lines that start with # are skipped, a byte order mark and
// carriage returns are understood. A row with more or fewer cells than the header is an error: the file is
// damaged. Nothing throws. Holds one row at a time.

#pragma once

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "router/core/types.h"

namespace cordboard::sim {

class CsvFile {
 public:
  explicit CsvFile(const std::string& path);

  // The index of a column; nullopt when the file has none of that name.
  std::optional<std::size_t> column(std::string_view name) const;
  const std::vector<std::string>& columns() const { return columns_; }

  // Reads the next row. False at the end of the file and after an error.
  bool next_row();

  // Of the current row. The view is valid until the next row is read.
  std::string_view cell(std::size_t index) const { return cells_[index]; }

  // What stopped the reading, as "FILE:LINE: ..."; empty when nothing did.
  const std::string& error() const { return error_; }
  // Stops the reading: what is wrong with a cell of the current row.
  void fail(std::size_t index, std::string_view expected);

 private:
  bool next_line();
  bool split();
  std::size_t take_quoted(std::size_t position);
  void set_error(const std::string& message);

  std::string path_;
  std::ifstream in_;
  std::string line_;
  std::uint64_t line_number_ = 0;
  std::vector<std::string> columns_;
  std::vector<std::string> cells_;
  std::size_t cell_count_ = 0;
  std::string error_;
};

// A decimal number of seconds, 0 or more and at most 100 years, rounded to microseconds.
std::optional<Duration> parse_seconds(std::string_view text);

}  // namespace cordboard::sim
