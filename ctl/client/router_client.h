// Asks a router, and turns its refusals into words.
//
// A request that fails throws CommandFailed:
//   NotFound        what it names is not there; a misspelt queue or agent comes with the nearest that is
//   NotAllowed      the caller has not proved who they are, or lacks the role
//   BadConfig       the configuration in it has errors; or the address or a file of the choice is wrong
//   RequestRefused  any other refusal, with its reason
//   Unreachable     no answer: nobody listens there, TLS failed, the connection was cut, the time is up.
//                   Where it may have been done all the same: with the id that makes repeating it safe
// Not thread-safe.

#pragma once

#include <google/protobuf/message.h>

#include <memory>
#include <string>

#include "ctl/client/router_choice.h"

namespace cordboard::ctl {

class RouterClient {
 public:
  explicit RouterClient(RouterChoice choice);
  ~RouterClient();
  RouterClient(const RouterClient&) = delete;
  RouterClient& operator=(const RouterClient&) = delete;

  // `rpc`: "SupervisorService/GetStatus".
  void call(const std::string& rpc, const google::protobuf::Message& request,
            google::protobuf::Message& response);

  const RouterChoice& choice() const { return choice_; }

 private:
  struct Channel;

  RouterChoice choice_;
  std::unique_ptr<Channel> channel_;
};

}  // namespace cordboard::ctl
