// Answers SupervisorService.Explain. For the loop's thread.

#pragma once

#include <grpcpp/support/status.h>

#include "cordboard/v1/explain.pb.h"
#include "router/core/state.h"

namespace cordboard {

// Fills what was asked for, as of `now`, or says why there is nothing to explain.
grpc::Status explain_request(const State& state, Time now, const v1::ExplainRequest& asked,
                             v1::ExplainResponse* response);

}  // namespace cordboard
