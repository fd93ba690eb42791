// How the router and a tenant are, and how near the limits. For the loop's thread.

#pragma once

#include "cordboard/v1/supervisor_service.pb.h"
#include "router/core/engine.h"
#include "router/core/state.h"
#include "router/grpc/tenant_edge.h"

namespace cordboard {

// The time of a row that is asked for: now, which is never before the newest command.
Time row_time(const TenantEdge& tenant, const State& state);

void fill_status(const TenantEdge& tenant, const State& state, v1::GetStatusResponse* status);
void fill_digest(const Engine& engine, std::uint64_t revision, v1::GetDigestResponse* digest);

}  // namespace cordboard
