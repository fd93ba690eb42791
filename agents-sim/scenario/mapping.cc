#include "agents-sim/scenario/mapping.h"

#include <algorithm>
#include <string>

namespace cordboard::sim {

std::optional<Reader> Mapping::find(std::string_view key) {
  known_.push_back(key);
  const auto found =
      std::find_if(fields_.begin(), fields_.end(), [&](const Field& field) { return field.name == key; });
  if (found == fields_.end()) return std::nullopt;
  return found->value;
}

std::optional<Reader> Mapping::require(std::string_view key) {
  auto found = find(key);
  if (!found && reader_.is_mapping()) reader_.error("key `" + std::string(key) + "` is missing");
  return found;
}

void Mapping::reject_unknown() const {
  for (const Field& field : fields_) {
    if (std::find(known_.begin(), known_.end(), field.name) != known_.end()) continue;
    field.key.error("unknown key", did_you_mean(field.name, known_));
  }
}

}  // namespace cordboard::sim
