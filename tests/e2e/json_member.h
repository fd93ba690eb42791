// Single members of what the simulator prints with --json.

#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

namespace cordboard {

// The first member of that name, whatever it belongs to; nullopt when there is none with a whole number.
inline std::optional<std::uint64_t> count_of(const std::string& json, const std::string& name) {
  const std::string key = "\"" + name + "\":";
  const std::size_t at = json.find(key);
  if (at == std::string::npos) return std::nullopt;
  std::uint64_t value = 0;
  const char* const begin = json.data() + at + key.size();
  const auto [end, error] = std::from_chars(begin, json.data() + json.size(), value);
  if (error != std::errc{} || end == begin) return std::nullopt;
  return value;
}

}  // namespace cordboard
