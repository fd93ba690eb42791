// Reads a YAML mapping key by key and reports what is left: keys that nobody asked for are errors, with the
// nearest known key as a suggestion.
//
//   Mapping mapping(reader);
//   if (const auto value = mapping.find("count")) ...
//   const auto name = mapping.require("name");      // reported when it is absent
//   mapping.reject_unknown();                       // last

#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "router/config/yaml_reader.h"

namespace cordboard::sim {

class Mapping {
 public:
  explicit Mapping(const Reader& reader) : reader_(reader), fields_(reader.fields()) {}

  // The value of a key that may be absent.
  std::optional<Reader> find(std::string_view key);
  // The value of a key that must be there.
  std::optional<Reader> require(std::string_view key);

  // Errors for the keys that were neither found nor required.
  void reject_unknown() const;

 private:
  Reader reader_;
  std::vector<Field> fields_;
  std::vector<std::string_view> known_;  // literals
};

}  // namespace cordboard::sim
