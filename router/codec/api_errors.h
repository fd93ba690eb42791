// Why a request was refused, as clients see it: in a reply on a stream, or in the status of a unary call.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cordboard/v1/error.pb.h"
#include "router/codec/reject_table.h"
#include "router/core/reject_reason.h"
#include "router/core/types.h"

namespace cordboard {

// A detail may quote a name that the client sent. It goes into the trailers of a call three times, and gRPC
// drops a call's status when its trailers are larger than 8 KiB.
inline constexpr std::size_t kMaxDetailBytes = 512;

// A refusal by an edge or by the conversion of a request, before the engine saw it.
struct Refusal {
  v1::RejectionDetail::Reason reason;
  std::string detail;      // for people; no customer data
  Duration retry_delay{};  // > 0: worth trying again after it
};

void fill_rejection(const Rejection& rejection, v1::RejectionDetail* detail);
void fill_rejection(const Refusal& refusal, v1::RejectionDetail* detail);

// The message of a unary call's status: the reason's name, and what the detail says.
std::string status_message(const v1::RejectionDetail& detail);

// The bytes of the trailer `grpc-status-details-bin`: a google.rpc.Status around one detail.
std::string status_details(const v1::RejectionDetail& detail);
std::string status_details(int code, std::string_view message, const v1::StreamClosedDetail& detail);

}  // namespace cordboard
