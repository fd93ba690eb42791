// How a refusal leaves the gRPC edge. The codes come from the one table in router/codec/reject_table.h.

#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

#include <string>

#include "router/codec/api_errors.h"
#include "router/core/reject_reason.h"
#include "router/loop/request.h"

namespace cordboard {

grpc::Status to_status(const v1::RejectionDetail& detail);
grpc::Status to_status(const Rejection& rejection);
grpc::Status to_status(const Refusal& refusal);

// A message that is not what it should be; `detail` names the field.
Refusal malformed(std::string detail);
// Why the loop did not take something. REQUIRES: not Admitted.
Refusal to_refusal(Admission admission);

// The status of a unary call that the loop did not take; asks the client to wait before it tries again.
grpc::Status refuse(grpc::CallbackServerContext& context, Admission admission);
grpc::Status refuse(grpc::CallbackServerContext& context, const Refusal& refusal);

}  // namespace cordboard
