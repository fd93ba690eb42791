// Which key opens the data of which contact? All keys of a tenant, in memory and, slot by slot, in the store.
//
//   any thread        seal_data()   the request's data are sealed under a fresh key, which goes with the
//   request the loop          prepare()     the sealed text gets its place
//                     the engine applies the command
//                     accepted()    the key goes into its place, in one piece with the command's record
//
// Slot 0 holds the tenant's secret, from which pseudonyms are made. Every other key lives as long as the
// engine remembers its contact, and ends earlier when the customer is forgotten or the data are replaced.
// Its number is never used again, so that a text whose key is gone finds an empty or foreign place and
// counts as erased.
//
// Erasures for age are gathered for kEraseEvery: each costs the log a checkpoint. Belongs to the loop's
// thread, but for seal_data().

#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "router/core/command.h"
#include "router/core/event.h"
#include "router/core/personal.h"
#include "router/core/state.h"
#include "router/privacy/seal.h"

namespace cordboard {

inline constexpr std::uint32_t kSecretSlot = 0;
inline constexpr Duration kEraseEvery = 10s;

class KeyTable final : public PersonalReader {
 public:
  // `kept` are all keys of the store, `epoch` is larger than at every opening before. Keys whose contact
  // `state` does not know any more are erased. REQUIRES: the first of `kept` is the secret.
  KeyTable(std::span<const KeySlot> kept, std::uint64_t epoch, const State& state);

  // Any thread. The key of what was sealed; none when there was nothing, or nothing that the engine takes.
  // REQUIRES: once for each command.
  std::optional<KeyBytes> seal_data(CommandBody& body) const;

  // An update is sealed anew, because the customer's id is sealed together with the attributes. REQUIRES:
  // accepted() or another prepare() follows; `key` is what seal_data() gave.
  void prepare(CommandBody& body, std::optional<KeyBytes>& key, const State& state);
  void accepted(const CommandBody& body, const std::optional<KeyBytes>& key, const State& state,
                std::span<const Event> events);

  // Erases keys of contacts that ended at or before `now - remembered`.
  void erase_old(Time now, Duration remembered);
  // When erase_old() has something to do; kNever when nothing is waiting.
  Time next_deadline(Duration remembered) const;

  // What is to be written with the commands so far; once each.
  std::vector<KeySlot> take_changes() { return std::exchange(changes_, {}); }
  // Something was erased that must be gone from the files when this is written.
  bool take_erased() { return std::exchange(erased_, false); }

  PersonalData read(const Contact& contact) const override;
  // Keys of contacts.
  std::uint64_t size() const { return used_; }

 private:
  struct Entry {
    std::uint64_t id = 0;        // 0: empty
    std::uint64_t customer = 0;  // the beginning of the pseudonym; 0: none
    KeyBytes key{};
  };
  struct Ended {
    Time at;
    KeyPlace place;
  };

  void follow_contacts(const State& state);
  void keep(const KeyPlace& place, const KeyBytes& key, std::string_view customer);
  void erase(const KeyPlace& place);
  void erase_customer(std::string_view customer);
  const Entry* find(const KeyPlace& place) const;
  KeyPlace next_place() const;

  Pseudonyms pseudonyms_;
  std::deque<Entry> entries_;  // by slot
  std::vector<std::uint32_t> free_;
  std::uint64_t next_id_;
  std::uint64_t used_ = 0;
  std::deque<Ended> ended_;  // in the order in which they ended
  Time erased_at_ = Time{};
  std::optional<KeyPlace> replaced_;  // by the update that is being applied
  std::vector<KeySlot> changes_;
  bool erased_ = false;
};

}  // namespace cordboard
