// The requests of one message of an agents' session, and their replies.
//
// Answered in two steps where the reply shows the engine's state: when the commands are durable a look at
// the engine follows, which attaches the agents that logged in and reads their rows.
//
// Taken in parts where a request is for an agent whose login is undecided: it and what is behind it wait
// until everything before is answered, because a refused login gives no say. Usually there is one part.

#pragma once

#include <google/protobuf/arena.h>

#include <memory>
#include <vector>

#include "cordboard/v1/agent_session.pb.h"
#include "router/codec/api_errors.h"
#include "router/grpc/reply_order.h"
#include "router/loop/router_loop.h"

namespace cordboard {

class AgentSessionStream;
enum class Say : std::uint8_t;  // agent_session.h
class AgentBatch final : public ReplyBatch, public std::enable_shared_from_this<AgentBatch> {
 public:
  explicit AgentBatch(std::shared_ptr<AgentSessionStream> session);

  // ---- The thread that reads ----
  v1::AgentSessionRequest& message() { return *message_; }
  // The commands of the next part. On the loop's thread for all but the first.
  std::vector<Request> take_part();
  // Sends them to the loop; without any, looks at once. An empty part only waits for its turn.
  void send(std::vector<Request>&& commands);

  // ---- The loop's thread ----
  void go_on() override;
  void encode(std::uint64_t revision, Fragments& out) override;

 private:
  struct Reply {
    std::uint64_t revision = 0;
    Time at;
    bool repeated = false;
    bool claimed = false;                      // a login that the session has to settle
    AgentRef attached;                         // by that; it may have gone elsewhere since
    v1::RejectionDetail* rejection = nullptr;  // these three in arena_
    v1::Agent* row = nullptr;
    v1::HeartbeatResponse* heartbeat = nullptr;
  };
  void take(const v1::HeartbeatRequest& heartbeat, Reply& reply);
  bool refuse_at_edge(const v1::AgentRequest& request, Say say, CommandBody& body, Reply& reply);
  Request to_request(std::size_t index, CommandBody&& body);
  // Nothing of the part was taken: it and the rest are refused for this reason.
  void refuse_rest(const Refusal& refusal);
  void reject(Reply& reply, const Refusal& refusal);
  void answer(std::size_t index, const Answer& answer);
  void look_again();
  // Everything that the part asks of the engine's state; the result sends the replies.
  RouterLoop::Release look(const Engine& engine, std::uint64_t revision);
  void look_for_login(const State& state, std::uint64_t revision, const v1::LoginRequest& login,
                      Reply& reply);
  void look_for_heartbeat(const State& state, const v1::HeartbeatRequest& heartbeat, Reply& reply);
  void settle();
  bool is_ours(const Reply& login) const;
  void finish();
  void write_reply(const v1::AgentRequest& request, const Reply& reply, WireWriter& out) const;

  std::shared_ptr<AgentSessionStream> session_;
  google::protobuf::Arena arena_;
  v1::AgentSessionRequest* message_;
  std::vector<Reply> replies_;
  // The part: the requests from begin_ to end_.
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool under_way_ = false;  // it is not answered
  std::size_t waiting_ = 0;
  bool needs_look_ = false;
  bool look_refused_ = false;  // the router stops
};

}  // namespace cordboard
