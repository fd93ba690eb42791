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

// The magic, the sequence and the checksum of both.
using Slot = std::array<unsigned char, 24>;

void put(Slot& slot, size_t at, uint64_t number) {
  for (size_t i = 0; i < 8; ++i) slot[at + i] = static_cast<unsigned char>(number >> (8 * i));
}

uint64_t take(const Slot& slot, size_t at) {
  uint64_t number = 0;
  for (size_t i = 0; i < 8; ++i) number |= uint64_t{slot[at + i]} << (8 * i);
  return number;
}

Slot make_slot(uint64_t sequence) {
  Slot slot{};
  std::memcpy(slot.data(), kMagic.data(), kMagic.size());
  put(slot, 8, sequence);
  put(slot, 16, checksum({sequence}, kMagic));
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

uint64_t DurableMark::read(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return 0;
  uint64_t newest = 0;
  for (uint64_t i = 0; i < kSlots; ++i) {
    Slot slot{};
    const auto got = ::pread(descriptor, slot.data(), slot.size(), static_cast<off_t>(i * kSlotBytes));
    if (got != static_cast<ssize_t>(slot.size())) continue;
    const uint64_t sequence = take(slot, 8);
    if (slot == make_slot(sequence)) newest = std::max(newest, sequence);
  }
  ::close(descriptor);
  return newest;
}

void DurableMark::set(uint64_t sequence) {
  if (descriptor_ < 0) return;
  const Slot slot = make_slot(sequence);
  const auto at = static_cast<off_t>(slot_ * kSlotBytes);
  // An older mark says less and is not wrong.
  if (::pwrite(descriptor_, slot.data(), slot.size(), at) < 0) return;
  slot_ = (slot_ + 1) % kSlots;
}

}  // namespace cordboard
