// One call of a browser on its way: to gRPC and back.

#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <memory>
#include <mutex>
#include <string>

#include "router/connect/connect_calls.h"
#include "router/connect/connect_error.h"

namespace cordboard {

// What a call begins with.
struct ConnectStart {
  std::shared_ptr<void> under_way;  // given back last
  std::string path;
  std::string input;    // the name of the request's message
  std::string message;  // its bytes
  std::unique_ptr<grpc::ClientContext> context;
  std::shared_ptr<HttpReply> reply;
};

// Passes one request on; nothing else is to be told it.
std::shared_ptr<HttpCall> begin_unary(ByteStub& stub, ConnectStart start);
std::shared_ptr<HttpCall> begin_stream(ByteStub& stub, ConnectStart start);

// The whole answer with an error.
HttpResponse error_response(const ConnectError& error);
// The status, headers, and the end of a stream.
HttpResponse stream_head();
std::string stream_end(const ConnectError* error);

}  // namespace cordboard
