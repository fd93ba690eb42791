#include "router/core/ids.h"

#include <algorithm>

namespace cordboard {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.';
}

template <class Allowed>
bool all_of_length(std::string_view text, std::size_t most, Allowed&& allowed) {
  return !text.empty() && text.size() <= most && std::all_of(text.begin(), text.end(), allowed);
}

}  // namespace

bool is_client_id(std::string_view text) {
  return all_of_length(text, 64, [](char c) { return is_plain(c) || c == '@'; });
}
bool is_contact_id(std::string_view text) {
  return all_of_length(text, 128, [](char c) { return c > ' ' && c <= '~'; });
}
bool is_config_name(std::string_view text) { return all_of_length(text, 64, is_plain); }

}  // namespace cordboard
