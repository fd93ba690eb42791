// How many columns of a terminal does a text take?
//
// Letters of East Asian scripts take two, combining marks none. Whatever the locale is: texts are UTF-8.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cordboard::ctl {

// REQUIRES, of both: plain_text(), so valid UTF-8 without control characters.
std::size_t text_width(std::string_view text);
// As much of the text as fits into so many columns, in whole characters.
std::string cut_to_width(std::string_view text, std::size_t columns);

}  // namespace cordboard::ctl
