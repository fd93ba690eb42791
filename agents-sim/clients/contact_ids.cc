#include "agents-sim/clients/contact_ids.h"

#include <charconv>
#include <chrono>
#include <system_error>

namespace cordboard::sim {

std::string ContactIds::fresh_prefix() {
  using namespace std::chrono;
  const auto us = duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
  std::string prefix;
  for (auto rest = static_cast<std::uint64_t>(us) % (36ull * 36 * 36 * 36 * 36 * 36); prefix.size() < 6;
       rest /= 36) {
    prefix += "0123456789abcdefghijklmnopqrstuvwxyz"[rest % 36];
  }
  return prefix + '-';
}

std::string ContactIds::id_of(ContactNo contact) const {
  if (contact >= kForeignContacts) return foreign_[contact - kForeignContacts];
  return prefix_ + std::to_string(contact);
}

ContactNo ContactIds::number_of(std::string_view id) {
  if (!id.starts_with(prefix_)) return foreign(id);
  ContactNo number = 0;
  const auto [end, error] = std::from_chars(id.data() + prefix_.size(), id.data() + id.size(), number);
  const bool ours = error == std::errc{} && end == id.data() + id.size() && number < kForeignContacts;
  return ours ? number : foreign(id);
}

ContactNo ContactIds::foreign(std::string_view id) {
  const auto next = static_cast<ContactNo>(kForeignContacts + foreign_.size());
  const auto [found, added] = foreign_numbers_.try_emplace(std::string(id), next);
  if (added) foreign_.emplace_back(id);
  return found->second;
}

}  // namespace cordboard::sim
