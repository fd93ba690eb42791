// Several deltas as one: each row once, as the last of them has it, and all events in order.
//
// Applying the result to rows gives what applying the deltas one by one gives. Both arguments live on one
// arena, or all on the heap; the rows are moved, so the deltas have no meaning afterwards.

#pragma once

#include <span>

#include "cordboard/v1/state.pb.h"

namespace cordboard {

// REQUIRES: `deltas` is not empty and ascends by revision; `into` is empty.
void merge_deltas(std::span<v1::Delta* const> deltas, v1::Delta* into);

}  // namespace cordboard
