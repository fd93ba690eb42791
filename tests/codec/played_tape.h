// A random tape, one accepted command at a time: what a Publisher sees.

#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "router/core/engine.h"
#include "router/core/state.h"
#include "tests/support/random_tape.h"

namespace cordboard::testing {

class PlayedTape {
 public:
  explicit PlayedTape(std::uint64_t seed) : writer_(seed) {
    apply({time_from_us(1'000'000), {}, ApplyConfig{1, writer_.config()}});
  }

  // Applies the next command that is accepted.
  void next() {
    for (;;) {
      if (!waiting_) waiting_ = writer_.next(engine_);
      const bool due = engine_.next_deadline() <= waiting_->at;
      if (due && !std::holds_alternative<RouterRestarted>(waiting_->body)) {
        return static_cast<void>(apply({waiting_->at, {}, AdvanceTime{}}));
      }
      if (apply(*std::exchange(waiting_, std::nullopt))) return;
    }
  }

  const State& state() const { return engine_.state(); }
  const Command& command() const { return command_; }
  const std::vector<Event>& events() const { return events_; }

 private:
  bool apply(Command command) {
    command_ = std::move(command);
    events_.clear();
    const Outcome outcome = engine_.apply(command_, events_);
    return outcome.accepted() && !outcome.repeated;
  }

  TapeWriter writer_;
  Engine engine_;
  std::optional<Command> waiting_;  // until what is due before it has been fired
  Command command_;
  std::vector<Event> events_;
};

}  // namespace cordboard::testing
