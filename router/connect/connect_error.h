// Errors as the Connect protocol tells them: connectrpc.com/docs/protocol.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cordboard {

// Numbers as gRPC has them, 1 to 16.
enum class ConnectCode : int {
  Canceled = 1,
  Unknown,
  InvalidArgument,
  DeadlineExceeded,
  NotFound,
  AlreadyExists,
  PermissionDenied,
  ResourceExhausted,
  FailedPrecondition,
  Aborted,
  OutOfRange,
  Unimplemented,
  Internal,
  Unavailable,
  DataLoss,
  Unauthenticated,
};
// Unknown for numbers that are none of them.
ConnectCode connect_code(int grpc_code);
std::string_view name_of(ConnectCode code);  // "invalid_argument"
unsigned http_status_of(ConnectCode code);

struct ConnectDetail {
  std::string type;   // "cordboard.v1.RejectionDetail"
  std::string bytes;  // the message
};

struct ConnectError {
  ConnectCode code = ConnectCode::Unknown;
  std::string message;
  std::vector<ConnectDetail> details = {};
  // An answer of HTTP, also to a stream; 0: by the code, and a stream tells it at its end.
  unsigned http_status = 0;
};

// The body of an answer to a unary call.
std::string error_json(const ConnectError& error);
// The message that ends a stream; nullptr: all is well.
std::string end_of_stream_json(const ConnectError* error);

}  // namespace cordboard
