// The ids of the contacts of one run: a prefix that no other run has, and a number. So an id tells its number
// without a search.
//
// Contacts of others (left over from an earlier run, or of another client) get numbers from kForeignContacts
// on, in the order in which they are met.

#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "agents-sim/audit/audit_types.h"

namespace cordboard::sim {

class ContactIds {
 public:
  explicit ContactIds(std::string prefix) : prefix_(std::move(prefix)) {}

  // From the time of day, to the microsecond.
  static std::string fresh_prefix();

  std::string id_of(ContactNo contact) const;
  ContactNo number_of(std::string_view id);

 private:
  ContactNo foreign(std::string_view id);

  const std::string prefix_;
  std::vector<std::string> foreign_;
  std::unordered_map<std::string, ContactNo> foreign_numbers_;  // looked up only
};

}  // namespace cordboard::sim
