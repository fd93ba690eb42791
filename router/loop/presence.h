// Who is there? Decides when an agent or a gateway is connected or disconnected; the engine is told only
// of that, so heartbeats are never logged.
//
// An agent is watched from its login on and lost when nothing was heard of it for longer than the timeout,
// or when the stream that watches over it closes. That is the stream of its latest login, new or old; the end
// of any other means nothing. A gateway is connected while it has a session.
//
// Every agent has the same timeout, so the order of last being heard is the order of deadlines: a list,
// each step O(1). Belongs to the loop's thread; after a restart it is empty, as is the engine.

#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "router/core/types.h"
#include "router/loop/request.h"

namespace cordboard {

class Presence {
 public:
  explicit Presence(Duration heartbeat_timeout) : heartbeat_timeout_(heartbeat_timeout) {}

  // ---- Agents; times never go back ----

  // Begins the watch, or continues it; this stream watches over the agent from now on.
  void watch(std::string_view agent, AgentSession session, Time now);
  void forget(std::string_view agent);
  // Nothing happens when the agent is not watched. A stream newer than the one that watches takes the watch
  // over: a login that was repeated there. 0 is none.
  void heard(std::string_view agent, AgentSession session, Time now);
  // True when this was the stream that watched over the agent: it is forgotten, and to be disconnected.
  bool lost(std::string_view agent, AgentSession session);

  // When the next agent will have been silent for too long; kNever when nobody is watched.
  Time next_deadline() const;
  // One agent that has been silent for too long by `now`; it is forgotten, and to be disconnected.
  std::optional<std::string> take_silent(Time now);
  // Heartbeats were dropped because of us: everybody gets a whole timeout from now.
  void excuse_all(Time now);

  std::size_t watched() const { return heard_.size(); }

  // ---- Gateways ----

  // True with the first session of a gateway: it is to be connected.
  bool opened(std::string_view gateway);
  // True when the last session is gone: it is to be disconnected. Without a session nothing happens.
  bool closed(std::string_view gateway);

 private:
  struct Watched {
    std::string agent;
    AgentSession session;
    Time last_heard;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  template <class Value>
  using ByName = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;  // never iterated

  void refresh(std::list<Watched>::iterator watched, AgentSession session, Time now);

  const Duration heartbeat_timeout_;
  Time excused_until_;        // nobody is silent before
  std::list<Watched> heard_;  // longest ago first
  ByName<std::list<Watched>::iterator> agents_;
  ByName<std::uint64_t> sessions_;  // open ones by gateway, > 0
};

}  // namespace cordboard
