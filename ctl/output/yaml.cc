#include "ctl/output/yaml.h"

#include <yaml-cpp/emitter.h>
#include <yaml-cpp/emittermanip.h>

#include "ctl/output/json.h"

namespace cordboard::ctl {
namespace {

// jansson walks objects by their iterators, which take no const.
void emit_yaml(json_t* value, YAML::Emitter& out) {
  if (json_is_object(value)) {
    if (json_object_size(value) == 0) out << YAML::Flow;
    out << YAML::BeginMap;
    const char* key = nullptr;
    json_t* member = nullptr;
    json_object_foreach(value, key, member) {
      out << YAML::Key << key << YAML::Value;
      emit_yaml(member, out);
    }
    out << YAML::EndMap;
  } else if (json_is_array(value)) {
    if (json_array_size(value) == 0) out << YAML::Flow;
    out << YAML::BeginSeq;
    for (std::size_t i = 0; i < json_array_size(value); ++i) emit_yaml(json_array_get(value, i), out);
    out << YAML::EndSeq;
  } else if (json_is_string(value)) {
    out << YAML::DoubleQuoted << std::string(json_string_value(value), json_string_length(value));
  } else {
    out << json_line(value);
  }
}

}  // namespace

std::string to_yaml(const json_t* value) {
  YAML::Emitter out;
  emit_yaml(const_cast<json_t*>(value), out);
  return std::string(out.c_str(), out.size()) + "\n";
}

}  // namespace cordboard::ctl
