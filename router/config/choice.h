// One thing out of several, as people write it: a word that says it all, `cancel`, or one with what it takes,
// `{raise_priority: 5}`.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "router/config/yaml_reader.h"

namespace cordboard {

struct ChoiceWord {
  std::string_view name;
  bool takes_value = false;
};

struct Choice {
  std::string name;
  Reader value;  // when the word takes one; else the word itself
};

// nullopt when it is none of `words`, which has been reported.
std::optional<Choice> read_choice(const Reader& reader, const std::vector<ChoiceWord>& words);

// "refuse, {deflect: ...}"
std::string to_text(const std::vector<ChoiceWord>& words);

}  // namespace cordboard
