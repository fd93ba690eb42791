// Was this request answered before? Remembers the latest accepted requests, so that a client may repeat one
// whose answer it did not see.
//
// Bounded: when full, the oldest is forgotten.

#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "router/core/name_table.h"
#include "router/core/types.h"

namespace cordboard {

struct RememberedRequest {
  std::string id;
  std::uint64_t fingerprint = 0;  // of the command, to recognise an id used for something else
  OfferId offer;                  // of the answer
};

class RequestMemory {
 public:
  // nullptr when it is not remembered.
  const RememberedRequest* find(std::string_view id) const {
    const std::uint32_t index =
        table_.find(id, [this](std::uint32_t i) { return std::string_view(at(i).id); });
    return index == NameTable::kAbsent ? nullptr : &at(index);
  }

  // REQUIRES: the id is not remembered.
  void remember(RememberedRequest request, std::size_t limit) {
    while (!requests_.empty() && requests_.size() >= limit) {
      table_.erase(requests_.front().id, first_);
      requests_.pop_front();
      first_ = wrapped(first_ + 1);
    }
    if (limit == 0) return;
    table_.insert(request.id, wrapped(first_ + static_cast<std::uint32_t>(requests_.size())));
    requests_.push_back(std::move(request));
  }

  std::size_t size() const { return requests_.size(); }
  // Oldest first.
  const std::deque<RememberedRequest>& requests() const { return requests_; }

 private:
  // Indexes have 31 bits, so that none is NameTable::kAbsent; they wrap around, differences stay right.
  static constexpr std::uint32_t wrapped(std::uint32_t index) { return index & 0x7fffffff; }
  const RememberedRequest& at(std::uint32_t index) const { return requests_[wrapped(index - first_)]; }

  std::deque<RememberedRequest> requests_;
  std::uint32_t first_ = 0;
  NameTable table_;
};

}  // namespace cordboard
