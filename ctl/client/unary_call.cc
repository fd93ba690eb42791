#include "ctl/client/unary_call.h"

#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>

#include <vector>

namespace cordboard::ctl {

grpc::ByteBuffer to_bytes(const google::protobuf::Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return {&slice, 1};
}

bool from_bytes(const grpc::ByteBuffer& bytes, google::protobuf::Message& message) {
  std::vector<grpc::Slice> slices;
  if (!bytes.Dump(&slices).ok()) return false;
  std::string joined;
  for (const grpc::Slice& slice : slices)
    joined.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return message.ParseFromString(joined);
}

grpc::Status unknown_answer() {
  return {grpc::StatusCode::UNKNOWN, "the answer is not what this version of cordboardctl knows"};
}

grpc::Status unary_call(const std::shared_ptr<grpc::Channel>& channel, grpc::ClientContext& context,
                        const std::string& rpc, const google::protobuf::Message& request,
                        google::protobuf::Message& response) {
  grpc::CompletionQueue queue;
  const auto call = grpc::GenericStub(channel).PrepareUnaryCall(&context, "/cordboard.v1." + rpc,
                                                                to_bytes(request), &queue);
  call->StartCall();
  grpc::ByteBuffer answer;
  grpc::Status status;
  call->Finish(&answer, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  if (status.ok() && !from_bytes(answer, response)) return unknown_answer();
  return status;
}

}  // namespace cordboard::ctl
