// Do contacts wait for their preferred agents as long as they should? Compares the state before a command
// with the state after it.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "router/core/engine.h"
#include "router/core/event.h"
#include "router/core/state.h"

namespace cordboard::testing {

// Who waits for whom, before a command.
class PreferenceCheck {
 public:
  explicit PreferenceCheck(const State& state);

  // Went this contact ahead of its tier?
  bool went_first(ContactRef contact) const;

  // Nobody gives up waiting before the time while a preferred agent is still there, has not been asked in
  // vain and is not released by `command`.
  std::optional<std::string> look(const State& state, const Command& command,
                                  const std::vector<Event>& events) const;

 private:
  struct Row {
    std::uint64_t sequence;
    std::uint32_t segment;
    std::vector<AgentRef> agents;
    Time until;
    bool first;
  };
  std::map<ContactRef, Row> rows_;
};

}  // namespace cordboard::testing
