// Rows in columns that are as wide as they need to be, for people.

#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace cordboard::ctl {

class TextTable {
 public:
  // Titles that begin with '>' are those of columns set to the right.
  explicit TextTable(const std::vector<std::string>& titles);

  // REQUIRES: as many cells as titles, each plain_text().
  void add(std::vector<std::string> cells);
  void print(std::ostream& out) const;

 private:
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace cordboard::ctl
