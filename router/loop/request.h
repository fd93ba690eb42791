// What edges hand to a RouterLoop, and what they get back.

#pragma once

#include <cstdint>
#include <string>

#include "router/core/command.h"
#include "router/core/engine.h"
#include "router/core/types.h"
#include "router/loop/unique_function.h"

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

struct Request {
  CommandBody body;
  std::string request_id;  // see Command
  Reply reply;             // may be empty
  // With ApplyConfig: the text the configuration was read from, kept as a version in the store.
  std::string config_text;
};

// Whether a RouterLoop took something.
enum class Admission : std::uint8_t {
  Admitted,
  Overloaded,   // the inbox is full: try again later; nothing was done
  Unavailable,  // stopping, or the log failed: try another router or later; nothing was done
};

}  // namespace cordboard
