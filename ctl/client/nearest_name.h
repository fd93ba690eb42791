// Was a queue or an agent that is not there misspelt?

#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <string>

namespace cordboard::ctl {

using Ask = std::function<grpc::Status(const std::string& rpc, const google::protobuf::Message& request,
                                       google::protobuf::Message& response)>;
// "did you mean sales?" when the request names a queue or an agent that is not there, and one with nearly
// the same name is. Asks the router for the names; empty when it does not tell.
std::string did_you_mean_of(const grpc::Status& status, const google::protobuf::Message& request,
                            const Ask& ask);

}  // namespace cordboard::ctl
