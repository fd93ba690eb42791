// Which queue gets the next contact of a percentage split?
//
// The one that is furthest below its share. Each target has a credit: with every contact it grows by the
// percentages of the targets that can take it, and the target that then has most, the first listed of equals,
// gets the contact and pays the sum of those percentages. While the same k targets take part, after n
// contacts a target has at most 1 - 1/k contacts more than its share of n, and at most 1/2 + 1/3 + ... + 1/k
// less: under one for two targets and for three.
//
// A target that is removed, drained, closed or full is passed over; its credit stays as it is, so that it
// gets neither a flood nor a drought afterwards. When all are, those closed ones share the contacts that do
// something with them, as their own rules say; without any, the one with most credit is named, and refuses as
// any queue does.

#pragma once

#include <string_view>

#include "router/core/reject_reason.h"
#include "router/core/state.h"

namespace cordboard::splits {

// none() when there is no split of this name.
SplitRef find(const State& state, std::string_view name);

// The queue of the next contact. REQUIRES: the split has targets.
QueueRef next_queue(const State& state, SplitRef split);

// The contact was admitted to the queue that next_queue named.
void take(State& state, SplitRef split);

// What is wrong with the splits of a configuration; nullopt when nothing is.
std::optional<Rejection> check(const TenantConfig& config);

// Takes over the configuration's splits. Counts go on for targets that stay; credits start anew when the
// shares of a split change.
void configure(State& state);

}  // namespace cordboard::splits
