#include "router/grpc/notice_history.h"

#include <algorithm>

namespace cordboard {

void NoticeHistory::keep(std::uint64_t revision, GatewayRef gateway, std::string_view element) {
  if (notices_limit_ == 0) {
    forgotten_ = revision;
    return;
  }
  kept_.push_back({revision, gateway, store(element)});
  bytes_ += element.size();
  while (kept_.size() > notices_limit_ || bytes_ > bytes_limit_) forget_oldest();
}

std::string_view NoticeHistory::store(std::string_view element) {
  constexpr std::size_t kBlockBytes = 64u << 10;
  if (blocks_.empty() || blocks_.back().bytes.capacity() - blocks_.back().bytes.size() < element.size()) {
    blocks_.emplace_back().bytes.reserve(std::max(kBlockBytes, element.size()));
  }
  Block& block = blocks_.back();
  const std::size_t start = block.bytes.size();
  block.bytes += element;
  ++block.elements;
  return std::string_view(block.bytes).substr(start);
}

void NoticeHistory::forget_oldest() {
  const Kept& oldest = kept_.front();
  forgotten_ = oldest.revision;
  bytes_ -= oldest.element.size();
  kept_.pop_front();
  if (--blocks_.front().elements == 0) blocks_.pop_front();
}

void NoticeHistory::copy_after(std::uint64_t revision, GatewayRef gateway, Fragments& out) const {
  const auto first = std::upper_bound(kept_.begin(), kept_.end(), revision,
                                      [](std::uint64_t r, const Kept& kept) { return r < kept.revision; });
  for (auto kept = first; kept != kept_.end(); ++kept) {
    if (kept->gateway == gateway) out.add(kept->revision, kept->element);
  }
}

}  // namespace cordboard
