// Contacts at a fixed rate, whatever the router answers: each is submitted, offered, accepted and ended, and
// the agent is free for the next.
//
// One session plays the gateway, which only submits; another one all agents, who accept and end at once. A
// refused submit is a contact that did not get in: nobody repeats it. What is asked for before the warm-up is
// over is not counted.
//
// The contacts are of one queue, which agents without skills can serve and which needs no wrap-up; play it
// against a router that is thrown away.

#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>

#include "agents-sim/base/latency.h"
#include "agents-sim/clients/connection.h"
#include "agents-sim/clients/event_loop.h"
#include "agents-sim/clients/session_stream.h"
#include "cordboard/v1/agent_session.pb.h"
#include "cordboard/v1/gateway_session.pb.h"

namespace cordboard::sim {

struct OpenLoadOptions {
  std::string target;
  std::string tenant;
  std::string queue;
  double rate = 1'000;  // contacts a second
  std::uint32_t agents = 1'000;
  Duration warm_up{2'000'000};    // at the same rate
  Duration duration{10'000'000};  // after it
};

// The answers to requests of one kind.
struct AnswerTally {
  std::uint64_t done = 0;
  std::uint64_t shed = 0;                        // OVERLOADED, RATE_LIMITED
  std::uint64_t without_wait = 0;                // of these, not RESOURCE_EXHAUSTED with a time to wait
  std::map<std::string, std::uint64_t> refused;  // otherwise, by reason
  Latency done_after;
  Latency shed_after;

  // `why` is nullptr when it was done.
  void add(const v1::RejectionDetail* why, Duration took);
  std::string json() const;
};

// Belongs to the loop's thread; the loop must outlive it and run until `on_over`.
class OpenLoad final : private TimedSource {
 public:
  OpenLoad(EventLoop& loop, const OpenLoadOptions& options, std::function<void()> on_over);

  // Logs the agents in, and begins.
  void start();

  const AnswerTally& submits() const { return submits_; }
  const AnswerTally& accepts() const { return accepts_; }
  const AnswerTally& ends() const { return ends_; }
  // How late it asked: this client's own delay.
  const Latency& lag() const { return lag_; }
  // Contacts that were asked for, and that came to their end, while it counted.
  std::uint64_t asked_in_time() const { return asked_in_time_; }
  std::uint64_t ended_in_time() const { return ended_in_time_; }
  // Why it gave up; empty when it did not.
  const std::string& failure() const { return failure_; }
  bool is_clean() const;

 private:
  using AgentSession = SessionStream<v1::AgentSessionRequest, v1::AgentSessionResponse>;
  using GatewaySession = SessionStream<v1::GatewaySessionRequest, v1::GatewaySessionResponse>;
  // Told back in the replies.
  enum class Verb : std::uint8_t { Heartbeat, Login, Submit, Accept, End };
  struct Asked {
    Time at;  // a contact's: when it was due, so that this client's own delay is part of what an answer took
    std::string agent;
    std::string contact;
  };
  // A session answers in the order of its requests.
  using Unanswered = std::deque<Asked>;

  Time next_at() const override;
  void run_due(Time now) override;
  void open_gateway();
  void log_in_all();
  void log_in(const std::string& agent);
  void begin();
  void heartbeat();
  void submit(Time due);
  void on_agents(const v1::AgentSessionResponse& message);
  void on_agent_reply(const v1::AgentReply& reply);
  void on_gateway(const v1::GatewaySessionResponse& message);
  void accept(const v1::AgentNotice& notice);
  void end(const Asked& accepted);
  // The oldest of these is answered.
  Asked answered(Unanswered& asked, AnswerTally& tally, const v1::RejectionDetail* why);
  bool counts(Time at) const { return at >= counted_from_ && at < ends_at_; }
  void close_when_done();
  void give_up(const std::string& why);
  void close();
  void closed(const char* whose, const grpc::Status& status);

  EventLoop& loop_;
  const OpenLoadOptions options_;
  const std::function<void()> on_over_;
  const std::string prefix_;  // of the ids of contacts, agents and the gateway
  const Connection connection_;
  AgentSession agents_;
  GatewaySession gateway_;
  std::uint32_t logged_in_ = 0;
  std::uint64_t submitted_ = 0;
  Time started_at_{kNever};
  Time counted_from_{kNever};
  Time ends_at_{kNever};
  bool closing_ = false;
  std::string failure_;
  Unanswered submitting_;
  Unanswered accepting_;
  Unanswered ending_;
  AnswerTally submits_;
  AnswerTally accepts_;
  AnswerTally ends_;
  std::uint64_t asked_in_time_ = 0;
  std::uint64_t ended_in_time_ = 0;
  Latency lag_;
};

}  // namespace cordboard::sim
