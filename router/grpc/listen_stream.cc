#include "router/grpc/listen_stream.h"

#include <utility>

#include "router/codec/api_agent.h"
#include "router/codec/api_time.h"
#include "router/core/state.h"

namespace cordboard {
namespace {

std::optional<Rejection> why_not(const State& state, AgentRef agent) {
  if (!agent) return Rejection{RejectReason::UnknownAgent, "no such agent"};
  if (!can_listen(state, agent)) {
    return Rejection{RejectReason::AgentNotLoggedIn, "log in before listening"};
  }
  return std::nullopt;
}

}  // namespace

void ListenStream::begin() {
  const auto self = std::static_pointer_cast<ListenStream>(shared_from_this());
  const Admission admission = tenant_.loop.query(
      [self](const Engine& engine, std::uint64_t revision) { return self->open(engine.state(), revision); });
  if (admission != Admission::Admitted) outbox().close(to_status(to_refusal(admission)));
}

RouterLoop::Release ListenStream::open(const State& state, std::uint64_t revision) {
  if (gone()) return nullptr;
  auto self = std::static_pointer_cast<ListenStream>(shared_from_this());
  const AgentRef agent = state.find_agent(agent_);
  if (const auto refused = why_not(state, agent)) {
    return [self, status = to_status(*refused)] { self->outbox().close(status); };
  }
  v1::AgentNotice notice;
  notice.set_agent_id(agent_);
  notice.set_revision(revision);
  fill_time(state.now, notice.mutable_at());
  fill_agent(state, agent, notice.mutable_agent());
  stage(revision, notice.SerializeAsString(), Counted::No);
  tenant_.publisher.agents().attach({agent, AgentFeed::Place::Listen, revision}, self, revision, state);
  tenant_.publisher.expect(*this);
  tenant_.loop.agent_heard(agent_);
  return [self, revision, &publisher = tenant_.publisher] {
    self->flush(revision);
    publisher.agents().release(publisher.released());  // the stream that was replaced
  };
}

void ListenStream::stage(std::uint64_t revision, std::string_view notice, Counted counted) {
  staged_.add(revision, v1::ListenResponse::kNoticesFieldNumber, notice, counted);
}

void ListenStream::detached(const std::string&, v1::AgentDetached::Reason reason) {
  if (reason == v1::AgentDetached::CONNECTED_ELSEWHERE) {
    outbox().cut(v1::StreamClosedDetail::REPLACED, grpc::ABORTED,
                 "REPLACED: another Listen of this agent was opened");
  }
  ending_ = true;
}

bool ListenStream::flush(std::uint64_t released) {
  scratch_.clear();
  staged_.take_until(released, scratch_);
  outbox().begin_flush();
  outbox().add(scratch_);
  if (ending_ && staged_.empty()) outbox().close(grpc::Status::OK);
  return staged_.empty();
}

// An open stream is as good as a heartbeat.
void ListenStream::on_idle(Time) { tenant_.loop.agent_heard(agent_); }

void ListenStream::on_loop_end() { tenant_.publisher.agents().drop(*this); }

}  // namespace cordboard
