#include "tests/ctl/answering_router.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <utility>

#include "ctl/client/unary_call.h"

namespace cordboard::testing {

class AnsweringRouter::Reactor : public grpc::ServerGenericBidiReactor {
 public:
  explicit Reactor(const Answer& answer) : answer_(answer) { StartRead(&request_); }

 private:
  void OnReadDone(bool ok) override { go_on(ok); }
  void OnWriteDone(bool ok) override { go_on(ok); }
  void OnCancel() override {
    if (answer_.never) Finish(grpc::Status::CANCELLED);
  }
  void OnDone() override { delete this; }

  void go_on(bool ok) {
    if (ok && next_ < answer_.messages.size()) return StartWrite(&answer_.messages[next_++]);
    if (!answer_.never) Finish(answer_.status);
  }

  const Answer& answer_;
  grpc::ByteBuffer request_;
  std::size_t next_ = 0;
};

AnsweringRouter::AnsweringRouter(Answers answers) : answers_(std::move(answers)) {
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterCallbackGenericService(this);
  server_ = builder.BuildAndStart();
  address_ = "127.0.0.1:" + std::to_string(port);
}

AnsweringRouter::~AnsweringRouter() { server_->Shutdown(); }

grpc::ServerGenericBidiReactor* AnsweringRouter::CreateReactor(grpc::GenericCallbackServerContext*) {
  return new Reactor(answers_[std::min(calls_.fetch_add(1), answers_.size() - 1)]);
}

grpc::ByteBuffer encoded(const google::protobuf::Message& message) { return ctl::to_bytes(message); }

}  // namespace cordboard::testing
