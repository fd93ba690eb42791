// A session of agents: of one desktop, or of a server that speaks for thousands.
//
// An agent belongs to the session on which it logged in last, from that login on until it logs in elsewhere,
// is not heard of for too long, is logged out, or the session ends. Only for its own agents may a session ask
// anything but a login; what it asks for an agent whose login here is undecided waits for the decision.

#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "cordboard/v1/agent_session.pb.h"
#include "router/codec/api_requests.h"
#include "router/grpc/agent_feed.h"
#include "router/grpc/session_stream.h"

namespace cordboard {

// May a session ask something for an agent?
enum class Say : std::uint8_t { No, Undecided, Yes };

class AgentSessionStream final : public SessionStream, public AgentSink {
 public:
  AgentSessionStream(const Caller& caller, grpc::CallbackServerContext& context);

  AgentSession number() const { return number_; }
  TenantEdge& tenant() { return tenant_; }
  const Caller& caller() const { return caller_; }

  // ---- Any thread ----
  // The agent's login is on its way. Each claim is settled once: the agent's notices come here now, or the
  // login came to nothing.
  void claim(std::string_view agent);
  void settle(std::string_view agent, bool attached);
  // Whether it may ask something for the agent; when it may, the agent is alive, whatever comes of the
  // request.
  Say hear(std::string_view agent);
  // The agents named, or all of them, are alive.
  void heard(const v1::HeartbeatRequest& heartbeat);

  // ---- AgentSink; the loop's thread ----
  void stage(std::uint64_t revision, std::string_view notice, Counted counted) override;
  void detached(const std::string& agent, v1::AgentDetached::Reason reason) override;
  bool flush(std::uint64_t released) override { return SessionStream::flush(released); }
  using SessionStream::flush;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  struct Owned {
    Time told;  // when the loop was last told that the agent is alive
    std::uint32_t claims = 0;
    bool attached = false;
  };

  bool on_message(grpc::ByteBuffer& message) override;
  // Whether the loop has to be told again that the agent is alive. REQUIRES: mutex_ is held.
  bool is_due(Owned& owned, Time now) const;
  void on_loop_end() override;
  void lose_logins(const v1::AgentSessionRequest& message);
  void lose_agents();

  const AgentSession number_;
  const Duration report_after_;  // how often the loop is told that an agent is alive
  std::mutex mutex_;
  // Guarded by mutex_.
  std::unordered_map<std::string, Owned, Hash, std::equal_to<>> agents_;
  std::size_t attached_ = 0;  // of these
};

// Whether a heartbeat names too many agents.
Refused check_size(const v1::HeartbeatRequest& heartbeat);

// A number for a login without a stream, later than every session so far.
AgentSession next_agent_session();

}  // namespace cordboard
