// Any text: a configuration or diagnostics, never an exception.

#include <cstdint>
#include <string_view>

#include "router/config/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  cordboard::parse_config(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz.yaml");
  return 0;
}
