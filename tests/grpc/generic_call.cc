#include "tests/grpc/generic_call.h"

#include <grpcpp/generic/generic_stub.h>

namespace cordboard::testing {
namespace {

// The next thing that happened; false when it failed.
bool next(grpc::CompletionQueue& queue) {
  void* tag = nullptr;
  bool ok = false;
  return queue.Next(&tag, &ok) && ok;
}

}  // namespace

grpc::Status call_by_name(const std::shared_ptr<grpc::Channel>& channel, const std::string& rpc,
                          grpc::ClientContext& context, const std::string& message) {
  grpc::CompletionQueue queue;
  const auto call = grpc::GenericStub(channel).PrepareCall(&context, "/cordboard.v1." + rpc, &queue);
  const grpc::Slice slice(message);
  grpc::ByteBuffer answer;
  grpc::Status status;
  bool answered = false;
  call->StartCall(nullptr);
  if (next(queue)) {
    call->WriteLast(grpc::ByteBuffer(&slice, 1), {}, nullptr);
    if (next(queue)) {
      call->Read(&answer, nullptr);
      answered = next(queue);
      if (answered) context.TryCancel();
    }
  }
  call->Finish(&status, nullptr);
  next(queue);
  queue.Shutdown();
  return answered ? grpc::Status::OK : status;
}

}  // namespace cordboard::testing
