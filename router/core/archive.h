// Three ways through the same list of fields: to bytes, from bytes, and into a digest. state_fields.h says
// once which fields there are.
//
// Bytes are little-endian, fixed width, without names: the format version at the front decides what follows.

#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "router/core/hash.h"
#include "router/core/slab.h"
#include "router/core/stable_vector.h"
#include "router/core/types.h"

namespace cordboard {

template <class T>
concept ArchiveNumber = std::is_integral_v<T> || std::is_enum_v<T>;

// Fields that hold something else are taken apart here; what is left are numbers and texts.
template <class Derived>
class ArchiveWriter {
 public:
  template <class... Fields>
  void operator()(const Fields&... fields) {
    (field(fields), ...);
  }
  template <class T>
  void field(const T& value) {
    if constexpr (ArchiveNumber<T>) {
      self().number(static_cast<std::uint64_t>(value), sizeof(T));
    } else if constexpr (std::is_same_v<T, std::string>) {
      self().text(value);
    } else {
      describe(self(), value);
    }
  }
  template <class Tag, class Rep>
  void field(const Ref<Tag, Rep>& ref) {
    field(ref.value);
  }
  void field(const OfferId& offer) { field(offer.value); }
  void field(const Time& time) { field(to_us(time)); }
  void field(const Duration& duration) { field(to_us(duration)); }
  template <class T>
  void field(const std::vector<T>& items) {
    sequence(items);
  }
  template <class T>
  void field(const std::deque<T>& items) {
    sequence(items);
  }
  template <class T>
  void field(const StableVector<T>& items) {
    sequence(items);
  }
  template <class T, std::size_t N>
  void field(const std::array<T, N>& items) {
    for (const T& item : items) field(item);
  }
  template <class K, class V>
  void field(const std::map<K, V>& entries) {
    field(static_cast<std::uint64_t>(entries.size()));
    for (const auto& [key, value] : entries) (*this)(key, value);
  }
  template <class T, class R>
  void field(const Slab<T, R>& slab) {
    field(static_cast<std::uint64_t>(slab.extent()));
    field(slab.free_list());
    slab.for_each([this](R, const T& item) { field(item); });
  }

 private:
  template <class Items>
  void sequence(const Items& items) {
    field(static_cast<std::uint64_t>(items.size()));
    for (const auto& item : items) field(item);
  }
  Derived& self() { return static_cast<Derived&>(*this); }
};

class ByteWriter : public ArchiveWriter<ByteWriter> {
 public:
  explicit ByteWriter(std::size_t expected_bytes) { bytes_.reserve(expected_bytes); }
  void number(std::uint64_t value, std::size_t width) {
    std::array<char, 8> bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(value >> (8 * i));
    bytes_.append(bytes.data(), width);
  }
  void text(const std::string& value) {
    number(value.size(), 8);
    bytes_ += value;
  }
  // Customer data: in the snapshot, not in the digest.
  template <class T>
  void personal(const T& value) {
    field(value);
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class DigestWriter : public ArchiveWriter<DigestWriter> {
 public:
  void number(std::uint64_t value, std::size_t) { hasher_.add(value); }
  void text(const std::string& value) { hasher_.add(std::string_view(value)); }
  template <class T>
  void personal(const T&) {}
  std::uint64_t result() const { return hasher_.result(); }

 private:
  Hasher hasher_;
};

// After the first thing that does not fit, everything reads as zero and failed() says so.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  bool failed() const { return failed_; }
  bool at_end() const { return position_ == bytes_.size(); }
  std::size_t position() const { return position_; }
  void fail() { failed_ = true; }

  template <class... Fields>
  void operator()(Fields&... fields) {
    (field(fields), ...);
  }
  template <class T>
  void field(T& value) {
    if constexpr (ArchiveNumber<T>) {
      const std::uint64_t raw = number(sizeof(T));
      value = static_cast<T>(raw);
      if constexpr (std::is_enum_v<T>) {
        if (raw > static_cast<std::uint64_t>(last_value(T{}))) fail();
      }
    } else if constexpr (std::is_same_v<T, std::string>) {
      text(value);
    } else {
      describe(*this, value);
    }
  }
  template <class Tag, class Rep>
  void field(Ref<Tag, Rep>& ref) {
    field(ref.value);
  }
  void field(OfferId& offer) { field(offer.value); }
  void field(Time& time) { time = time_from_us(static_cast<std::int64_t>(number(8))); }
  void field(Duration& duration) { duration = Duration{static_cast<std::int64_t>(number(8))}; }
  template <class T>
  void field(std::vector<T>& items) {
    sequence(items);
  }
  template <class T>
  void field(std::deque<T>& items) {
    sequence(items);
  }
  template <class T>
  void field(StableVector<T>& items) {
    sequence(items);
  }
  template <class T, std::size_t N>
  void field(std::array<T, N>& items) {
    for (T& item : items) field(item);
  }
  template <class K, class V>
  void field(std::map<K, V>& entries) {
    entries.clear();
    for (std::size_t left = count(); left > 0 && !failed_; --left) {
      K key{};
      field(key);
      // In order, so each key comes once.
      if (!entries.empty() && !(entries.rbegin()->first < key)) return fail();
      field(entries[key]);
    }
  }
  template <class T, class R>
  void field(Slab<T, R>& slab) {
    const std::size_t extent = count();
    std::vector<std::uint32_t> free_list;
    field(free_list);
    if (failed_ || !slab.reset(extent, std::move(free_list))) return fail();
    slab.for_each([this](R, T& item) { field(item); });
  }
  template <class T>
  void personal(T& value) {
    field(value);
  }

 private:
  std::uint64_t number(std::size_t width) {
    if (failed_ || bytes_.size() - position_ < width) {
      failed_ = true;
      return 0;
    }
    const std::uint64_t value = little_endian(bytes_.substr(position_, width));
    position_ += width;
    return value;
  }
  // A number of items; each takes a byte at least, so a damaged count cannot ask for more than there is.
  std::size_t count() {
    const std::uint64_t value = number(8);
    if (value > bytes_.size() - position_) failed_ = true;
    return failed_ ? 0 : value;
  }
  void text(std::string& value) {
    const std::size_t size = count();
    if (failed_) return;
    value.assign(bytes_.substr(position_, size));
    position_ += size;
  }
  template <class Items>
  void sequence(Items& items) {
    items.clear();
    for (std::size_t left = count(); left > 0 && !failed_; --left) field(items.emplace_back());
  }

  std::string_view bytes_;
  std::size_t position_ = 0;
  bool failed_ = false;
};

}  // namespace cordboard
