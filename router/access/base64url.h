// base64url without padding (RFC 7515, 2), strictly: what is no such text never gets as far as cjose, which
// stops the process at a "=" in the wrong place.

#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace cordboard {

// How many bytes the text stands for. nullopt when it has a character that does not belong there, a length
// that no bytes have, or bits behind the last byte that are not 0 (so that no two texts stand for the same
// bytes).
std::optional<std::size_t> base64url_size(std::string_view text);

}  // namespace cordboard
