#include "ctl/output/csv.h"

#include "ctl/output/json.h"
#include "ctl/output/value_text.h"

namespace cordboard::ctl {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

bool has_columns_of_its_own(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_MESSAGE && !field.is_repeated() &&
         field.message_type()->file()->package() != "google.protobuf";
}

struct CsvColumn {
  std::string path;
  bool text;  // written by people, not a number, a time or a word of the API
};

void add_columns(const Descriptor& type, const std::string& prefix, std::vector<CsvColumn>& columns) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (has_columns_of_its_own(field))
      add_columns(*field.message_type(), prefix + field.json_name() + ".", columns);
    else
      columns.push_back(
          {prefix + field.json_name(), field.type() == FieldDescriptor::TYPE_STRING && !field.is_repeated()});
  }
}

std::vector<CsvColumn> columns_of(const Descriptor& type) {
  std::vector<CsvColumn> columns;
  add_columns(type, "", columns);
  return columns;
}

const json_t* json_member(const json_t* value, const std::string& path) {
  for (std::size_t start = 0;;) {
    const std::size_t dot = path.find('.', start);
    value = json_object_get(value, path.substr(start, dot - start).c_str());
    if (dot == std::string::npos) return value;
    start = dot + 1;
  }
}

}  // namespace

std::vector<std::string> csv_columns(const Descriptor& type) {
  std::vector<std::string> names;
  for (const CsvColumn& column : columns_of(type)) names.push_back(column.path);
  return names;
}

std::vector<std::string> csv_cells(const google::protobuf::Message& message) {
  const JsonValue value = to_json_value(message);
  std::vector<std::string> cells;
  for (const CsvColumn& column : columns_of(*message.GetDescriptor())) {
    const std::string cell = json_cell(json_member(value.get(), column.path));
    cells.push_back(column.text ? csv_text(cell) : cell);
  }
  return cells;
}

std::string csv_text(const std::string& text) { return text.find_first_of("=+-@") == 0 ? "'" + text : text; }

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ',';
    const std::string text = plain_lines(cells[i]);
    if (text.find_first_of(",\"\n") == std::string::npos) {
      line += text;
      continue;
    }
    line += '"';
    for (const char character : text) {
      if (character == '"') line += '"';
      line += character;
    }
    line += '"';
  }
  return line + '\n';
}

}  // namespace cordboard::ctl
