#include "router/store/store.h"

namespace cordboard {

Result<void> Store::save_snapshot(uint64_t sequence, std::string_view payload) {
  if (auto begun = begin_snapshot(sequence); !begun.ok()) return begun;
  if (auto added = add_to_snapshot(payload); !added.ok()) return added;
  return finish_snapshot();
}

}  // namespace cordboard
