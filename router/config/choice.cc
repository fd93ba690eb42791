#include "router/config/choice.h"

#include <algorithm>

#include "router/config/diagnostics.h"

namespace cordboard {
namespace {

const ChoiceWord* find(const std::vector<ChoiceWord>& words, std::string_view name) {
  const auto found =
      std::find_if(words.begin(), words.end(), [&](const ChoiceWord& word) { return word.name == name; });
  return found == words.end() ? nullptr : &*found;
}

std::string suggestion(const std::vector<ChoiceWord>& words, std::string_view name) {
  std::vector<std::string_view> names;
  names.reserve(words.size());
  for (const ChoiceWord& word : words) names.push_back(word.name);
  return did_you_mean(name, names);
}

}  // namespace

std::optional<Choice> read_choice(const Reader& reader, const std::vector<ChoiceWord>& words) {
  if (reader.is_mapping() && reader.node().size() == 1) {
    const std::vector<Field> fields = reader.fields();
    if (fields.empty()) return std::nullopt;
    const Field& field = fields.front();
    const ChoiceWord* const word = find(words, field.name);
    if (word == nullptr) {
      field.key.error("unknown; expected one of " + to_text(words), suggestion(words, field.name));
      return std::nullopt;
    }
    if (word->takes_value) return Choice{field.name, field.value};
    field.key.error("takes no value", "write the word alone: " + field.name);
    return std::nullopt;
  }
  const std::string found = reader.is_scalar() ? reader.node().Scalar() : std::string{};
  const ChoiceWord* const word = find(words, found);
  if (word != nullptr && !word->takes_value) return Choice{found, reader};
  reader.expected("one of " + to_text(words), word == nullptr ? suggestion(words, found) : "");
  return std::nullopt;
}

std::string to_text(const std::vector<ChoiceWord>& words) {
  std::string text;
  for (const ChoiceWord& word : words) {
    const std::string name(word.name);
    text += (text.empty() ? "" : ", ") + (word.takes_value ? "{" + name + ": ...}" : name);
  }
  return text;
}

}  // namespace cordboard
