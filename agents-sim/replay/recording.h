// Calls of a real contact center and what became of them, from a CSV file.
//
// Columns: `at` (seconds since midnight of the first day; the caller asks for an agent), `queue`, `outcome`
// (`agent`, or `hang`: the caller left), `recorded_wait_s`, `handle_s`, and optional `priority` and `agent`.
// Other columns are ignored.

#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "router/core/types.h"

namespace cordboard::sim {

struct RecordedCall {
  static constexpr std::uint32_t kNobody = 0xffffffff;

  Duration at{};
  std::uint32_t queue = 0;  // index into Recording::queues
  std::int32_t priority = 0;
  bool answered = false;
  Duration wait{};
  Duration handle{};
  std::uint32_t agent = kNobody;  // index into Recording::agents

  Time served_from() const { return time_from_us((at + wait).count()); }
  Time served_to() const { return served_from() + handle; }
  bool waited() const { return wait > Duration::zero(); }
};

struct Recording {
  std::vector<std::string> queues;  // each once, in the order in which they first appear
  std::vector<std::string> agents;
  std::vector<RecordedCall> calls;  // by `at`
  // Callers who left in the second in which they asked for an agent. No router could have served them: they
  // are not among the calls.
  std::uint64_t gone_at_once = 0;

  std::uint32_t days() const;  // up to the last call
};

// The recording, or what is wrong with its first bad row.
std::variant<Recording, std::string> load_recording(const std::string& path);

}  // namespace cordboard::sim
