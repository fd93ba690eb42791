// A priority queue from which any item can be removed: a 4-ary heap that tells each item where it is.
//
// The smallest key is on top. Keys must be unique for the order to be total; all keys of the engine end in
// a sequence. An item is a dense number; `positions(item)` must give a place to store its position, and an
// item may be in one heap per position store at a time. push, erase: O(log n); top: O(1).

#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "router/core/assert.h"

namespace cordboard {

inline constexpr std::uint32_t kNotInHeap = std::numeric_limits<std::uint32_t>::max();

template <class Key>
class IndexedHeap {
 public:
  struct Entry {
    Key key;
    std::uint32_t item;
  };

  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  const Entry& top() const { return entries_.front(); }
  // In no particular order, for audits.
  const std::vector<Entry>& entries() const { return entries_; }

  template <class Positions>
  void push(const Key& key, std::uint32_t item, Positions&& positions) {
    entries_.push_back({key, item});
    sift_up(entries_.size() - 1, positions);
  }

  // REQUIRES: the item is in this heap.
  template <class Positions>
  void erase(std::uint32_t item, Positions&& positions) {
    const std::uint32_t position = positions(item);
    CB_ASSERT(position < entries_.size() && entries_[position].item == item, "heap item %u at %u", item,
              position);
    positions(item) = kNotInHeap;
    const Entry last = entries_.back();
    entries_.pop_back();
    if (position == entries_.size()) return;
    entries_[position] = last;
    positions(last.item) = position;
    if (position > 0 && last.key < entries_[parent(position)].key) {
      sift_up(position, positions);
    } else {
      sift_down(position, positions);
    }
  }

  // The first entry in key order for which `wanted(item)` holds: walks only the part of the heap that
  // precedes it. O(k log k) with k entries looked at.
  template <class Predicate>
  const Entry* first_where(Predicate&& wanted) const {
    if (entries_.empty()) return nullptr;
    if (wanted(entries_.front().item)) return &entries_.front();
    const auto later = [this](std::uint32_t a, std::uint32_t b) { return entries_[b].key < entries_[a].key; };
    std::vector<std::uint32_t> frontier{0};
    while (!frontier.empty()) {
      std::pop_heap(frontier.begin(), frontier.end(), later);
      const std::uint32_t position = frontier.back();
      frontier.pop_back();
      if (position != 0 && wanted(entries_[position].item)) return &entries_[position];
      const std::size_t first = position * kArity + 1;
      const std::size_t last = std::min(first + kArity, entries_.size());
      for (std::size_t child = first; child < last; ++child) {
        frontier.push_back(static_cast<std::uint32_t>(child));
        std::push_heap(frontier.begin(), frontier.end(), later);
      }
    }
    return nullptr;
  }

 private:
  static constexpr std::size_t kArity = 4;
  static std::size_t parent(std::size_t position) { return (position - 1) / kArity; }

  template <class Positions>
  void sift_up(std::size_t position, Positions& positions) {
    const Entry moving = entries_[position];
    while (position > 0 && moving.key < entries_[parent(position)].key) {
      place(position, entries_[parent(position)], positions);
      position = parent(position);
    }
    place(position, moving, positions);
  }

  template <class Positions>
  void sift_down(std::size_t position, Positions& positions) {
    const Entry moving = entries_[position];
    for (;;) {
      const std::size_t first = position * kArity + 1;
      if (first >= entries_.size()) break;
      const std::size_t last = std::min(first + kArity, entries_.size());
      std::size_t least = first;
      for (std::size_t child = first + 1; child < last; ++child) {
        if (entries_[child].key < entries_[least].key) least = child;
      }
      if (!(entries_[least].key < moving.key)) break;
      place(position, entries_[least], positions);
      position = least;
    }
    place(position, moving, positions);
  }

  template <class Positions>
  void place(std::size_t position, const Entry& entry, Positions& positions) {
    entries_[position] = entry;
    positions(entry.item) = static_cast<std::uint32_t>(position);
  }

  std::vector<Entry> entries_;
};

}  // namespace cordboard
