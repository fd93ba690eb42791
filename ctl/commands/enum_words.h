// The values of the API's enums as words on the command line: in small letters.

#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/generated_enum_reflection.h>

#include <string>
#include <vector>

#include "ctl/output/value_text.h"

namespace cordboard::ctl {

// All but the one that says that nothing was said.
template <class Enum>
std::vector<std::string> words_of() {
  const auto& type = *google::protobuf::GetEnumDescriptor<Enum>();
  std::vector<std::string> words;
  for (int i = 0; i < type.value_count(); ++i)
    if (type.value(i)->number() != 0) words.push_back(small_letters(type.value(i)->name()));
  return words;
}

// REQUIRES: one of words_of().
template <class Enum>
Enum value_of(const std::string& word) {
  const auto& type = *google::protobuf::GetEnumDescriptor<Enum>();
  for (int i = 0; i < type.value_count(); ++i)
    if (small_letters(type.value(i)->name()) == word) return static_cast<Enum>(type.value(i)->number());
  return {};
}

}  // namespace cordboard::ctl
