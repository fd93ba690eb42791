#include "router/grpc/rpc_status.h"

#include <utility>

#include "router/grpc/edge_options.h"

namespace cordboard {

grpc::Status to_status(const v1::RejectionDetail& detail) {
  return {static_cast<grpc::StatusCode>(detail.code()), status_message(detail), status_details(detail)};
}

grpc::Status to_status(const Rejection& rejection) {
  v1::RejectionDetail detail;
  fill_rejection(rejection, &detail);
  return to_status(detail);
}

grpc::Status to_status(const Refusal& refusal) {
  v1::RejectionDetail detail;
  fill_rejection(refusal, &detail);
  return to_status(detail);
}

Refusal malformed(std::string detail) { return {v1::RejectionDetail::MALFORMED_REQUEST, std::move(detail)}; }

Refusal to_refusal(Admission admission) {
  if (admission == Admission::Overloaded) {
    return {v1::RejectionDetail::OVERLOADED,
            "the inbox is full; try again in " + std::to_string(kRetryDelayMs) + " ms"};
  }
  return {v1::RejectionDetail::SHUTTING_DOWN, "this router takes no more requests; reconnect"};
}

grpc::Status refuse(grpc::CallbackServerContext& context, Admission admission) {
  if (admission == Admission::Overloaded) {
    context.AddTrailingMetadata("grpc-retry-pushback-ms", std::to_string(kRetryDelayMs));
  }
  return to_status(to_refusal(admission));
}

}  // namespace cordboard
