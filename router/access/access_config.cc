#include "router/access/access_config.h"

#include <algorithm>
#include <array>

namespace cordboard {
namespace {

constexpr std::array<std::string_view, 9> kAlgorithms = {"RS256", "RS384", "RS512", "PS256", "PS384",
                                                         "PS512", "ES256", "ES384", "ES512"};

}  // namespace

std::span<const std::string_view> token_algorithms() { return kAlgorithms; }

bool is_token_algorithm(std::string_view name) {
  return std::find(kAlgorithms.begin(), kAlgorithms.end(), name) != kAlgorithms.end();
}

}  // namespace cordboard
