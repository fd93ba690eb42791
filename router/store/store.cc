#include "router/store/store.h"

namespace cordboard {

Result<void> Store::save_snapshot(uint64_t sequence, std::string_view payload) {
  if (auto begun = begin_snapshot(sequence); !begun.ok()) return begun;
  if (auto added = add_to_snapshot(payload); !added.ok()) return added;
  return finish_snapshot();
}

bool came_by_request(const ConfigVersion& version) {
  const std::string_view source = version.source;
  const std::string_view applied = kAppliedSource;
  return source.starts_with(kRolledBackSource) || source == applied ||
         source.starts_with(std::string(applied) + ": ");
}

}  // namespace cordboard
