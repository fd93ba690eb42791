// A growing set of small numbers, made for "the smallest work over the intersection of two sets".

#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace cordboard {

class Bits {
 public:
  void set(std::uint32_t bit) {
    if (bit / 64 >= words_.size()) words_.resize(bit / 64 + 1, 0);
    words_[bit / 64] |= mask(bit);
  }
  void clear(std::uint32_t bit) {
    if (bit / 64 < words_.size()) words_[bit / 64] &= ~mask(bit);
  }
  bool test(std::uint32_t bit) const {
    return bit / 64 < words_.size() && (words_[bit / 64] & mask(bit)) != 0;
  }

  template <class Function>
  void for_each(Function&& function) const {
    for_each_common(*this, *this, function);
  }
  static bool have_common(const Bits& a, const Bits& b) {
    const std::size_t words = std::min(a.words_.size(), b.words_.size());
    for (std::size_t w = 0; w < words; ++w) {
      if ((a.words_[w] & b.words_[w]) != 0) return true;
    }
    return false;
  }

  // Calls function(bit) for every bit in both sets, in ascending order.
  template <class Function>
  static void for_each_common(const Bits& a, const Bits& b, Function&& function) {
    const std::size_t words = std::min(a.words_.size(), b.words_.size());
    for (std::size_t w = 0; w < words; ++w) {
      for (std::uint64_t rest = a.words_[w] & b.words_[w]; rest != 0; rest &= rest - 1) {
        function(static_cast<std::uint32_t>(w * 64 + static_cast<unsigned>(std::countr_zero(rest))));
      }
    }
  }

 private:
  static constexpr std::uint64_t mask(std::uint32_t bit) { return std::uint64_t{1} << (bit % 64); }

  std::vector<std::uint64_t> words_;
};

}  // namespace cordboard
