#include "ctl/row_writer.h"

#include <utility>
#include <vector>

#include "ctl/output/csv.h"
#include "ctl/output/json.h"
#include "ctl/output/text_width.h"
#include "ctl/output/value_text.h"
#include "ctl/output/yaml.h"
#include "ctl/time_text.h"
#include "router/codec/plain_text.h"

namespace cordboard::ctl {
namespace {

using Field = std::pair<const char*, std::string>;

const char* outcome(const AuditEntry& entry) { return entry.refusal.empty() ? "done" : "refused"; }

// As programs get it.
std::vector<Field> fields_of(const ListedRow& row) {
  const AuditEntry& entry = row.entry;
  return {{"tenant", row.tenant},
          {"number", std::to_string(row.number)},
          {"time", to_text(entry.at)},
          {"who", plain_text(entry.who)},
          {"roles", plain_text(entry.roles)},
          {"action", plain_text(entry.action)},
          {"contact", plain_text(entry.contact)},
          {"agent", plain_text(entry.agent)},
          {"queue", plain_text(entry.queue)},
          {"what", plain_text(entry.what)},
          {"reason", plain_text(entry.reason)},
          {"outcome", outcome(entry)},
          {"refusal", plain_text(entry.refusal)},
          {"attempts", std::to_string(entry.attempts)},
          {"sequence", std::to_string(entry.sequence)},
          {"hash", to_hex(row.hash)}};
}

class CsvWriter final : public RowWriter {
 public:
  explicit CsvWriter(std::ostream& out) : out_(out) {
    std::vector<std::string> names;
    for (auto& [name, value] : fields_of({})) names.emplace_back(name);
    out_ << csv_line(names);
  }

  void write(const ListedRow& row) override {
    std::vector<std::string> values;
    for (auto& [name, value] : fields_of(row)) values.push_back(csv_text(value));
    out_ << csv_line(values);
  }

 private:
  std::ostream& out_;
};

JsonValue object_of(const ListedRow& row) {
  JsonValue object(json_object());
  for (const auto& [name, value] : fields_of(row))
    json_object_set_new(object.get(), name, json_stringn(value.data(), value.size()));
  for (const auto& [name, number] :
       {std::pair("number", row.number), std::pair("attempts", row.entry.attempts),
        std::pair("sequence", row.entry.sequence)})
    json_object_set_new(object.get(), name, json_integer(static_cast<json_int_t>(number)));
  return object;
}

class JsonWriter final : public RowWriter {
 public:
  explicit JsonWriter(std::ostream& out) : out_(out) {}

  void write(const ListedRow& row) override {
    out_ << (std::exchange(begun_, true) ? ",\n" : "[\n") << json_line(object_of(row).get());
  }

  void end() override { out_ << (begun_ ? "\n]\n" : "[]\n"); }

 private:
  std::ostream& out_;
  bool begun_ = false;
};

class YamlWriter final : public RowWriter {
 public:
  explicit YamlWriter(std::ostream& out) : out_(out) {}

  void write(const ListedRow& row) override {
    begun_ = true;
    const JsonValue list(json_array());
    json_array_append_new(list.get(), object_of(row).release());
    out_ << to_yaml(list.get());
  }

  void end() override {
    if (!begun_) out_ << "[]\n";
  }

 private:
  std::ostream& out_;
  bool begun_ = false;
};

class TableWriter final : public RowWriter {
 public:
  explicit TableWriter(std::ostream& out) : out_(out) {
    line({"TENANT", "ROW", "TIME", "WHO", "ROLES", "ACTION", "ABOUT", "OUTCOME", "WHY"});
  }

  void write(const ListedRow& row) override {
    const AuditEntry& entry = row.entry;
    std::string outcome_text = outcome(entry);
    if (entry.attempts > 1) outcome_text += " x" + std::to_string(entry.attempts);
    line({row.tenant, std::to_string(row.number), to_text(entry.at), or_dash(entry.who), or_dash(entry.roles),
          or_dash(entry.action), or_dash(about(entry)), outcome_text,
          or_dash(entry.refusal.empty() ? entry.reason : entry.refusal)});
  }

 private:
  // What most rows need; the last column has the rest of the line.
  static constexpr std::size_t kWidths[] = {10, 5, 27, 16, 16, 14, 40, 12, 0};

  static std::string about(const AuditEntry& entry) {
    std::string text;
    const auto add = [&](const char* name, const std::string& value) {
      if (!value.empty()) text += (text.empty() ? "" : " ") + std::string(name) + value;
    };
    add("contact=", entry.contact);
    add("agent=", entry.agent);
    add("queue=", entry.queue);
    add("", entry.what);
    return text;
  }

  void line(const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      out_ << cells[i];
      if (i + 1 == cells.size()) break;
      const std::size_t used = text_width(cells[i]);
      out_ << std::string(used < kWidths[i] ? kWidths[i] - used : 0, ' ') << "  ";
    }
    out_ << '\n';
  }

  std::ostream& out_;
};

}  // namespace

std::unique_ptr<RowWriter> make_row_writer(OutputFormat format, std::ostream& out) {
  switch (format) {
    case OutputFormat::Json:
      return std::make_unique<JsonWriter>(out);
    case OutputFormat::Yaml:
      return std::make_unique<YamlWriter>(out);
    case OutputFormat::Csv:
      return std::make_unique<CsvWriter>(out);
    case OutputFormat::Table:
      break;
  }
  return std::make_unique<TableWriter>(out);
}

}  // namespace cordboard::ctl
