#include "ctl/output/json.h"

#include <google/protobuf/util/json_util.h>

#include <cstdlib>

#include "router/core/assert.h"

namespace cordboard::ctl {

std::string to_json(const google::protobuf::Message& message, bool whitespace) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  options.add_whitespace = whitespace;
  std::string text;
  const auto made = google::protobuf::util::MessageToJsonString(message, &text, options);
  CB_ASSERT(made.ok(), "%s holds an Any", message.GetTypeName().c_str());
  return text;
}

JsonValue to_json_value(const google::protobuf::Message& message) {
  const std::string text = to_json(message, false);
  json_error_t error;
  // Customer data may hold any character.
  JsonValue value(json_loadb(text.data(), text.size(), JSON_ALLOW_NUL, &error));
  CB_ASSERT(value != nullptr, "%s, byte %d of its JSON", message.GetTypeName().c_str(), error.position);
  return value;
}

std::string json_line(const json_t* value) {
  char* const dumped = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
  const std::string text = dumped == nullptr ? "" : dumped;
  std::free(dumped);
  return text;
}

std::string json_cell(const json_t* value) {
  if (value == nullptr || json_is_null(value)) return {};
  if (json_is_string(value)) return {json_string_value(value), json_string_length(value)};
  return json_line(value);
}

}  // namespace cordboard::ctl
