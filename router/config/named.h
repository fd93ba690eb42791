// What one key calls by name and is not among the entries of a list is reported with the nearest name.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "router/config/diagnostics.h"
#include "router/config/yaml_reader.h"
#include "router/core/named.h"

namespace cordboard {

// "there is no queue salse; did you mean sales?"
template <class Items>
void report_unknown(const Reader& at, const std::string& what, const std::string& name, const Items& known) {
  std::vector<std::string_view> names;
  names.reserve(known.size());
  for (const auto& item : known) names.push_back(item.name);
  at.error("there is no " + what + " " + printable(name), did_you_mean(name, names));
}

}  // namespace cordboard
