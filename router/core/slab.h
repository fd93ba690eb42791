// Objects at stable addresses, named by dense references that are reused after erase.
//
// Which reference the next insert gets depends only on the inserts and erases before it (the last one
// freed first), so it is part of the engine's deterministic state.

#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "router/core/assert.h"
#include "router/core/stable_vector.h"

namespace cordboard {

template <class T, class RefType>
class Slab {
 public:
  RefType insert(T value) {
    const RefType ref = insert();
    (*this)[ref] = std::move(value);
    return ref;
  }

  // One that is T{}, to be filled where it is.
  RefType insert() {
    std::uint32_t index = 0;
    if (free_.empty()) {
      index = static_cast<std::uint32_t>(live_.size());
      items_.emplace_back();
      live_.push_back(1);
    } else {
      index = free_.back();
      free_.pop_back();
      live_[index] = 1;
    }
    return RefType{index};
  }

  void erase(RefType ref) {
    CB_ASSERT(contains(ref), "slab reference %u", static_cast<unsigned>(ref.value));
    std::destroy_at(&items_[ref.value]);
    std::construct_at(&items_[ref.value]);
    live_[ref.value] = 0;
    free_.push_back(ref.value);
  }

  bool contains(RefType ref) const { return ref.value < live_.size() && live_[ref.value] != 0; }
  std::size_t size() const { return live_.size() - free_.size(); }
  // One past the highest reference ever used.
  std::size_t extent() const { return live_.size(); }

  T& operator[](RefType ref) { return items_[ref.value]; }
  const T& operator[](RefType ref) const { return items_[ref.value]; }

  // In order of reference.
  template <class Function>
  void for_each(Function&& function) const {
    for (std::uint32_t i = 0; i < live_.size(); ++i) {
      if (live_[i] != 0) function(RefType{i}, items_[i]);
    }
  }
  template <class Function>
  void for_each(Function&& function) {
    for (std::uint32_t i = 0; i < live_.size(); ++i) {
      if (live_[i] != 0) function(RefType{i}, items_[i]);
    }
  }

  // For snapshots: the references in the order in which they will be reused, last first.
  const std::vector<std::uint32_t>& free_list() const { return free_; }

  // For snapshots: an empty slab with the given extent and free list; fill the live ones by operator[].
  // False when the free list does not fit the extent.
  bool reset(std::size_t extent, std::vector<std::uint32_t> free_list) {
    std::vector<char> live(extent, 1);
    for (const std::uint32_t index : free_list) {
      if (index >= extent || live[index] == 0) return false;
      live[index] = 0;
    }
    items_.clear();
    while (items_.size() < extent) items_.emplace_back();
    live_ = std::move(live);
    free_ = std::move(free_list);
    return true;
  }

 private:
  StableVector<T> items_;
  std::vector<char> live_;
  std::vector<std::uint32_t> free_;
};

}  // namespace cordboard
