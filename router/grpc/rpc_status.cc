#include "router/grpc/rpc_status.h"

#include <chrono>
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
            "the inbox is full; try again in " + std::to_string(kRetryDelayMs) + " ms",
            std::chrono::milliseconds(kRetryDelayMs)};
  }
  return {v1::RejectionDetail::SHUTTING_DOWN, "this router takes no more requests; reconnect"};
}

grpc::Status refuse(grpc::CallbackServerContext& context, Admission admission) {
  return refuse(context, to_refusal(admission));
}

grpc::Status refuse(grpc::CallbackServerContext& context, const Refusal& refusal) {
  if (refusal.retry_delay > Duration::zero()) {
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(refusal.retry_delay);
    context.AddTrailingMetadata("grpc-retry-pushback-ms", std::to_string(wait.count()));
  }
  return to_status(refusal);
}

}  // namespace cordboard
