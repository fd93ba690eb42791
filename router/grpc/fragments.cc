#include "router/grpc/fragments.h"

#include <algorithm>

namespace cordboard {
void Fragments::mark(std::uint64_t revision, Counted counted) {
  if (!marks_.empty() && marks_.back().revision == revision && marks_.back().counted == counted) {
    const std::size_t start = marks_.size() > 1 ? marks_[marks_.size() - 2].end : 0;
    if (bytes_.size() - start <= kRunBytes) {
      marks_.back().end = bytes_.size();
      return;
    }
  }
  marks_.push_back({bytes_.size(), revision, counted});
}

void Fragments::take_until(std::uint64_t revision, Fragments& out) {
  const auto later = std::upper_bound(marks_.begin(), marks_.end(), revision,
                                      [](std::uint64_t r, const Mark& mark) { return r < mark.revision; });
  if (later == marks_.begin()) return;
  if (later == marks_.end()) {
    std::swap(*this, out);
    return;
  }
  const std::size_t end = std::prev(later)->end;
  out.bytes_.assign(bytes_, 0, end);
  out.marks_.assign(marks_.begin(), later);
  bytes_.erase(0, end);
  marks_.erase(marks_.begin(), later);
  for (Mark& mark : marks_) mark.end -= end;
}

}  // namespace cordboard
