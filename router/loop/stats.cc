#include "router/loop/stats.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "router/core/assert.h"

namespace cordboard {
namespace {

template <std::size_t... Index>
std::array<std::string_view, kCommandCount> command_names(std::index_sequence<Index...>) {
  return {name_of(CommandBody(std::in_place_index<Index>))...};
}

}  // namespace

void Log2Histogram::add(std::uint64_t value) {
  const std::size_t bucket = value <= 1 ? 0 : static_cast<std::size_t>(std::bit_width(value - 1));
  ++buckets[std::min(bucket, kBuckets - 1)];
  ++count;
  sum += value;
}

void Log2Histogram::add_us(std::chrono::steady_clock::duration took) {
  add(static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(took).count()));
}

std::string_view command_name(std::size_t index) {
  static const auto names = command_names(std::make_index_sequence<kCommandCount>());
  CB_ASSERT(index < kCommandCount, "index %zu", index);
  return names[index];
}

}  // namespace cordboard
