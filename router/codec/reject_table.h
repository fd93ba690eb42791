// What does a client get for each reason to refuse? The one table of it: the gRPC edge answers by it,
// docs/API.md prints it (a test compares), and every reason of the engine has its row.

#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "cordboard/v1/error.pb.h"
#include "router/core/reject_reason.h"

namespace cordboard {

// gRPC status codes, with gRPC's numbers; this library does not link gRPC.
enum class StatusCode : int {
  InvalidArgument = 3,
  NotFound = 5,
  AlreadyExists = 6,
  PermissionDenied = 7,
  ResourceExhausted = 8,
  FailedPrecondition = 9,
  Unavailable = 14,
  Unauthenticated = 16,
};
// As gRPC spells it, for example "INVALID_ARGUMENT".
std::string_view to_string(StatusCode code);

struct RejectRow {
  v1::RejectionDetail::Reason reason;
  std::optional<RejectReason> core;  // absent: only an edge refuses for this reason
  StatusCode code;
  std::string_view meaning;  // one sentence, for docs/API.md
};

// In the order of docs/API.md.
std::span<const RejectRow> reject_table();

const RejectRow& reject_row(RejectReason reason);
// REQUIRES: not REASON_UNSPECIFIED.
const RejectRow& reject_row(v1::RejectionDetail::Reason reason);

}  // namespace cordboard
