#include "router/access/base64url.h"

namespace cordboard {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

std::optional<std::size_t> base64url_size(std::string_view text) {
  if (text.find_first_not_of(kDigits) != std::string_view::npos) return std::nullopt;
  const std::size_t rest = text.size() % 4;
  if (rest == 1) return std::nullopt;
  if (rest != 0) {
    const std::size_t unused_bits = rest == 2 ? 4 : 2;
    if (kDigits.find(text.back()) % (std::size_t{1} << unused_bits) != 0) return std::nullopt;
  }
  return text.size() / 4 * 3 + (rest == 0 ? 0 : rest - 1);
}

}  // namespace cordboard
