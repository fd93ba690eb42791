#include "router/core/destinations.h"

#include <algorithm>

namespace cordboard::destinations {

bool is_destination(std::string_view text) {
  const auto printable = [](char c) { return ' ' <= c && c <= '~'; };
  return !text.empty() && text.size() <= kMaxLength && text.front() != ' ' && text.back() != ' ' &&
         std::all_of(text.begin(), text.end(), printable);
}

DestinationRef set(State& state, ContactRef contact, std::string_view text) {
  CB_ASSERT(is_destination(text), "a destination of %zu characters", text.size());
  CB_ASSERT(!state.deflected.contains(contact), "contact reference %u is deflected already", contact.value);
  DestinationRef ref = state.find_destination(text);
  if (!ref) {
    ref = state.destinations.insert({std::string(text), 0});
    state.destination_names.insert(text, ref.value);
  }
  ++state[ref].contacts;
  state.deflected.emplace(contact, ref);
  return ref;
}

DestinationRef of(const State& state, ContactRef contact) {
  const auto found = state.deflected.find(contact);
  return found == state.deflected.end() ? DestinationRef::none() : found->second;
}

void drop(State& state, ContactRef contact) {
  const auto found = state.deflected.find(contact);
  if (found == state.deflected.end()) return;
  const DestinationRef ref = found->second;
  state.deflected.erase(found);
  if (--state[ref].contacts > 0) return;
  state.destination_names.erase(state[ref].text, ref.value);
  state.destinations.erase(ref);
}

}  // namespace cordboard::destinations
