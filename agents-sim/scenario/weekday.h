// Days of the week in a scenario: which day of the run is which.

#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "agents-sim/scenario/mapping.h"
#include "router/core/types.h"

namespace cordboard::sim {

inline constexpr Duration kDay = std::chrono::hours{24};
inline constexpr Duration kWeek = 7 * kDay;
inline constexpr std::array<std::string_view, 7> kWeekdays = {"mon", "tue", "wed", "thu",
                                                              "fri", "sat", "sun"};

// 0 = Monday; nullopt has been reported.
std::optional<std::size_t> read_weekday(const Reader& reader);

// When `weekday` first begins in a run whose first day is `first_day`.
inline Duration start_of(std::size_t weekday, std::size_t first_day) {
  return static_cast<std::int64_t>((weekday + 7 - first_day) % 7) * kDay;
}

}  // namespace cordboard::sim
