// Stands for a router that does what a real one does seldom: an older one, a newer one, one that is cut off.

#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace cordboard::testing {

class AnsweringRouter : private grpc::CallbackGenericService {
 public:
  // To one call, whichever it is.
  struct Answer {
    std::vector<grpc::ByteBuffer> messages;
    grpc::Status status = grpc::Status::OK;
    bool never = false;  // after the messages nothing comes until the client gives up
  };

  using Answers = std::vector<Answer>;

  // To one call after the other; the last one to all further ones.
  explicit AnsweringRouter(Answers answers);
  ~AnsweringRouter() override;

  const std::string& address() const { return address_; }

 private:
  class Reactor;

  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* context) override;

  const Answers answers_;
  std::atomic<std::size_t> calls_ = 0;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

grpc::ByteBuffer encoded(const google::protobuf::Message& message);

}  // namespace cordboard::testing
