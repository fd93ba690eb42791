// The ladder of a queue: how its rules are read, and what they may say about the queues of the tenant.

#pragma once

#include "router/config/schema.h"
#include "router/config/tenant_schema.h"

namespace cordboard {

const Schema<EscalationRule>& escalation_schema();
void read_escalation(const Reader& reader, QueueConfig& queue);

// Of the ladder of one queue, whose mapping is `item`. Warnings only for a tenant without errors.
void check_escalation(const Reader& item, const QueueConfig& queue, const TenantDraft& tenant);
void warn_about_escalation(const Reader& item, const QueueConfig& queue, const TenantDraft& tenant);

}  // namespace cordboard
