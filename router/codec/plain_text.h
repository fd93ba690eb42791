// Shows a text that a stranger may have written, so that it can do nothing to a log or a screen.

#pragma once

#include <string>
#include <string_view>

namespace cordboard {

// Control characters, marks that are not seen and change how the rest is (C1, zero width, direction), and
// what is no UTF-8, each as one '?'. Valid UTF-8, whatever comes.
std::string plain_text(std::string_view text);

}  // namespace cordboard
