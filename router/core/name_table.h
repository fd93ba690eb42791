// Finds the dense index of a name. The names themselves stay where they are: `name_of(index)` fetches one.
//
// Open addressing with linear probing, at most half full. Never iterated, so no hash order can leak into
// decisions.

#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "router/core/assert.h"
#include "router/core/hash.h"

namespace cordboard {

class NameTable {
 public:
  static constexpr std::uint32_t kAbsent = 0xffffffff;

  std::size_t size() const { return size_; }

  template <class NameOf>
  std::uint32_t find(std::string_view name, NameOf&& name_of) const {
    if (slots_.empty()) return kAbsent;
    const std::uint32_t hash = hash_of(name);
    for (std::size_t i = hash & mask(); slots_[i].index != kAbsent; i = next(i)) {
      if (slots_[i].hash == hash && name_of(slots_[i].index) == name) return slots_[i].index;
    }
    return kAbsent;
  }

  // REQUIRES: the name is not in the table.
  void insert(std::string_view name, std::uint32_t index) {
    if (2 * (size_ + 1) > slots_.size()) grow();
    place({hash_of(name), index});
    ++size_;
  }

  // REQUIRES: the name is in the table with this index.
  void erase(std::string_view name, std::uint32_t index) {
    CB_ASSERT(!slots_.empty(), "erase of index %u from an empty name table", index);
    std::size_t hole = hash_of(name) & mask();
    while (slots_[hole].index != index) {
      CB_ASSERT(slots_[hole].index != kAbsent, "name table has no index %u", index);
      hole = next(hole);
    }
    // Backward shift: no tombstones, so lookups stay short for ever.
    for (std::size_t i = next(hole); slots_[i].index != kAbsent; i = next(i)) {
      const std::size_t home = slots_[i].hash & mask();
      if (((i - home) & mask()) < ((i - hole) & mask())) continue;
      slots_[hole] = slots_[i];
      hole = i;
    }
    slots_[hole] = Slot{};
    --size_;
  }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t index = kAbsent;
  };

  static std::uint32_t hash_of(std::string_view name) { return static_cast<std::uint32_t>(hash_bytes(name)); }

  std::size_t mask() const { return slots_.size() - 1; }
  std::size_t next(std::size_t i) const { return (i + 1) & mask(); }

  void place(Slot slot) {
    std::size_t i = slot.hash & mask();
    while (slots_[i].index != kAbsent) i = next(i);
    slots_[i] = slot;
  }

  void grow() {
    const std::vector<Slot> old =
        std::exchange(slots_, std::vector<Slot>(slots_.empty() ? 16 : slots_.size() * 2));
    for (const Slot& slot : old) {
      if (slot.index != kAbsent) place(slot);
    }
  }

  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace cordboard
