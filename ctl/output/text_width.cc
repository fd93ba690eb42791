#include "ctl/output/text_width.h"

#include <locale.h>
#include <wchar.h>

namespace cordboard::ctl {
namespace {

// wcwidth() knows the characters of its thread's locale only.
class Utf8Locale {
 public:
  Utf8Locale() : before_(::uselocale(utf8())) {}
  ~Utf8Locale() { ::uselocale(before_); }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;

 private:
  // Part of every glibc. Null would leave the thread's locale as it is.
  static locale_t utf8() {
    static const locale_t kLocale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return kLocale;
  }

  const locale_t before_;
};

// Of the character that `text` begins with.
struct Character {
  std::size_t bytes;
  std::size_t columns;
};

Character first_character(std::string_view text) {
  mbstate_t state{};
  wchar_t wide = 0;
  const std::size_t bytes = ::mbrtowc(&wide, text.data(), text.size(), &state);
  if (bytes == 0 || bytes > text.size()) return {1, 1};
  const int columns = ::wcwidth(wide);
  return {bytes, columns < 0 ? 1 : static_cast<std::size_t>(columns)};
}

}  // namespace

std::size_t text_width(std::string_view text) {
  const Utf8Locale locale;
  std::size_t columns = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    columns += character.columns;
    text.remove_prefix(character.bytes);
  }
  return columns;
}

std::string cut_to_width(std::string_view text, std::size_t columns) {
  const Utf8Locale locale;
  std::size_t bytes = 0;
  for (std::size_t used = 0; bytes < text.size();) {
    const Character character = first_character(text.substr(bytes));
    used += character.columns;
    if (used > columns) break;
    bytes += character.bytes;
  }
  return std::string(text.substr(0, bytes));
}

}  // namespace cordboard::ctl
