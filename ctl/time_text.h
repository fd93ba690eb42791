// Times as people write and read them: RFC 3339, printed in UTC.

#pragma once

#include <optional>
#include <string>

#include "router/core/types.h"

namespace cordboard::ctl {

inline constexpr const char* kTimeRule = "2026-11-23 or 2026-11-23T09:30:00Z";

// "2026-11-23T09:30:00.000000Z"
std::string to_text(Time time);
// A time, or a day, which means its beginning. Nothing when it is neither.
std::optional<Time> parse_time(const std::string& text);

}  // namespace cordboard::ctl
