// Looking things up by name, and suggesting one when there is none.

#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "router/config/diagnostics.h"

namespace cordboard::sim {

template <class Named>
bool has_name(const std::vector<Named>& items, std::string_view name) {
  return std::any_of(items.begin(), items.end(), [&](const Named& item) { return item.name == name; });
}

template <class Named>
std::string suggest_name(const std::vector<Named>& items, std::string_view name) {
  std::vector<std::string_view> names;
  for (const Named& item : items) names.emplace_back(item.name);
  return did_you_mean(name, names);
}

}  // namespace cordboard::sim
