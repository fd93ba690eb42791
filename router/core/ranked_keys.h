// Answers one question: how many of these keys come before a given one?
//
// Kept in order, in blocks of at most kBlock. Contacts come at the end and leave at the front nearly always,
// and both touch one block, whatever their number. Anywhere else costs a search over the blocks and a move
// within one. Counting adds up the sizes of the blocks before: with a million keys, some thousand additions.
//
// Keys must be unique. About 24 bytes a key of 24 bytes when they come in order, at most twice that.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "router/core/assert.h"

namespace cordboard {

template <class Key>
class RankedKeys {
 public:
  std::size_t size() const { return size_; }

  void insert(const Key& key) {
    ++size_;
    if (first_ == blocks_.size()) {
      clear_blocks();
      blocks_.emplace_back();
    }
    if (Block& last = blocks_.back(); last.live() == 0 || last.keys.back() < key) {
      return append(key);
    }
    const std::size_t at = block_of(key);
    Block& block = blocks_[at];
    block.keys.insert(std::lower_bound(block.begin(), block.keys.end(), key), key);
    if (block.keys.size() > kBlock) split(at);
  }

  // REQUIRES: the key is in it.
  void erase(const Key& key) {
    const std::size_t at = size_ > 0 ? block_of(key) : blocks_.size();
    CB_ASSERT(at < blocks_.size(), "a key that is not there, of %zu", size_);
    Block& block = blocks_[at];
    const auto found = std::lower_bound(block.begin(), block.keys.end(), key);
    CB_ASSERT(found != block.keys.end() && !(key < *found), "a key that is not there, of %zu", size_);
    --size_;
    if (found == block.begin()) {
      ++block.gone;
    } else {
      block.keys.erase(found);
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
    return count +
           static_cast<std::size_t>(std::lower_bound(block.begin(), block.keys.end(), key) - block.begin());
  }

 private:
  static constexpr std::size_t kBlock = 128;
  static constexpr std::size_t kSparse = 32;

  struct Block {
    std::vector<Key> keys;  // in order; the first `gone` of them are no longer there
    std::size_t gone = 0;

    std::size_t live() const { return keys.size() - gone; }
    auto begin() { return keys.begin() + static_cast<std::ptrdiff_t>(gone); }
    auto begin() const { return keys.begin() + static_cast<std::ptrdiff_t>(gone); }
  };

  // The first block that does not end before `key`; blocks_.size() when every one does.
  std::size_t block_of(const Key& key) const {
    if (first_ < blocks_.size() && !(blocks_[first_].keys.back() < key)) return first_;
    const auto begin = blocks_.begin() + static_cast<std::ptrdiff_t>(first_);
    const auto found = std::lower_bound(
        begin, blocks_.end(), key, [](const Block& block, const Key& k) { return block.keys.back() < k; });
    return static_cast<std::size_t>(found - blocks_.begin());
  }

  void append(const Key& key) {
    if (blocks_.back().keys.size() >= kBlock) blocks_.emplace_back().keys.reserve(kBlock);
    blocks_.back().keys.push_back(key);
  }

  void split(std::size_t at) {
    Block upper;
    {
      Block& lower = blocks_[at];
      const auto middle = lower.begin() + static_cast<std::ptrdiff_t>(lower.live() / 2);
      upper.keys.assign(middle, lower.keys.end());
      lower.keys.erase(middle, lower.keys.end());
    }
    blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(upper));
  }

  void drop(std::size_t at) {
    if (at != first_) {
      blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(at));
      return;
    }
    if (blocks_.size() - first_ == 1) {  // the only one keeps its memory for the next key
      blocks_[at].keys.clear();
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
    into.keys.erase(into.keys.begin(), into.begin());
    into.gone = 0;
    into.keys.insert(into.keys.end(), blocks_[at + 1].begin(), blocks_[at + 1].keys.end());
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
