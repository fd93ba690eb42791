// Items in the order of their keys: who is first, how many come before a key, and anybody can leave.
//
// Kept in blocks of at most kBlock. Contacts come at the end and leave at the front nearly always, and both
// touch one block, whatever their number. Anywhere else costs a search over the blocks and a move within one.
// Counting adds up the sizes of the blocks before: with a million items, some thousand additions.
//
// Keys must be unique. An entry takes its size when items come in order, at most twice that.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "router/core/assert.h"

namespace cordboard {

template <class Key>
class Line {
 public:
  struct Entry {
    Key key;
    std::uint32_t item;
  };

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  // REQUIRES: not empty.
  const Entry& front() const { return *blocks_[first_].begin(); }

  void insert(const Key& key, std::uint32_t item) {
    ++size_;
    if (first_ == blocks_.size()) {
      clear_blocks();
      blocks_.emplace_back();
    }
    if (Block& last = blocks_.back(); last.live() == 0 || last.entries.back().key < key) {
      return append({key, item});
    }
    const std::size_t at = block_of(key);
    Block& block = blocks_[at];
    block.entries.insert(block.at_or_after(key), {key, item});
    if (block.entries.size() > kBlock) split(at);
  }

  // REQUIRES: it was inserted with this key.
  void erase(const Key& key, std::uint32_t item) {
    const std::size_t at = size_ > 0 ? block_of(key) : blocks_.size();
    CB_ASSERT(at < blocks_.size(), "item %u is not there, of %zu", item, size_);
    Block& block = blocks_[at];
    const auto found = block.at_or_after(key);
    CB_ASSERT(found != block.entries.end() && found->item == item, "item %u is not there, of %zu", item,
              size_);
    --size_;
    if (found == block.begin()) {
      ++block.gone;
    } else {
      block.entries.erase(found);
    }
    if (block.live() == 0) {
      drop(at);
    } else if (block.live() < kSparse) {
      join_next(at);
    }
  }

  std::size_t count_before(const Key& key) const {
    if (size_ == 0) return 0;
    const std::size_t at = block_of(key);
    std::size_t count = 0;
    for (std::size_t i = first_; i < at; ++i) count += blocks_[i].live();
    if (at == blocks_.size()) return count;
    const Block& block = blocks_[at];
    return count + static_cast<std::size_t>(block.at_or_after(key) - block.begin());
  }

  // The first in order for which `wanted(item)` holds; null when there is none.
  template <class Predicate>
  const Entry* first_where(Predicate&& wanted) const {
    const Entry* found = nullptr;
    visit([&](const Entry& entry) {
      if (wanted(entry.item)) found = &entry;
      return found == nullptr;
    });
    return found;
  }

  // Calls function(item) for those with before(key), in order. O(those). REQUIRES: of two keys that hold the
  // greater one holds only if the lesser one does.
  template <class Before, class Function>
  void for_each_before(Before&& before, Function&& function) const {
    visit([&](const Entry& entry) {
      if (!before(entry.key)) return false;
      function(entry.item);
      return true;
    });
  }

  // function(entry), in order.
  template <class Function>
  void for_each(Function&& function) const {
    visit([&](const Entry& entry) {
      function(entry);
      return true;
    });
  }

 private:
  static constexpr std::size_t kBlock = 128;
  static constexpr std::size_t kSparse = 32;

  struct Block {
    std::vector<Entry> entries;  // in order; the first `gone` of them are no longer there
    std::size_t gone = 0;

    std::size_t live() const { return entries.size() - gone; }
    auto begin() { return entries.begin() + static_cast<std::ptrdiff_t>(gone); }
    auto begin() const { return entries.begin() + static_cast<std::ptrdiff_t>(gone); }
    auto at_or_after(const Key& key) { return std::lower_bound(begin(), entries.end(), key, precedes); }
    auto at_or_after(const Key& key) const { return std::lower_bound(begin(), entries.end(), key, precedes); }

    static bool precedes(const Entry& entry, const Key& key) { return entry.key < key; }
  };

  // In order, until function(entry) is false.
  template <class Function>
  void visit(Function&& function) const {
    for (std::size_t i = first_; i < blocks_.size(); ++i) {
      for (auto entry = blocks_[i].begin(); entry != blocks_[i].entries.end(); ++entry) {
        if (!function(*entry)) return;
      }
    }
  }

  // The first block that does not end before `key`; blocks_.size() when every one does.
  std::size_t block_of(const Key& key) const {
    if (first_ < blocks_.size() && !(blocks_[first_].entries.back().key < key)) return first_;
    const auto begin = blocks_.begin() + static_cast<std::ptrdiff_t>(first_);
    const auto found = std::lower_bound(begin, blocks_.end(), key, [](const Block& block, const Key& k) {
      return block.entries.back().key < k;
    });
    return static_cast<std::size_t>(found - blocks_.begin());
  }

  void append(const Entry& entry) {
    if (blocks_.back().entries.size() >= kBlock) blocks_.emplace_back().entries.reserve(kBlock);
    blocks_.back().entries.push_back(entry);
  }

  void split(std::size_t at) {
    Block upper;
    {
      Block& lower = blocks_[at];
      const auto middle = lower.begin() + static_cast<std::ptrdiff_t>(lower.live() / 2);
      upper.entries.assign(middle, lower.entries.end());
      lower.entries.erase(middle, lower.entries.end());
    }
    blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(upper));
  }

  void drop(std::size_t at) {
    if (at != first_) {
      blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(at));
      return;
    }
    if (blocks_.size() - first_ == 1) {  // the only one keeps its memory for the next key
      blocks_[at].entries.clear();
      blocks_[at].gone = 0;
      std::swap(blocks_[0], blocks_[at]);
      return clear_blocks_but_first();
    }
    blocks_[at] = Block{};
    if (++first_ * 2 < blocks_.size()) return;
    blocks_.erase(blocks_.begin(), blocks_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }

  void join_next(std::size_t at) {
    if (at + 1 >= blocks_.size() || blocks_[at].live() + blocks_[at + 1].live() > kBlock) return;
    Block& into = blocks_[at];
    into.entries.erase(into.entries.begin(), into.begin());
    into.gone = 0;
    into.entries.insert(into.entries.end(), blocks_[at + 1].begin(), blocks_[at + 1].entries.end());
    blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  }

  void clear_blocks() {
    blocks_.clear();
    first_ = 0;
  }
  void clear_blocks_but_first() {
    blocks_.resize(1);
    first_ = 0;
  }

  std::vector<Block> blocks_;  // in order, none empty but an only one; those before first_ are gone
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace cordboard
