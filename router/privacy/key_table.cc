#include "router/privacy/key_table.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <variant>

#include "router/core/assert.h"
#include "router/core/hash.h"

namespace cordboard {
namespace {

// Numbers of one opening; 2^40 of them.
constexpr int kEpochShift = 40;

// What the engine refuses anyway goes to it as it came; nothing of it is kept.
bool is_customer(std::string_view id) { return !id.empty() && id.size() <= kMaxCustomerLength; }

std::uint64_t mark_of(std::string_view customer) {
  return customer.empty() ? 0 : little_endian(customer.substr(0, sizeof(std::uint64_t)));
}

SealedText described(const Pseudonyms& pseudonyms, std::string_view attributes) {
  constexpr std::size_t kMost = std::numeric_limits<std::uint32_t>::max();
  return {pseudonyms.of_text(attributes), static_cast<std::uint32_t>(std::min(attributes.size(), kMost))};
}

}  // namespace

KeyTable::KeyTable(std::span<const KeySlot> kept, std::uint64_t epoch, const State& state)
    : pseudonyms_(kept.front().key), next_id_(epoch << kEpochShift) {
  CB_ASSERT(kept.front().slot == kSecretSlot, "the first key is in slot %u", kept.front().slot);
  for (const KeySlot& slot : kept) {
    if (slot.slot >= entries_.size()) entries_.resize(slot.slot + 1);
    entries_[slot.slot] = {slot.id, 0, slot.key};
  }
  follow_contacts(state);
}

// Each key has its contact, and the rest is free.
void KeyTable::follow_contacts(const State& state) {
  std::vector<char> wanted(entries_.size(), 0);
  wanted[kSecretSlot] = 1;
  std::vector<Ended> ended;
  state.contacts.for_each([&](ContactRef, const Contact& contact) {
    const KeyPlace place = place_of(contact.attributes);
    if (find(place) == nullptr) return;
    wanted[place.slot] = 1;
    ++used_;
    entries_[place.slot].customer = mark_of(contact.customer);
    if (is_final(contact.state)) ended.push_back({contact.ended_at, place});
  });
  std::sort(ended.begin(), ended.end(), [](const Ended& left, const Ended& right) {
    return std::pair(left.at, left.place.id) < std::pair(right.at, right.place.id);
  });
  ended_.assign(ended.begin(), ended.end());
  for (std::uint32_t slot = 0; slot < entries_.size(); ++slot) {
    if (wanted[slot] != 0) continue;
    if (entries_[slot].id != 0) {
      changes_.push_back({.slot = slot});
      erased_ = true;
    }
    entries_[slot] = {};
    free_.push_back(slot);
  }
}

std::optional<KeyBytes> KeyTable::seal_data(CommandBody& body) const {
  if (auto* forget = std::get_if<ForgetCustomer>(&body)) {
    if (is_customer(forget->customer)) forget->customer = pseudonyms_.of_customer(forget->customer);
    return std::nullopt;
  }
  if (auto* update = std::get_if<UpdateContact>(&body)) {
    if (update->attributes) update->sealed = described(pseudonyms_, *update->attributes);
    return std::nullopt;
  }
  auto* const submit = std::get_if<SubmitContact>(&body);
  if (submit == nullptr || submit->customer.size() > kMaxCustomerLength) return std::nullopt;
  if (submit->customer.empty() && submit->attributes.empty()) return std::nullopt;
  const KeyBytes key = random_key();
  submit->sealed = described(pseudonyms_, submit->attributes);
  submit->attributes = seal(key, submit->contact, submit->customer, submit->attributes);
  if (!submit->customer.empty()) submit->customer = pseudonyms_.of_customer(submit->customer);
  return key;
}

void KeyTable::prepare(CommandBody& body, std::optional<KeyBytes>& key, const State& state) {
  replaced_.reset();
  if (auto* submit = std::get_if<SubmitContact>(&body)) {
    if (key) set_place(submit->attributes, next_place());
    return;
  }
  auto* const update = std::get_if<UpdateContact>(&body);
  if (update == nullptr || !update->attributes) return;
  const ContactRef ref = state.find_contact(update->contact);
  if (!ref) return;  // refused
  const Contact& contact = state[ref];
  const PersonalData before = read(contact);
  replaced_ = place_of(contact.attributes);
  key = random_key();
  update->attributes = seal(*key, contact.id, before.customer, *update->attributes);
  set_place(*update->attributes, next_place());
}

void KeyTable::accepted(const CommandBody& body, const std::optional<KeyBytes>& key, const State& state,
                        std::span<const Event> events) {
  if (const auto* submit = std::get_if<SubmitContact>(&body)) {
    if (key) keep(place_of(submit->attributes), *key, submit->customer);
  } else if (const auto* update = std::get_if<UpdateContact>(&body)) {
    if (key) keep(place_of(*update->attributes), *key, state[state.find_contact(update->contact)].customer);
    if (replaced_) erase(*std::exchange(replaced_, std::nullopt));
  } else if (const auto* forget = std::get_if<ForgetCustomer>(&body)) {
    erase_customer(forget->customer);
  }
  if (used_ == 0) return;
  for (const Event& event : events) {
    const auto* ended = std::get_if<ContactEnded>(&event);
    if (ended == nullptr) continue;
    const Contact& contact = state[ended->contact];
    if (!contact.attributes.empty()) ended_.push_back({contact.ended_at, place_of(contact.attributes)});
  }
}

void KeyTable::erase_old(Time now, Duration remembered) {
  if (next_deadline(remembered) > now) return;
  erased_at_ = now;
  for (; !ended_.empty() && ended_.front().at + remembered <= now; ended_.pop_front()) {
    if (find(ended_.front().place) == nullptr) continue;
    erase(ended_.front().place);
    erased_ = true;
  }
}

Time KeyTable::next_deadline(Duration remembered) const {
  if (ended_.empty()) return kNever;
  return std::max(ended_.front().at + remembered, erased_at_ + kEraseEvery);
}

PersonalData KeyTable::read(const Contact& contact) const {
  if (contact.attributes.empty()) return {};
  const Entry* const entry = find(place_of(contact.attributes));
  if (entry == nullptr) return {.erased = true};
  auto text = unseal(entry->key, contact.id, contact.attributes);
  if (!text) return {.erased = true};
  return {std::move(text->customer), std::move(text->attributes)};
}

void KeyTable::keep(const KeyPlace& place, const KeyBytes& key, std::string_view customer) {
  CB_ASSERT(place == next_place(), "key in slot %u, not in the next one", place.slot);
  if (free_.empty()) {
    entries_.emplace_back();
  } else {
    free_.pop_back();
  }
  ++next_id_;
  ++used_;
  entries_[place.slot] = {place.id, mark_of(customer), key};
  changes_.push_back({place.slot, place.id, key});
}

void KeyTable::erase(const KeyPlace& place) {
  if (find(place) == nullptr) return;
  entries_[place.slot] = {};
  free_.push_back(place.slot);
  --used_;
  changes_.push_back({.slot = place.slot});
}

// A look at every key: some milliseconds for a million, and rare.
void KeyTable::erase_customer(std::string_view customer) {
  const std::uint64_t mark = mark_of(customer);
  for (std::uint32_t slot = kSecretSlot + 1; slot < entries_.size(); ++slot) {
    if (entries_[slot].id != 0 && entries_[slot].customer == mark) erase({slot, entries_[slot].id});
  }
  erased_ = true;  // also keys that an update replaced
}

const KeyTable::Entry* KeyTable::find(const KeyPlace& place) const {
  if (place.id == 0 || place.slot == kSecretSlot || place.slot >= entries_.size()) return nullptr;
  const Entry& entry = entries_[place.slot];
  return entry.id == place.id ? &entry : nullptr;
}

KeyPlace KeyTable::next_place() const {
  const auto slot = free_.empty() ? static_cast<std::uint32_t>(entries_.size()) : free_.back();
  return {slot, next_id_};
}

}  // namespace cordboard
