// One rpc by its name, so that no command needs the generated stubs.

#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <string>

namespace cordboard::ctl {

grpc::ByteBuffer to_bytes(const google::protobuf::Message& message);
// False when they are no such message.
bool from_bytes(const grpc::ByteBuffer& bytes, google::protobuf::Message& message);
// How a call ends whose answer is no such message.
grpc::Status unknown_answer();

grpc::Status unary_call(const std::shared_ptr<grpc::Channel>& channel, grpc::ClientContext& context,
                        const std::string& rpc, const google::protobuf::Message& request,
                        google::protobuf::Message& response);

}  // namespace cordboard::ctl
