#include "router/grpc/agent_batch.h"

#include <boost/asio/post.hpp>
#include <utility>

#include "router/codec/api_agent.h"
#include "router/codec/api_errors.h"
#include "router/codec/api_events.h"
#include "router/codec/api_requests.h"
#include "router/core/state.h"
#include "router/grpc/agent_session.h"
#include "router/grpc/gate.h"
#include "router/grpc/tenant_publisher.h"

namespace cordboard {
namespace {

template <class Message>
Message* make(google::protobuf::Arena& arena) {
  return google::protobuf::Arena::CreateMessage<Message>(&arena);
}

}  // namespace

AgentBatch::AgentBatch(std::shared_ptr<AgentSessionStream> session)
    : session_(std::move(session)), message_(make<v1::AgentSessionRequest>(arena_)) {}

// ---- Requests ----

std::vector<Request> AgentBatch::take_part() {
  replies_.resize(static_cast<std::size_t>(message_->requests_size()));
  std::vector<Request> commands;
  commands.reserve(replies_.size() - end_);
  needs_look_ = false;
  under_way_ = true;
  for (begin_ = end_; end_ < replies_.size(); ++end_) {
    const v1::AgentRequest& request = message_->requests(static_cast<int>(end_));
    if (request.has_heartbeat()) {
      take(request.heartbeat(), replies_[end_]);
      continue;
    }
    const Say say = request.has_login() ? Say::Yes : session_->hear(agent_id_of(request));
    if (say == Say::Undecided) break;
    CommandBody body;
    if (refuse_at_edge(request, say, body, replies_[end_])) continue;
    commands.push_back(to_request(end_, std::move(body)));
  }
  waiting_ = commands.size();
  mark_taken(end_ == replies_.size());
  return commands;
}

void AgentBatch::take(const v1::HeartbeatRequest& heartbeat, Reply& reply) {
  if (const Refused refused = check_size(heartbeat)) return reject(reply, *refused);
  session_->heard(heartbeat);
  needs_look_ = true;
}

Request AgentBatch::to_request(std::size_t index, CommandBody&& body) {
  const v1::AgentRequest& request = message_->requests(static_cast<int>(index));
  Request command;
  command.body = std::move(body);
  command.request_id = request_id_of(request);
  command.session = request.has_login() ? session_->number() : 0;
  command.reply = [self = shared_from_this(), index](const Answer& given) { self->answer(index, given); };
  return command;
}

void AgentBatch::send(std::vector<Request>&& commands) {
  if (begin_ == end_ || (commands.empty() && !needs_look_)) {
    // The first request waits, or all were refused. The login may have been decided before the batch was in
    // the order, so that somebody has to see whether it is time.
    return boost::asio::post(session_->tenant().io, [self = shared_from_this()] { self->finish(); });
  }
  RouterLoop& loop = session_->tenant().loop;
  const auto look_now = [self = shared_from_this()](const Engine& engine, std::uint64_t revision) {
    return self->look(engine, revision);
  };
  const Admission admission = commands.empty() ? loop.query(look_now) : loop.submit(std::move(commands));
  if (admission == Admission::Admitted) return;
  boost::asio::post(session_->tenant().io,
                    [self = shared_from_this(), admission] { self->refuse_rest(to_refusal(admission)); });
}

bool AgentBatch::refuse_at_edge(const v1::AgentRequest& request, Say say, CommandBody& body, Reply& reply) {
  if (const Refused refused = to_command(request, body)) {
    reject(reply, *refused);
    return true;
  }
  if (request.has_login() && !session_->caller().speaks_for(agent_id_of(request))) {
    reject(reply, unknown_agent());
    return true;
  }
  if (!request.has_login() && say == Say::No) {
    reject(reply, {v1::RejectionDetail::AGENT_NOT_LOGGED_IN,
                   "the agent is not logged in on this session; log in here first"});
    return true;
  }
  if (const Refused refused = session_->caller().intake(class_of(body))) {
    reject(reply, *refused);
    return true;
  }
  if (request.has_login()) {
    session_->claim(agent_id_of(request));
    reply.claimed = true;
    needs_look_ = true;
  }
  return false;
}

void AgentBatch::reject(Reply& reply, const Refusal& refusal) {
  reply.rejection = make<v1::RejectionDetail>(arena_);
  fill_rejection(refusal, reply.rejection);
}

void AgentBatch::refuse_rest(const Refusal& refusal) {
  end_ = replies_.size();
  mark_taken(true);
  for (std::size_t i = begin_; i < end_; ++i) {
    if (replies_[i].rejection == nullptr) reject(replies_[i], refusal);
  }
  finish();
}

// ---- Answers ----

void AgentBatch::answer(std::size_t index, const Answer& given) {
  Reply& reply = replies_[index];
  reply.revision = given.revision;
  reply.at = given.at;
  reply.repeated = given.outcome.repeated;
  if (given.outcome.rejection) {
    reply.rejection = make<v1::RejectionDetail>(arena_);
    fill_rejection(*given.outcome.rejection, reply.rejection);
  } else if (!reply.repeated || reply.claimed) {  // a repeated login may attach or detach the agent
    mark_revision(given.revision);
  }
  if (--waiting_ == 0) needs_look_ ? look_again() : finish();
}

void AgentBatch::look_again() {
  const Admission admission = session_->tenant().loop.query_always(
      [self = shared_from_this()](const Engine& engine, std::uint64_t revision) {
        return self->look(engine, revision);
      });
  if (admission == Admission::Admitted) return;
  // The router stops. The logins are durable, so they are answered as that.
  look_refused_ = true;
  for (std::size_t i = begin_; i < end_; ++i) {
    const bool heartbeat = message_->requests(static_cast<int>(i)).has_heartbeat();
    if (heartbeat && replies_[i].rejection == nullptr) reject(replies_[i], to_refusal(admission));
  }
  finish();
}

RouterLoop::Release AgentBatch::look(const Engine& engine, std::uint64_t revision) {
  for (std::size_t i = begin_; i < end_; ++i) {
    const v1::AgentRequest& request = message_->requests(static_cast<int>(i));
    if (replies_[i].rejection != nullptr) continue;
    if (request.has_login()) look_for_login(engine.state(), revision, request.login(), replies_[i]);
    if (request.has_heartbeat()) look_for_heartbeat(engine.state(), request.heartbeat(), replies_[i]);
  }
  return [self = shared_from_this()] { self->finish(); };
}

void AgentBatch::look_for_login(const State& state, std::uint64_t revision, const v1::LoginRequest& login,
                                Reply& reply) {
  const AgentRef agent = state.find_agent(login.agent_id());
  if (!agent) return;
  reply.row = make<v1::Agent>(arena_);
  fill_agent(state, agent, reply.row);
  // It may have logged in elsewhere, or out, since.
  if (session_->gone() || !can_listen(state, agent)) return;
  const AgentFeed::Claim claim{agent, AgentFeed::Place::Session, reply.revision, session_->number(),
                               reply.repeated};
  AgentFeed& feed = session_->tenant().publisher.agents();
  if (feed.attach(claim, session_, revision, state)) reply.attached = agent;
}

void AgentBatch::look_for_heartbeat(const State& state, const v1::HeartbeatRequest& heartbeat, Reply& reply) {
  reply.heartbeat = make<v1::HeartbeatResponse>(arena_);
  const AgentFeed& feed = session_->tenant().publisher.agents();
  for (const std::string& id : heartbeat.agent_ids()) {
    const AgentRef agent = state.find_agent(id);
    const bool ours = can_listen(state, agent) && feed.is_attached(agent, *session_);
    if (!ours) reply.heartbeat->add_not_connected_agent_ids(id);
  }
}

void AgentBatch::settle() {
  for (std::size_t i = begin_; i < end_; ++i) {
    if (!replies_[i].claimed) continue;
    session_->settle(message_->requests(static_cast<int>(i)).login().agent_id(), is_ours(replies_[i]));
  }
}

// What another session's look took between ours and its release is not ours any more. At a stop nobody looks:
// the session has a say, so that what waited for it is told of the stop by the loop.
bool AgentBatch::is_ours(const Reply& login) const {
  if (look_refused_) return login.rejection == nullptr;
  return login.attached && session_->tenant().publisher.agents().is_attached(login.attached, *session_);
}

// The part is answered.
void AgentBatch::finish() {
  settle();
  const bool looked = needs_look_;
  under_way_ = false;
  if (taken()) mark_complete();
  session_->flush();
  TenantPublisher& publisher = session_->tenant().publisher;
  if (looked) publisher.agents().release(publisher.released());  // those who were detached by this
}

void AgentBatch::go_on() {
  if (!under_way_ && !taken()) send(take_part());
}

// ---- Replies ----

void AgentBatch::encode(std::uint64_t revision, Fragments& out) {
  for (std::size_t i = 0; i < replies_.size(); ++i) {
    out.add(revision, v1::AgentSessionResponse::kResponsesFieldNumber, [&](WireWriter& writer) {
      writer.message(v1::AgentResponse::kReplyFieldNumber,
                     [&] { write_reply(message_->requests(static_cast<int>(i)), replies_[i], writer); });
    });
  }
}

void AgentBatch::write_reply(const v1::AgentRequest& request, const Reply& reply, WireWriter& out) const {
  using v1::AgentReply;
  out.number(AgentReply::kTagFieldNumber, request.tag());
  out.text(AgentReply::kRequestIdFieldNumber, request_id_of(request));
  out.text(AgentReply::kAgentIdFieldNumber, agent_id_of(request));
  if (reply.rejection != nullptr) {
    out.message(AgentReply::kRejectionFieldNumber, *reply.rejection);
  } else if (reply.heartbeat != nullptr) {
    out.message(AgentReply::kHeartbeatFieldNumber, *reply.heartbeat);
  } else if (request.has_login()) {
    const EdgeOptions& options = session_->tenant().options;
    out.message(AgentReply::kLoginFieldNumber, [&] {
      write_receipt(v1::LoginResponse::kReceiptFieldNumber, reply.revision, reply.at, reply.repeated, out);
      if (reply.row != nullptr) out.message(v1::LoginResponse::kAgentFieldNumber, *reply.row);
      out.duration(v1::LoginResponse::kHeartbeatIntervalFieldNumber, options.heartbeat_interval());
      out.duration(v1::LoginResponse::kHeartbeatTimeoutFieldNumber, options.heartbeat_timeout);
    });
  } else {
    write_receipt(AgentReply::kOkFieldNumber, reply.revision, reply.at, reply.repeated, out);
  }
}

}  // namespace cordboard
