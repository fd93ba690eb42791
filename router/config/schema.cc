#include "router/config/schema.h"

namespace cordboard {

void read_fields(const Reader& mapping, const std::vector<const KeyDoc*>& keys,
                 const std::function<void(std::size_t, const Reader&)>& read) {
  if (!mapping.is_mapping()) {
    mapping.expected("a mapping");
    return;
  }
  std::vector<std::string_view> names;
  names.reserve(keys.size());
  for (const KeyDoc* key : keys) names.push_back(key->name);
  std::vector<bool> present(keys.size());
  for (const Field& field : mapping.fields()) {
    const auto place = std::find(names.begin(), names.end(), field.name);
    if (place == names.end()) {
      const bool shown = !mapping.diagnostics().full();
      field.key.error("unknown key", shown ? did_you_mean(field.name, names) : "");
      continue;
    }
    const auto index = static_cast<std::size_t>(place - names.begin());
    present[index] = true;
    read(index, field.value);
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i]->required && !present[i]) mapping.error("the key " + keys[i]->name + " is missing");
  }
}

}  // namespace cordboard
