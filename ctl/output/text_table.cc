#include "ctl/output/text_table.h"

#include <algorithm>
#include <utility>

#include "ctl/output/text_width.h"

namespace cordboard::ctl {

TextTable::TextTable(const std::vector<std::string>& titles) {
  std::vector<std::string> first;
  for (const std::string& title : titles) {
    right_.push_back(title.starts_with('>'));
    first.push_back(right_.back() ? title.substr(1) : title);
  }
  rows_.push_back(std::move(first));
}

void TextTable::add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

void TextTable::print(std::ostream& out) const {
  std::vector<std::size_t> widths(right_.size());
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], text_width(row[i]));
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string space(widths[i] - text_width(row[i]), ' ');
      line += (i > 0 ? "  " : "") + (right_[i] ? space + row[i] : row[i] + space);
    }
    out << line.substr(0, line.find_last_not_of(' ') + 1) << '\n';
  }
}

}  // namespace cordboard::ctl
