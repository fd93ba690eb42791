// The requests of one message of a gateway, and their replies.

#pragma once

#include <google/protobuf/arena.h>

#include <memory>
#include <string_view>
#include <vector>

#include "cordboard/v1/gateway_session.pb.h"
#include "router/codec/api_errors.h"
#include "router/grpc/reply_order.h"
#include "router/loop/router_loop.h"

namespace cordboard {

class SessionStream;
struct Caller;

class GatewayBatch final : public ReplyBatch, public std::enable_shared_from_this<GatewayBatch> {
 public:
  // `session` outlives the batch: it is kept by it.
  explicit GatewayBatch(std::shared_ptr<SessionStream> session);

  // ---- The thread that reads ----
  v1::GatewaySessionRequest& message() { return *message_; }
  // The commands of the requests; what cannot be one is refused here.
  std::vector<Request> to_requests(std::string_view gateway, const Caller& caller);
  // Nothing in it needs the engine: all was refused.
  bool is_refused() const;

  // ---- The loop's thread ----
  // Nothing was taken: every request is refused for this reason.
  void refuse_all(const Refusal& refusal);
  // For a batch without commands.
  void answer_now(std::uint64_t revision, Time at);
  void encode(std::uint64_t revision, Fragments& out) override;

 private:
  struct Reply {
    bool command = false;  // waits for an answer of the engine
    std::uint64_t revision = 0;
    Time at;
    bool repeated = false;
    std::unique_ptr<v1::RejectionDetail> rejection;
  };
  void answer(std::size_t index, const Answer& answer);
  void finish();

  std::shared_ptr<SessionStream> session_;
  google::protobuf::Arena arena_;
  v1::GatewaySessionRequest* message_;
  std::vector<Reply> replies_;
  std::size_t waiting_ = 0;
};

}  // namespace cordboard
