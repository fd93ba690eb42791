// What is known of the customer of a contact, for whoever may see it?
//
// The engine stores these bytes and compares them, and knows no more of them. In a router they are sealed
// before a command comes in (router/privacy), so that they stand nowhere in the clear on a disk, and the
// state names who can open them. Without a reader they are as submitted.
//
// On the thread that owns the engine.

#pragma once

#include <string>

#include "router/core/state.h"

namespace cordboard {

struct PersonalData {
  std::string customer;
  std::string attributes;
  bool erased = false;  // there was something, and nobody can read it any more
};

class PersonalReader {
 public:
  virtual ~PersonalReader() = default;
  virtual PersonalData read(const Contact& contact) const = 0;
};

inline PersonalData personal_data(const State& state, const Contact& contact) {
  if (state.personal_reader != nullptr) return state.personal_reader->read(contact);
  return {contact.customer, contact.attributes};
}

}  // namespace cordboard
