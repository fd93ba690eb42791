// What a Watch wants to see.

#pragma once

#include <string>
#include <vector>

#include "cordboard/v1/supervisor_service.pb.h"
#include "router/codec/api_contact.h"
#include "router/codec/api_errors.h"
#include "router/codec/event_subjects.h"
#include "router/core/state.h"

namespace cordboard {

inline constexpr Duration kMaxWatchInterval{5'000'000};

struct WatchFilter {
  bool queues = true;  // rows of queues
  bool agents = true;
  bool contacts = true;
  bool events = true;
  CustomerData data = CustomerData::Without;
  std::vector<QueueRef> only;  // sorted; empty = every queue
  Duration interval{};         // between updates; 0 = each delta by itself

  bool wants(QueueRef queue) const;
  // An event about no queue concerns everybody.
  bool wants(const EventSubjects& subjects) const;

  friend bool operator==(const WatchFilter&, const WatchFilter&) = default;
};

// Refuses a kind that is none, a queue that does not exist and an interval out of range. Two equal requests
// give equal filters, so that a message can be made once for both.
std::optional<Refusal> to_filter(const v1::WatchRequest& request, const State& state, WatchFilter& filter);

}  // namespace cordboard
