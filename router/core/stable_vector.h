// A vector whose items never move: one more costs no copies of the others, and pointers to them stay valid.

#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace cordboard {

template <class T>
class StableVector {
 public:
  std::size_t size() const { return size_; }
  T& operator[](std::size_t i) { return chunks_[i / kChunk][i % kChunk]; }
  const T& operator[](std::size_t i) const { return chunks_[i / kChunk][i % kChunk]; }

  // At the end, a T{}.
  T& emplace_back() {
    if (size_ % kChunk == 0) chunks_.push_back(std::make_unique<T[]>(kChunk));
    return (*this)[size_++];
  }
  void clear() {
    chunks_.clear();
    size_ = 0;
  }

  auto begin() { return Iterator<StableVector>{this, 0}; }
  auto end() { return Iterator<StableVector>{this, size_}; }
  auto begin() const { return Iterator<const StableVector>{this, 0}; }
  auto end() const { return Iterator<const StableVector>{this, size_}; }

 private:
  static constexpr std::size_t kChunk = 256;

  // As much as a range-for needs.
  template <class Vector>
  struct Iterator {
    Vector* vector;
    std::size_t index;
    auto& operator*() const { return (*vector)[index]; }
    Iterator& operator++() {
      ++index;
      return *this;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;
  };

  std::vector<std::unique_ptr<T[]>> chunks_;
  std::size_t size_ = 0;
};

}  // namespace cordboard
