// Lists with filters and pages. For the loop's thread.
//
// A page token names where the next page begins: the position of a queue or an agent, or the submission
// sequence of a contact. So it stays valid while things change; pages of different revisions may repeat or
// miss what changed between them.

#pragma once

#include <grpcpp/support/status.h>

#include <cstddef>

#include "cordboard/v1/supervisor_service.pb.h"
#include "router/core/state.h"

namespace cordboard {

inline constexpr int kMaxPageSize = 1'000;
// A page ends early at about this size, so that clients may keep gRPC's usual limit of 4 MiB.
inline constexpr std::size_t kMaxPageBytes = 1u << 20;

grpc::Status list_queues(const State& state, Time now, const v1::ListQueuesRequest& request,
                         v1::ListQueuesResponse* response);
grpc::Status list_agents(const State& state, const v1::ListAgentsRequest& request,
                         v1::ListAgentsResponse* response);
// O(contacts known) for each page, whatever its size.
grpc::Status list_contacts(const State& state, Time now, const v1::ListContactsRequest& request,
                           v1::ListContactsResponse* response);

}  // namespace cordboard
