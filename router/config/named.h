// What one key calls by name is found among the entries of a list, or reported with the nearest name.

#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "router/config/diagnostics.h"
#include "router/config/yaml_reader.h"

namespace cordboard {

// nullptr when there is none.
template <class Items>
const auto* find_named(const Items& items, std::string_view name) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.name == name; });
  return found == items.end() ? nullptr : &*found;
}

// "there is no queue salse; did you mean sales?"
template <class Items>
void report_unknown(const Reader& at, const std::string& what, const std::string& name, const Items& known) {
  std::vector<std::string_view> names;
  names.reserve(known.size());
  for (const auto& item : known) names.push_back(item.name);
  at.error("there is no " + what + " " + printable(name), did_you_mean(name, names));
}

}  // namespace cordboard
