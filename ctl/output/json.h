// Messages as JSON, and the values in it.

#pragma once

#include <google/protobuf/message.h>
#include <jansson.h>

#include <memory>
#include <string>

namespace cordboard::ctl {

struct JsonDelete {
  void operator()(json_t* value) const { json_decref(value); }
};
using JsonValue = std::unique_ptr<json_t, JsonDelete>;

// protobuf's JSON mapping; members without a value are there, too.
std::string to_json(const google::protobuf::Message& message, bool whitespace);
JsonValue to_json_value(const google::protobuf::Message& message);

// A value in one line; in a cell a text has no quotes, and nothing is nothing.
std::string json_line(const json_t* value);
std::string json_cell(const json_t* value);

}  // namespace cordboard::ctl
