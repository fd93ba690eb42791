// Any rpc by its name, unary or streaming, with the bytes of one message.

#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

namespace cordboard::testing {

// How the call ended. OK also for a stream that sent something and was cancelled then.
grpc::Status call_by_name(const std::shared_ptr<grpc::Channel>& channel, const std::string& rpc,
                          grpc::ClientContext& context, const std::string& message = "");

}  // namespace cordboard::testing
