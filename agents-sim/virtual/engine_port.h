// Feeds commands to one Engine in virtual time.
//
// Keeps one command object of each kind and fills it in place, so that a command costs no allocation. Counts
// commands; with checks on, tests every invariant of the engine after each of them and remembers the first
// that broke, with the number of the command. The events of the last command are in events().

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "router/core/engine.h"

namespace cordboard::sim {

class EnginePort {
 public:
  explicit EnginePort(bool check_invariants) : check_invariants_(check_invariants) {}

  const Engine& engine() const { return engine_; }
  const std::vector<Event>& events() const { return events_; }
  std::uint64_t commands() const { return commands_; }
  // The first broken invariant; empty when all is well.
  const std::string& violation() const { return violation_; }

  // Applies a command of the caller's own.
  Outcome apply(Command& command, Time now);

  Outcome configure(Time now, const TenantConfig& config);
  Outcome login(Time now, const std::string& agent, const AgentProfile* profile, bool ready);
  Outcome logout(Time now, const std::string& agent);
  Outcome set_ready(Time now, const std::string& agent);
  Outcome set_not_ready(Time now, const std::string& agent, const std::string& reason);
  Outcome disconnect(Time now, const std::string& agent);
  Outcome accept(Time now, const std::string& agent, OfferId offer);
  Outcome decline(Time now, const std::string& agent, OfferId offer);
  Outcome finish_wrap_up(Time now, const std::string& agent, const std::string& contact);
  Outcome end(Time now, const std::string& contact);
  Outcome transfer(Time now, const std::string& contact, const std::string& agent, const std::string& queue);
  Outcome connect_gateway(Time now, const std::string& gateway);
  Outcome request_callback(Time now, const std::string& contact);
  Outcome connect_callback(Time now, const std::string& contact, std::uint32_t attempt);
  Outcome fail_callback(Time now, const std::string& contact, std::uint32_t attempt);
  Outcome advance(Time now);
  // Midnight of the run's first day in real time, as calendars count.
  void begin_at(Time midnight) { begins_at_ = midnight; }
  // When calendars open and close; see opening.h.
  Outcome tell_opening_times(Time now);

 private:
  void check();

  Engine engine_;
  std::vector<Event> events_;
  std::uint64_t commands_ = 0;
  bool check_invariants_;
  std::string violation_;
  Time begins_at_;

  Command accept_{{}, {}, AcceptOffer{}};
  Command decline_{{}, {}, DeclineOffer{}};
  Command finish_{{}, {}, FinishWrapUp{}};
  Command end_{{}, {}, EndContact{}};
  Command transfer_{{}, {}, TransferContact{}};
  Command advance_{{}, {}, AdvanceTime{}};
};

}  // namespace cordboard::sim
