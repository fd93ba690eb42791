// Prints messages in the format that was asked for.

#pragma once

#include <google/protobuf/message.h>

#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "ctl/output/output_format.h"
#include "ctl/output/text_table.h"

namespace cordboard::ctl {

// One message. Table: a member a line.
void print_message(OutputFormat format, const google::protobuf::Message& message, std::ostream& out);

// A column of a table; the title as TextTable has it.
template <class Row>
struct Column {
  const char* title;
  std::string (*cell)(const Row& row);
};

// Rows of one type in any format but Table, each as it comes.
class DataRows {
 public:
  DataRows(OutputFormat format, const google::protobuf::Descriptor& type, std::ostream& out);

  void add(const google::protobuf::Message& row);
  // After the last row.
  void end();

 private:
  void begin();

  const OutputFormat format_;
  const google::protobuf::Descriptor& type_;
  std::ostream& out_;
  bool begun_ = false;
};

// A list that comes in parts, which may be long: only Table, whose columns are as wide as the longest cell,
// waits for the last of them.
template <class Row>
class ListPrinter {
 public:
  ListPrinter(OutputFormat format, const std::vector<Column<Row>>& columns, std::ostream& out)
      : columns_(columns), out_(out), table_(titles_of(columns)) {
    if (format != OutputFormat::Table) data_.emplace(format, *Row::descriptor(), out);
  }

  template <class Rows>
  void add(const Rows& rows) {
    for (const Row& row : rows) add_row(row);
  }
  // After the last row.
  void end() { data_ ? data_->end() : table_.print(out_); }

 private:
  static std::vector<std::string> titles_of(const std::vector<Column<Row>>& columns) {
    std::vector<std::string> titles;
    for (const auto& column : columns) titles.emplace_back(column.title);
    return titles;
  }

  void add_row(const Row& row) {
    if (data_) return data_->add(row);
    std::vector<std::string> cells;
    for (const auto& column : columns_) cells.push_back(column.cell(row));
    table_.add(std::move(cells));
  }

  const std::vector<Column<Row>>& columns_;
  std::ostream& out_;
  TextTable table_;
  std::optional<DataRows> data_;
};

// A whole list.
template <class Rows, class Row = typename Rows::value_type>
void print_rows(OutputFormat format, const Rows& rows, const std::vector<Column<Row>>& columns,
                std::ostream& out) {
  ListPrinter<Row> printer(format, columns, out);
  printer.add(rows);
  printer.end();
}

}  // namespace cordboard::ctl
