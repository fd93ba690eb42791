// What would a new configuration change? The difference of two files in the words of the people who wrote
// them.
//
//   queues[sales].offer_timeout: 15s -> 20s
//   queues[night]: added {name: night, requires: sales}
//   agents[ana].skills.spanish: 60 -> (default)
//
// Entries of a list are matched by their name, id or id_prefix, a renamed queue by renamed_from; entries that
// have none of these, by place. A key that one of the files does not have takes its default there. Values are
// compared as they are written: 60s and 1m are a change. Comments and the order of keys are not looked at.
//
// Pure functions, safe on any thread.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cordboard {

struct ConfigChange {
  std::string path;    // "queues[sales].offer_timeout"
  std::string before;  // as YAML in one line, see kMaxShownValue; empty = it was not there
  std::string after;   // empty = it is not there any more
};

// A longer value is cut at the end, and before the place where the two begin to differ; "..." stands there.
// What was cut was compared.
inline constexpr std::size_t kMaxShownValue = 200;  // bytes
inline constexpr std::size_t kMaxConfigChanges = 1'000;

struct ConfigChanges {
  std::vector<ConfigChange> changes;  // in the order of the new file, what was removed last; the first ones
  std::size_t left_out = 0;           // beyond kMaxConfigChanges
};

// REQUIRES: both parse as YAML (see parse_config).
ConfigChanges config_changes(std::string_view before, std::string_view after);

// One line as in the examples above.
std::string to_string(const ConfigChange& change);

}  // namespace cordboard
