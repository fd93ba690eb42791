// What fuzzers make of their bytes.

#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "router/core/assert.h"

namespace cordboard::testing {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Cuts off what is before the next `mark`, or all of the rest.
inline std::string_view take_until(std::string_view& rest, std::string_view mark) {
  const std::size_t end = rest.find(mark);
  const std::string_view taken = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + mark.size());
  return taken;
}

// The next byte, 0 at the end.
inline std::uint8_t take_byte(std::string_view& rest) {
  if (rest.empty()) return 0;
  const auto byte = static_cast<std::uint8_t>(rest.front());
  rest.remove_prefix(1);
  return byte;
}

// A file without a disk, for readers that take a path.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes = {}) : descriptor_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    CB_ASSERT(descriptor_ >= 0, "no file in memory");
    const auto written = ::write(descriptor_, bytes.data(), bytes.size());
    CB_ASSERT(written == static_cast<ssize_t>(bytes.size()), "wrote %zd bytes", written);
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace cordboard::testing
