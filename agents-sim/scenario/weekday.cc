#include "agents-sim/scenario/weekday.h"

#include <algorithm>
#include <string>
#include <vector>

namespace cordboard::sim {

std::optional<std::size_t> read_weekday(const Reader& reader) {
  const auto text = reader.text();
  if (!text) return std::nullopt;
  const auto found = std::find(kWeekdays.begin(), kWeekdays.end(), *text);
  if (found != kWeekdays.end()) return static_cast<std::size_t>(found - kWeekdays.begin());
  const std::vector<std::string_view> names(kWeekdays.begin(), kWeekdays.end());
  reader.expected("a day: mon, tue, wed, thu, fri, sat or sun", did_you_mean(*text, names));
  return std::nullopt;
}

}  // namespace cordboard::sim
