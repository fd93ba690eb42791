// One command at work: what the entity files need to read, change and tell.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "router/core/engine.h"
#include "router/core/event.h"
#include "router/core/state.h"

namespace cordboard {

struct Step {
  State& state;
  Time now;                    // of the command; every event and every new deadline counts from here
  std::vector<Event>& events;  // also those of earlier steps that the caller kept
  std::size_t first_event = events.size();  // of this step

  template <class E>
  void emit(E event) {
    events.emplace_back(std::in_place_type<E>, std::move(event));
  }
};

inline Outcome accepted() { return {}; }
inline Outcome rejected(RejectReason reason, std::string detail) {
  Outcome outcome;
  outcome.rejection = Rejection{reason, std::move(detail)};
  return outcome;
}
inline Outcome repeated() {
  Outcome outcome;
  outcome.repeated = true;
  return outcome;
}

}  // namespace cordboard
