// What edges hand to a RouterLoop, and what they get back.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "router/core/command.h"
#include "router/core/engine.h"
#include "router/core/types.h"
#include "router/loop/unique_function.h"
#include "router/store/store.h"

namespace cordboard {

// The answer to one request.
struct Answer {
  Outcome outcome;
  // The log sequence of the command; of the last command before it when it was rejected or repeated. All
  // answers and events of a tenant are explained by the order of their revisions.
  std::uint64_t revision = 0;
  Time at;  // when the engine took it
};

// Called at most once, on the loop's thread, in log order, when everything the answer depends on is
// durable. It must be quick and must not throw. Destroyed without a call when the log fails first.
using Reply = UniqueFunction<void(const Answer&)>;

// Lets something out that was made of what a query saw; empty when there is nothing. Same rules as Reply.
using Release = UniqueFunction<void()>;

// Looks at the engine on the loop's thread. `revision` is the log sequence of the newest command in it.
using EngineQuery = UniqueFunction<Release(const Engine& engine, std::uint64_t revision)>;

// One stream of an agent: a later stream has a larger number, chosen by the edge, unique in the process.
// 0 for calls that come without a stream.
using AgentSession = std::uint64_t;

struct Request {
  CommandBody body;
  std::string request_id{};  // see Command
  Reply reply{};             // may be empty
  AgentSession session = 0;  // Login: the stream that watches over the agent from now on
  std::string roles{};       // of whoever asks, for the audit trail: see AuditRecord
  // ApplyConfig: the text it was read from and where it came from, kept as a version in the store. Its number
  // is given by the loop.
  std::string config_text{};
  std::string config_source = kAppliedSource;
  // Set by the loop: customers' data in `body` are sealed, under this key if there were any.
  bool sealed = false;
  std::optional<KeyBytes> key{};
};

// Whether a RouterLoop took something.
enum class Admission : std::uint8_t {
  Admitted,
  Overloaded,   // the inbox is full: try again later; nothing was done
  Unavailable,  // stopping, or the log failed: try another router or later; nothing was done
};

}  // namespace cordboard
