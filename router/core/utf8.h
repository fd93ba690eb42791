// Where do the characters of a UTF-8 text end, and is it one at all?
//
// gRPC refuses a message with a text that is not valid UTF-8, so no text may be cut within a character. Valid
// is what the standard allows: no overlong forms, no surrogates, nothing beyond U+10FFFF.

#pragma once

#include <cstddef>
#include <string_view>

namespace cordboard {

// The bytes of the character that `text` begins with; 0 when it begins with none. REQUIRES: not empty.
std::size_t utf8_length(std::string_view text);

// The place of the first byte that is not part of a character; npos when the text is valid.
std::size_t find_invalid_utf8(std::string_view text);

// As much of a valid text as is no more than `most` bytes and ends with a whole character.
std::string_view clip_utf8(std::string_view text, std::size_t most);

}  // namespace cordboard
