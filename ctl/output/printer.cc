#include "ctl/output/printer.h"

#include <algorithm>
#include <utility>

#include "ctl/output/csv.h"
#include "ctl/output/json.h"
#include "ctl/output/value_text.h"
#include "ctl/output/yaml.h"

namespace cordboard::ctl {
namespace {

using google::protobuf::Message;

void print_members(const Message& message, std::ostream& out) {
  const auto members = members_text(message);
  std::size_t width = 0;
  for (const auto& [name, value] : members) width = std::max(width, name.size());
  for (const auto& [name, value] : members)
    out << name << std::string(width - name.size() + 2, ' ') << value << '\n';
}

}  // namespace

void print_message(OutputFormat format, const Message& message, std::ostream& out) {
  switch (format) {
    case OutputFormat::Table:
      return print_members(message, out);
    case OutputFormat::Json: {
      out << to_json(message, true);
      return;
    }
    case OutputFormat::Yaml:
      out << to_yaml(to_json_value(message).get());
      return;
    case OutputFormat::Csv:
      out << csv_line(csv_columns(*message.GetDescriptor())) << csv_line(csv_cells(message));
      return;
  }
}

DataRows::DataRows(OutputFormat format, const google::protobuf::Descriptor& type, std::ostream& out)
    : format_(format), type_(type), out_(out) {}

void DataRows::add(const Message& row) {
  if (!std::exchange(begun_, true))
    begin();
  else if (format_ == OutputFormat::Json)
    out_ << ",\n";
  if (format_ == OutputFormat::Json) {
    out_ << to_json(row, false);
  } else if (format_ == OutputFormat::Yaml) {
    const JsonValue list(json_array());
    json_array_append_new(list.get(), to_json_value(row).release());
    out_ << to_yaml(list.get());
  } else {
    out_ << csv_line(csv_cells(row));
  }
}

// Not before there is an answer: a request that is refused prints nothing.
void DataRows::begin() {
  if (format_ == OutputFormat::Json) out_ << "[\n";
  if (format_ == OutputFormat::Csv) out_ << csv_line(csv_columns(type_));
}

void DataRows::end() {
  if (format_ == OutputFormat::Csv) {
    if (!begun_) begin();
  } else if (!begun_) {
    out_ << "[]\n";
  } else if (format_ == OutputFormat::Json) {
    out_ << "\n]\n";
  }
}

}  // namespace cordboard::ctl
