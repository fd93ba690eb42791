// KPIs as clients see them.

#pragma once

#include "cordboard/v1/kpi.pb.h"
#include "router/kpi/queue_kpis.h"

namespace cordboard {

// Fills an empty message. What has no value yet stays absent.
void fill_kpis(const QueueKpis& kpis, v1::QueueKpis* to);

}  // namespace cordboard
