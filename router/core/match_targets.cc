// The part of MatchIndex about contacts that wait for certain agents only.

#include <algorithm>

#include "router/core/assert.h"
#include "router/core/match_index.h"

namespace cordboard {
namespace {

std::vector<Line<ContactKey>>::iterator line_of(std::vector<Line<ContactKey>>& lines, AgeingRate rate) {
  return std::find_if(lines.begin(), lines.end(),
                      [rate](const Line<ContactKey>& line) { return line.front().key.rate == rate; });
}

}  // namespace

void MatchIndex::add_targeted(ContactRef contact, std::span<const AgentRef> targets, const ContactKey& key) {
  CB_ASSERT(!targets.empty(), "contact %u waits for nobody", contact.value);
  note_key(contact, key);
  note_rate(key.rate);
  for (const AgentRef target : targets) {
    if (targeted_.size() <= target.value) targeted_.resize(target.value + 1);
    std::vector<ContactLine>& lines = targeted_[target.value];
    const auto known = line_of(lines, key.rate);
    (known != lines.end() ? *known : lines.emplace_back()).insert(key, contact.value);
  }
}

void MatchIndex::remove_targeted(ContactRef contact, std::span<const AgentRef> targets) {
  const ContactKey key = take_key(contact);
  for (const AgentRef target : targets) {
    std::vector<ContactLine>& lines = targeted_[target.value];
    const auto line = line_of(lines, key.rate);
    CB_ASSERT(line != lines.end(), "contact %u does not wait for agent %u", contact.value, target.value);
    line->erase(key, contact.value);
    if (line->empty()) lines.erase(line);
  }
}

std::vector<ContactRef> MatchIndex::targeted_at(AgentRef target, Time now) const {
  std::vector<ContactRef> contacts;
  if (target.value >= targeted_.size()) return contacts;
  std::vector<ContactLine::Entry> entries;
  for (const ContactLine& line : targeted_[target.value]) {
    line.for_each([&](const ContactLine::Entry& entry) { entries.push_back(entry); });
  }
  std::sort(entries.begin(), entries.end(),
            [now](const auto& a, const auto& b) { return precedes(a.key, b.key, now); });
  contacts.reserve(entries.size());
  for (const auto& entry : entries) contacts.push_back(ContactRef{entry.item});
  return contacts;
}

std::vector<ContactRef> MatchIndex::all_targeted() const {
  std::vector<ContactRef> contacts;
  for (const auto& lines : targeted_) {
    for (const ContactLine& line : lines) {
      line.for_each([&](const ContactLine::Entry& entry) { contacts.push_back(ContactRef{entry.item}); });
    }
  }
  std::sort(contacts.begin(), contacts.end());
  contacts.erase(std::unique(contacts.begin(), contacts.end()), contacts.end());
  return contacts;
}

}  // namespace cordboard
