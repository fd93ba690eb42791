#include "agents-sim/base/csv.h"

#include <algorithm>
#include <charconv>

#include "agents-sim/base/distribution.h"

namespace cordboard::sim {
namespace {

constexpr std::string_view kSpaces = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

}  // namespace

CsvFile::CsvFile(const std::string& path) : path_(path), in_(path, std::ios::binary) {
  if (!in_) {
    error_ = path_ + ": cannot be opened";
    return;
  }
  if (!next_line()) {
    if (error_.empty()) error_ = path_ + ": is empty; expected a first line with the names of the columns";
    return;
  }
  columns_.assign(cells_.begin(), cells_.begin() + static_cast<std::ptrdiff_t>(cell_count_));
}

std::optional<std::size_t> CsvFile::column(std::string_view name) const {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  if (found == columns_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns_.begin());
}

bool CsvFile::next_row() {
  if (!error_.empty() || !next_line()) return false;
  if (cell_count_ == columns_.size()) return true;
  set_error("expected " + std::to_string(columns_.size()) + " cells as in the first line, found " +
            std::to_string(cell_count_));
  return false;
}

void CsvFile::fail(std::size_t index, std::string_view expected) {
  set_error(columns_[index] + ": expected " + std::string(expected) + ", found \"" +
            cells_[index].substr(0, 40) + "\"");
}

// Reads and splits the next line that is not empty.
bool CsvFile::next_line() {
  while (std::getline(in_, line_)) {
    ++line_number_;
    if (line_number_ == 1 && line_.starts_with("\xef\xbb\xbf")) line_.erase(0, 3);
    const std::string_view content = trimmed(line_);
    if (content.empty() || content.front() == '#') continue;
    return split();
  }
  if (in_.bad()) set_error("cannot be read");
  return false;
}

bool CsvFile::split() {
  cell_count_ = 0;
  std::size_t position = 0;
  for (;;) {
    if (cells_.size() == cell_count_) cells_.emplace_back();
    position = std::min(line_.find_first_not_of(kSpaces, position), line_.size());
    if (position < line_.size() && line_[position] == '"') {
      position = take_quoted(position + 1);
      if (!error_.empty()) return false;
    } else {
      const std::size_t end = std::min(line_.find(',', position), line_.size());
      cells_[cell_count_].assign(trimmed(std::string_view(line_).substr(position, end - position)));
      position = end;
    }
    ++cell_count_;
    if (position >= line_.size()) return true;
    ++position;
  }
}

// Reads a quoted cell whose text starts at `position`; returns where the comma or the end of the line is.
std::size_t CsvFile::take_quoted(std::size_t position) {
  std::string& cell = cells_[cell_count_];
  cell.clear();
  for (; position < line_.size(); ++position) {
    if (line_[position] != '"') {
      cell += line_[position];
    } else if (position + 1 < line_.size() && line_[position + 1] == '"') {
      cell += line_[++position];
    } else {
      const std::size_t end = std::min(line_.find_first_not_of(kSpaces, position + 1), line_.size());
      if (end < line_.size() && line_[end] != ',') set_error("expected a comma after the closing quote");
      return end;
    }
  }
  set_error("a quoted cell has no closing quote on its line");
  return position;
}

void CsvFile::set_error(const std::string& message) {
  if (error_.empty()) error_ = path_ + ":" + std::to_string(line_number_) + ": " + message;
}

std::optional<Duration> parse_seconds(std::string_view text) {
  double seconds = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
  constexpr double kMost = static_cast<double>(kLongestSample.count()) / 1e6;
  if (error != std::errc{} || end != text.data() + text.size() || !(seconds >= 0 && seconds <= kMost)) {
    return std::nullopt;
  }
  return Duration{static_cast<std::int64_t>(seconds * 1e6 + 0.5)};
}

}  // namespace cordboard::sim
