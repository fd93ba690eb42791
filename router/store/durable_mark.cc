#include "router/store/durable_mark.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>

#include "router/store/checksum.h"

namespace cordboard {
namespace {

constexpr std::string_view kMagic = "CordMark";
constexpr uint64_t kSlots = 2;
constexpr uint64_t kSlotBytes = 512;  // a sector each: one write cannot tear both

// The magic, both ends and the checksum of all.
using Slot = std::array<unsigned char, 32>;

void put(Slot& slot, size_t at, uint64_t number) {
  for (size_t i = 0; i < 8; ++i) slot[at + i] = static_cast<unsigned char>(number >> (8 * i));
}

uint64_t take(const Slot& slot, size_t at) {
  uint64_t number = 0;
  for (size_t i = 0; i < 8; ++i) number |= uint64_t{slot[at + i]} << (8 * i);
  return number;
}

Slot make_slot(const DurableMark::Ends& ends) {
  Slot slot{};
  std::memcpy(slot.data(), kMagic.data(), kMagic.size());
  put(slot, 8, ends.sequence);
  put(slot, 16, ends.audit_rows);
  put(slot, 24, checksum({ends.sequence, ends.audit_rows}, kMagic));
  return slot;
}

}  // namespace

DurableMark::DurableMark(const std::filesystem::path& file)
    : descriptor_(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644)) {}

DurableMark::~DurableMark() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

DurableMark::DurableMark(DurableMark&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), slot_(other.slot_) {}

DurableMark& DurableMark::operator=(DurableMark&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(slot_, other.slot_);
  return *this;
}

DurableMark::Ends DurableMark::read(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return {};
  Ends newest;
  for (uint64_t i = 0; i < kSlots; ++i) {
    Slot slot{};
    const auto got = ::pread(descriptor, slot.data(), slot.size(), static_cast<off_t>(i * kSlotBytes));
    if (got != static_cast<ssize_t>(slot.size())) continue;
    const Ends ends{take(slot, 8), take(slot, 16)};
    if (slot != make_slot(ends)) continue;
    newest.sequence = std::max(newest.sequence, ends.sequence);
    newest.audit_rows = std::max(newest.audit_rows, ends.audit_rows);
  }
  ::close(descriptor);
  return newest;
}

void DurableMark::set(const Ends& ends) {
  if (descriptor_ < 0) return;
  const Slot slot = make_slot(ends);
  const auto at = static_cast<off_t>(slot_ * kSlotBytes);
  // An older mark says less and is not wrong.
  if (::pwrite(descriptor_, slot.data(), slot.size(), at) < 0) return;
  slot_ = (slot_ + 1) % kSlots;
}

}  // namespace cordboard
