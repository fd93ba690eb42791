#include "router/grpc/agent_session.h"

#include <atomic>
#include <utility>
#include <vector>

#include "router/grpc/agent_batch.h"
#include "router/grpc/tenant_publisher.h"

namespace cordboard {

AgentSession next_agent_session() {
  static std::atomic<AgentSession> last{0};
  return last.fetch_add(1) + 1;
}

Refused check_size(const v1::HeartbeatRequest& heartbeat) {
  if (heartbeat.agent_ids_size() <= kMaxHeartbeatAgents) return std::nullopt;
  return malformed("heartbeat: more than " + std::to_string(kMaxHeartbeatAgents) + " agent_ids");
}

AgentSessionStream::AgentSessionStream(const Caller& caller, grpc::CallbackServerContext& context)
    : SessionStream(caller, StreamKind::Agent, context),
      number_(next_agent_session()),
      report_after_(caller.tenant->options.heartbeat_timeout / 10) {}

// ---- Whose session is it ----

void AgentSessionStream::claim(std::string_view agent) {
  const std::lock_guard lock(mutex_);
  Owned& owned = agents_[std::string(agent)];
  ++owned.claims;
  owned.told = tenant_.clock.now();  // the login tells
}

void AgentSessionStream::settle(std::string_view agent, bool attached) {
  const std::lock_guard lock(mutex_);
  const auto found = agents_.find(agent);
  if (found == agents_.end()) return;
  Owned& owned = found->second;
  --owned.claims;
  if (attached && !std::exchange(owned.attached, true)) carries(++attached_);
  if (!owned.attached && owned.claims == 0) agents_.erase(found);
}

void AgentSessionStream::detached(const std::string& agent, v1::AgentDetached::Reason) {
  const std::lock_guard lock(mutex_);
  const auto found = agents_.find(agent);
  if (found == agents_.end()) return;
  if (std::exchange(found->second.attached, false)) --attached_;
  if (found->second.claims == 0) agents_.erase(found);
}

Say AgentSessionStream::hear(std::string_view agent) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = agents_.find(agent);
    if (found == agents_.end()) return Say::No;
    if (!found->second.attached) return Say::Undecided;
    if (!is_due(found->second, tenant_.clock.now())) return Say::Yes;
  }
  tenant_.loop.agent_heard(std::string(agent));
  return Say::Yes;
}

bool AgentSessionStream::is_due(Owned& owned, Time now) const {
  if (now - owned.told < report_after_) return false;
  owned.told = now;
  return true;
}

void AgentSessionStream::heard(const v1::HeartbeatRequest& heartbeat) {
  std::vector<std::string> due;
  const Time now = tenant_.clock.now();
  {
    const std::lock_guard lock(mutex_);
    for (const std::string& agent : heartbeat.agent_ids()) {
      const auto found = agents_.find(agent);
      if (found != agents_.end() && is_due(found->second, now)) due.push_back(agent);
    }
    if (heartbeat.agent_ids_size() == 0) {
      for (auto& [agent, owned] : agents_) {
        if (is_due(owned, now)) due.push_back(agent);
      }
    }
  }
  for (std::string& agent : due) tenant_.loop.agent_heard(std::move(agent));
}

// ---- Requests ----

bool AgentSessionStream::on_message(grpc::ByteBuffer& bytes) {
  const auto self = std::static_pointer_cast<AgentSessionStream>(shared_from_this());
  auto batch = std::make_shared<AgentBatch>(self);
  v1::AgentSessionRequest& message = batch->message();
  if (!parse(bytes, message)) {
    outbox().close(to_status(malformed("the message is not an AgentSessionRequest")));
    return false;
  }
  if (message.requests_size() > kMaxRequestsPerMessage) {
    outbox().close(to_status(
        malformed("more than " + std::to_string(kMaxRequestsPerMessage) + " requests in a message")));
    return false;
  }
  if (message.requests_size() == 0) return true;
  std::vector<Request> requests = batch->take_part();
  order().add(batch);
  batch->send(std::move(requests));
  if (gone()) lose_logins(batch->message());
  return true;
}

// ---- What the agents are told ----

void AgentSessionStream::stage(std::uint64_t revision, std::string_view notice, Counted counted) {
  order().stage(
      revision, v1::AgentSessionResponse::kResponsesFieldNumber,
      [&](WireWriter& out) { out.message(v1::AgentResponse::kNoticeFieldNumber, notice); }, counted);
}

void AgentSessionStream::on_loop_end() {
  SessionStream::on_loop_end();
  tenant_.publisher.agents().drop(*this);
  lose_agents();
}

// The session ended meanwhile; what it lost then may have been told before these logins were sent.
void AgentSessionStream::lose_logins(const v1::AgentSessionRequest& message) {
  lose_agents();
  for (const v1::AgentRequest& request : message.requests()) {
    if (request.has_login()) tenant_.loop.agent_lost(request.login().agent_id(), number_);
  }
}

void AgentSessionStream::lose_agents() {
  decltype(agents_) lost;
  {
    const std::lock_guard lock(mutex_);
    lost.swap(agents_);
    attached_ = 0;
  }
  for (const auto& [agent, owned] : lost) tenant_.loop.agent_lost(agent, number_);
}

}  // namespace cordboard
