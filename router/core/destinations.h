// Where was this contact sent? The texts of contacts::deflect: a destination means something to the gateway
// only, a telephone number or the name of a voicemail box.
//
// Each text is there once and as long as an ended contact names it, so there are at most as many as
// remembered ended contacts. Few contacts are deflected: they are in a table of their own, not in Contact.

#pragma once

#include <string_view>

#include "router/core/state.h"

namespace cordboard::destinations {

inline constexpr std::size_t kMaxLength = 128;

// 1..128 printable ASCII characters; spaces are allowed within.
bool is_destination(std::string_view text);

// REQUIRES: is_destination(text), and the contact has no destination.
DestinationRef set(State& state, ContactRef contact, std::string_view text);

// none() for a contact that was not deflected.
DestinationRef of(const State& state, ContactRef contact);

// The contact is forgotten.
void drop(State& state, ContactRef contact);

}  // namespace cordboard::destinations
