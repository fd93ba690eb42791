// Names of the API in the engine's spelling: `QUEUE_FULL` is `queue_full`.

#pragma once

#include <algorithm>
#include <cctype>
#include <string>

namespace cordboard::testing {

inline std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

}  // namespace cordboard::testing
