// Finds an entry of a configuration's list by its name.

#pragma once

#include <algorithm>
#include <string_view>

namespace cordboard {

// nullptr when there is none.
template <class Items>
const auto* find_named(const Items& items, std::string_view name) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.name == name; });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace cordboard
