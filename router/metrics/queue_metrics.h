// The metrics of queues and agents, from a copy of the tenant.

#pragma once

#include "router/metrics/family_set.h"
#include "router/metrics/tenant_copy.h"

namespace cordboard {

void add_queue_metrics(const TenantCopy& tenant, const Labels& labels, FamilySet& families);
void add_split_metrics(const TenantCopy& tenant, const Labels& labels, FamilySet& families);
void add_agent_metrics(const TenantCopy& tenant, const Labels& labels, FamilySet& families);

}  // namespace cordboard
