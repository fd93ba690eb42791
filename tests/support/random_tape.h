// A tape of random commands against the real engine, with every rule checked after every command.
//
// The domain is small on purpose (few agents, contacts, skills), so that everything meets everything: late
// answers, foreign offers, repeats, restarts, configuration changes, clock jumps. One seed, one tape.

#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "router/core/command.h"
#include "router/core/engine.h"
#include "router/core/rng.h"
#include "router/core/state.h"
#include "tests/support/preference_check.h"

namespace cordboard::testing {

// The next command of a tape: half of the time something sensible in the state, else anything.
class TapeWriter {
 public:
  explicit TapeWriter(std::uint64_t seed);
  TenantConfig config();
  Command next(const Engine& engine);

 private:
  std::uint64_t draw(std::uint64_t below);
  bool chance(std::uint64_t percent) { return draw(100) < percent; }
  CommandBody body(const Engine& engine);
  CommandBody sensible(const Engine& engine);
  Supervise supervision(const Engine& engine);
  UpdateContact update(Time now);
  SubmitContact submission(Time now);
  // A time around `now`, mostly in the next minute; often none.
  std::optional<Time> later(Time now);
  std::string contact();
  std::string agent();
  std::string customer();
  std::string queue();
  void name_queue(int number, QueueConfig& queue);
  std::string skill();
  std::string requirement();
  std::string long_requirement();
  std::vector<RelaxStep> relaxation();
  EscalationAction action(const std::vector<QueueConfig>& queues);
  std::vector<EscalationRule> ladder(const std::vector<QueueConfig>& queues, std::size_t queue);
  AgentProfile profile();
  std::vector<ChannelConfig> channels();
  QueueHours hours(const std::vector<QueueConfig>& queues, std::size_t queue);
  SetOpeningTimes opening_times(const Engine& engine);
  SetQueueMode queue_mode();

  std::uint64_t seed_;
  Rng rng_;
  std::uint64_t config_version_ = 1;
};

// Applies commands and looks at each: refused means unchanged, accepted means all rules hold, offers went in
// order. Keeps the log for a replay.
class CheckedEngine {
 public:
  // Everything that is wrong, a line for each, or nullopt.
  std::optional<std::string> apply(const Command& command);
  Engine& engine() { return engine_; }
  const std::vector<Command>& log() const { return log_; }
  const std::vector<Event>& events() const { return events_; }
  const Outcome& outcome() const { return outcome_; }  // of the last command

 private:
  using Pair = std::pair<ContactRef, AgentRef>;
  // How wide the requirement of a contact has become.
  struct Widening {
    std::uint64_t sequence;
    ContactRef contact;
    std::uint32_t segment;
    std::uint8_t queue_steps;
    std::uint8_t own_steps;
    std::vector<QueueRef> pools;
  };
  std::set<Pair> kept_apart() const;
  std::vector<Widening> widenings() const;
  std::optional<std::string> check_widening(const std::vector<Widening>& before,
                                            const Command& command) const;
  static bool includes(const WaitPlan& plan, const Widening& old);
  std::optional<std::string> check_skills() const;
  std::optional<std::string> check_answer(const Command& command) const;
  std::optional<std::string> check_order(const std::set<Pair>& apart,
                                         const PreferenceCheck& preferences) const;
  std::optional<std::string> check_offer_ids();
  std::optional<std::string> check_unchanged(std::uint64_t digest, const Outcome& outcome) const;

  Engine engine_;
  OfferId last_offer_;
  Outcome outcome_;
  std::vector<Event> events_;
  std::vector<Command> log_;
};

inline constexpr int kCommandsPerTape = 150;

// Plays a tape; what is wrong with the number of the command, or nullopt. Also replays the log and restores a
// snapshot half-way, and compares digests.
std::optional<std::string> play_tape(std::uint64_t seed, int commands);

}  // namespace cordboard::testing
