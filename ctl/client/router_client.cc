#include "ctl/client/router_client.h"

#include <grpcpp/generic/generic_stub.h>

#include <chrono>
#include <utility>

#include "ctl/client/credentials.h"
#include "ctl/client/nearest_name.h"
#include "ctl/client/refusal_text.h"
#include "ctl/client/unary_call.h"

namespace cordboard::ctl {
namespace {

// What was sent may have been done: only the same id makes a repetition safe.
std::string how_to_repeat(const grpc::Status& status, const google::protobuf::Message& request) {
  const auto* const field = request.GetDescriptor()->FindFieldByName("request_id");
  if (field == nullptr || !answer_was_lost(status)) return {};
  const std::string id = request.GetReflection()->GetString(request, field);
  return id.empty() ? id : "it may have been done; to be sure, repeat it with --request-id " + id;
}

}  // namespace

struct RouterClient::Channel {
  std::shared_ptr<grpc::Channel> channel;
};

RouterClient::RouterClient(RouterChoice choice)
    : choice_(std::move(choice)), channel_(new Channel{open_channel(choice_)}) {}

RouterClient::~RouterClient() = default;

void RouterClient::call(const std::string& rpc, const google::protobuf::Message& request,
                        google::protobuf::Message& response) {
  const auto ask = [&](const std::string& name, const google::protobuf::Message& asked,
                       google::protobuf::Message& answer) {
    grpc::ClientContext context;
    add_metadata(choice_, context);
    context.set_deadline(std::chrono::system_clock::now() + choice_.timeout);
    return unary_call(channel_->channel, context, name, asked, answer);
  };
  const grpc::Status status = ask(rpc, request, response);
  if (status.ok()) return;
  const std::string hint = did_you_mean_of(status, request, ask);
  throw failure_of(status, choice_, hint.empty() ? how_to_repeat(status, request) : hint);
}

}  // namespace cordboard::ctl
