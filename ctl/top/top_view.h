// What `top` shows, as lines of text: the same on a screen, in a pipe and in a test.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ctl/top/top_state.h"

namespace cordboard::ctl {

enum class Tone : std::uint8_t { Plain, Good, Near, Bad, Title };

struct TopLine {
  std::string text;
  Tone tone = Tone::Plain;
};

// Where there is no screen: as long as the names of the queues need.
inline constexpr std::size_t kAnyColumns = 1'000;

// What holds for all queues, and the titles of their columns. `columns` of the screen: names of queues are
// cut where it has too few.
std::vector<TopLine> top_heading(const TopState& state, Time now, const std::string& where,
                                 std::size_t columns);
// A line for each queue. Good, near (within ten points) and bad are against its service level target.
std::vector<TopLine> top_queues(const TopState& state, Time now, std::size_t columns);
// How to leave, or what is wrong.
TopLine top_footing(const TopState& state, std::size_t first, std::size_t shown);

}  // namespace cordboard::ctl
