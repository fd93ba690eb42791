// Which stream brings an agent its offers and events?
//
// The session on which the agent logged in last, and the Listen stream that was opened last; either, both or
// none. A stream that is replaced, or whose agent is gone, is told so (`detached`) and gets nothing more.
//
// Logins are judged as by Presence, which hears of the same ones in the same order: a login takes the agent,
// a repeated one from an older session only. Otherwise the session that the agent is lost with would not be
// the one on which it listens. A unary login counts as a session of its own, without a stream.
//
// Belongs to the loop's thread.

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "cordboard/v1/agent_session.pb.h"
#include "router/codec/api_events.h"
#include "router/core/event.h"
#include "router/core/state.h"
#include "router/grpc/fragments.h"
#include "router/loop/request.h"

namespace cordboard {

// Logged in and connected: only such an agent can listen.
bool can_listen(const State& state, AgentRef agent);

// A stream on which agents listen.
class AgentSink {
 public:
  virtual ~AgentSink() = default;
  // `notice`: an encoded v1::AgentNotice.
  virtual void stage(std::uint64_t revision, std::string_view notice, Counted counted) = 0;
  // The agent was detached: by another stream, by silence, or by its logout.
  virtual void detached(const std::string& agent, v1::AgentDetached::Reason reason) = 0;
  // Sends what was staged; true when nothing is left.
  virtual bool flush(std::uint64_t released) = 0;

 private:
  friend class AgentFeed;
  bool dirty_ = false;            // is in AgentFeed::dirty_
  std::vector<AgentRef> agents_;  // ever attached; some may have left since
};

class AgentFeed {
 public:
  enum class Place : std::uint8_t { Session, Listen };

  struct Claim {
    AgentRef agent;
    Place place = Place::Session;
    std::uint64_t since = 0;  // the revision of the login, or of the beginning of the Listen
    AgentSession session = 0;
    bool repeated = false;  // a login that changed nothing: it takes the agent from an older session only
  };
  // From the revision after `revision` on the agent's notices go to `sink`; first the offers that are
  // pending. What was in this place before is detached. False when a later claim was faster; then it is the
  // sink that is told so. The agent's row is the caller's to send.
  bool attach(const Claim& claim, const std::shared_ptr<AgentSink>& sink, std::uint64_t revision,
              const State& state);
  // The agent logged in without a stream: it leaves the session it is on. When it is on none, this still
  // keeps an older session from getting it by a repeat.
  void detach_session(const Claim& login, std::uint64_t revision, const State& state);
  // The stream has ended.
  void drop(AgentSink& sink);
  // Is this stream where the agent listens?
  bool is_attached(AgentRef agent, const AgentSink& sink) const;

  // Nobody listens.
  bool idle() const { return attached_ == 0; }
  void stage(std::uint64_t revision, Time at, const State& state, std::span<const EncodedEvent> events);
  void release(std::uint64_t revision);

 private:
  struct Route {
    std::shared_ptr<AgentSink> session;
    std::shared_ptr<AgentSink> listen;
    std::uint64_t session_since = 0;  // the login
    std::uint64_t listen_since = 0;
    AgentSession holder = 0;  // of the latest login, with or without a stream; 0 when its stream has ended
    bool empty() const { return !session && !listen; }
  };

  // Of an agent that somebody listens to.
  Route* find(AgentRef agent);
  Route& route_of(AgentRef agent);
  static bool is_late(const Claim& claim, const Route& route);
  static void note(const Claim& claim, Route& route);
  void stage_notice(const EncodedEvent& event, std::uint64_t revision, Time at, const State& state);
  void stage_in(const std::shared_ptr<AgentSink>& sink, std::uint64_t revision, std::string_view notice,
                Counted counted = Counted::Yes);
  void stage_pending_offers(AgentRef agent, const std::shared_ptr<AgentSink>& sink, std::uint64_t revision,
                            const State& state);
  void stage_detached(const std::shared_ptr<AgentSink>& sink, AgentRef agent,
                      v1::AgentDetached::Reason reason, std::uint64_t revision, Time at, const State& state);
  void detach(std::shared_ptr<AgentSink>& place, AgentRef agent, v1::AgentDetached::Reason reason,
              std::uint64_t revision, Time at, const State& state);
  void follow(AgentRef agent, const Event& event, std::uint64_t revision, Time at, const State& state);

  std::vector<Route> routes_;  // by AgentRef
  std::size_t attached_ = 0;   // places that are taken
  std::vector<std::shared_ptr<AgentSink>> dirty_;
  std::string notice_;  // kept for its memory
};

}  // namespace cordboard
