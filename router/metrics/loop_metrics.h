// The metrics of a tenant's routing thread, its log and its streams.

#pragma once

#include "router/grpc/edge_options.h"
#include "router/loop/stats.h"
#include "router/metrics/family_set.h"

namespace cordboard {

// Counted by the loop.
void add_loop_metrics(const LoopStats& stats, const Labels& labels, FamilySet& families);
// What can be read at any time, also while the disk hangs.
void add_loop_gauges(const LoopGauges& gauges, const Labels& labels, FamilySet& families);
void add_stream_metrics(const EdgeCounters& edge, const Labels& labels, FamilySet& families);

}  // namespace cordboard
