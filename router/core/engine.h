// The routing engine of one tenant: a pure, deterministic state machine.
//
//   Engine engine;
//   std::vector<Event> events;
//   Outcome outcome = engine.apply(command, events);
//
// The same commands give the same events, the same digest and the same answers on every machine, with
// every compiler. It reads no clock, starts no thread, does no I/O and never looks at a hash order.
//
// Single-threaded: whoever owns it calls it from one thread at a time (RouterLoop in the router, the
// simulator in tests). Not copyable: it may be large; use snapshot and restore.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "router/core/command.h"
#include "router/core/event.h"
#include "router/core/reject_reason.h"

namespace cordboard {

class PersonalReader;
struct State;

// The answer to one command.
struct Outcome {
  std::optional<Rejection> rejection;  // absent: accepted
  bool repeated = false;  // answered before; this time nothing changed (and nothing needs to be logged)
  OfferId offer{};        // AcceptOffer, DeclineOffer: the offer

  bool accepted() const { return !rejection; }
};

class Engine {
 public:
  // An empty tenant with the default configuration and no queue; the first command is an ApplyConfig.
  Engine();
  ~Engine();
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;

  // Applies one command and appends what happened to `events`. A rejected or repeated command changes
  // nothing and appends nothing, so it needs no log record. After it, no waiting contact and agent with
  // capacity that could be matched are left unmatched.
  // REQUIRES: command.at >= now(), and next_deadline() > command.at unless it is AdvanceTime or
  // RouterRestarted.
  Outcome apply(const Command& command, std::vector<Event>& events);

  // When the next AdvanceTime is needed; kNever when nothing is pending.
  Time next_deadline() const;

  // The time of the last command that was accepted.
  Time now() const;

  // Read access for edges and tests; valid until the next apply.
  const State& state() const;

  // A 64-bit digest of everything that decides future behaviour. Customer data (customer, attributes) is
  // not in it. O(live state).
  std::uint64_t digest() const;

  // The whole state as bytes, and back. The bytes carry a format version; restore answers with an error
  // text (what is wrong, at which byte) and leaves the engine unchanged when it cannot read them.
  std::string snapshot() const;
  std::optional<std::string> restore(std::string_view bytes);

  // What personal_data() asks from now on; it must outlive the engine. nullptr: data is not sealed.
  void set_personal_reader(const PersonalReader* reader);

  // Every rule of the state that is broken, one line each; empty when all is well. O(everything): for tests.
  std::vector<std::string> check_invariants() const;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace cordboard
