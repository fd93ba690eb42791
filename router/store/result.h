// The outcome of a store operation: a value, or the one StoreError that says why there is none.
//
// The store throws nothing. A Result must be looked at: dropping one is a compiler warning, and reading
// the side that is not there aborts, because the caller forgot to ask ok() first.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace cordboard {

enum class StoreErrorKind {
  Io,             // the operating system refused a read, a write or a sync
  Full,           // no space left on the device, or a quota or file size limit was reached
  Damaged,        // stored bytes are not those that were written; `position` is the record's sequence
  NewerFormat,    // written by a newer release; nothing was changed; `position` is its format version
  Fenced,         // somebody opened the store after us; `position` is the epoch that owns it
  InUse,          // another process, or another Store in this one, holds the data directory
  Trimmed,        // the record asked for is gone; `position` is the oldest sequence still there
  OutOfSequence,  // the caller skipped or repeated a sequence; `position` is the one expected
  TooLarge,       // one payload is over the limit; `position` is its sequence
};

std::string_view to_string(StoreErrorKind kind);

struct StoreError {
  StoreErrorKind kind = StoreErrorKind::Io;
  std::string message;    // what failed, in which file, and what to do about it; one line
  uint64_t position = 0;  // see the kind; 0 where it has no meaning
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(StoreError error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // REQUIRES: ok().
  T& value() & { return ok() ? std::get<0>(state_) : (std::abort(), std::get<0>(state_)); }
  const T& value() const& { return ok() ? std::get<0>(state_) : (std::abort(), std::get<0>(state_)); }
  T&& value() && { return std::move(value()); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // REQUIRES: !ok().
  const StoreError& error() const {
    return !ok() ? std::get<1>(state_) : (std::abort(), std::get<1>(state_));
  }

 private:
  std::variant<T, StoreError> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(StoreError error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // REQUIRES: !ok().
  const StoreError& error() const {
    return !ok() ? std::get<1>(state_) : (std::abort(), std::get<1>(state_));
  }

 private:
  std::variant<std::monostate, StoreError> state_;
};

}  // namespace cordboard
