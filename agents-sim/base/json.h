// JSON values as text.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cordboard::sim {

// Ten significant digits; null for what is not finite.
std::string json_number(double value);
std::string json_text(std::string_view text);

// An object, member by member, in order.
class JsonObject {
 public:
  // `value` is JSON already.
  JsonObject& add(std::string_view name, const std::string& value) {
    members_ += (members_.empty() ? "" : ",") + json_text(name) + ":" + value;
    return *this;
  }
  JsonObject& add(std::string_view name, std::uint64_t value) { return add(name, std::to_string(value)); }
  JsonObject& add(std::string_view name, double value) { return add(name, json_number(value)); }

  std::string text() const { return "{" + members_ + "}"; }

 private:
  std::string members_;
};

}  // namespace cordboard::sim
