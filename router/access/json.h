// Jansson, and texts made by it, with owners.

#pragma once

#include <jansson.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace cordboard {

struct ReleaseJson {
  void operator()(json_t* json) const { json_decref(json); }
};
struct ReleaseText {
  void operator()(char* text) const { std::free(text); }
};
using Json = std::unique_ptr<json_t, ReleaseJson>;

// nullptr when the text is no JSON, or names a key twice.
inline Json parse_json(std::string_view text) {
  return Json(json_loadb(text.data(), text.size(), JSON_REJECT_DUPLICATES, nullptr));
}

// A member that is a text; empty when there is none.
inline std::string text_member(const json_t* object, const char* name) {
  const json_t* const member = json_object_get(object, name);
  return json_is_string(member) ? std::string(json_string_value(member), json_string_length(member))
                                : std::string();
}

}  // namespace cordboard
