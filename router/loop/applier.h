// Applies requests to an Engine and gathers what must be written and what may be seen afterwards.
//
//   begin(now); apply(...); look(...); ... ; LogBatch batch = end();
//
// One time stamp for everything between begin and end. An accepted command gets the next sequence, goes
// into the batch and to the publishers; a rejected or repeated one changed nothing and needs no record. Its
// answer still waits for the commands before it, because it tells something about them.
//
// Belongs to the loop's thread.

#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "router/core/engine.h"
#include "router/loop/event_gate.h"
#include "router/loop/history_recorder.h"
#include "router/loop/log_writer.h"
#include "router/loop/request.h"
#include "router/loop/stats.h"
#include "router/privacy/key_table.h"

namespace cordboard {

class Applier {
 public:
  Applier(Engine engine, std::uint64_t last_sequence, HistoryRecorder history, KeyTable& keys,
          EventGate& gate)
      : engine_(std::move(engine)),
        last_sequence_(last_sequence),
        history_(std::move(history)),
        keys_(keys),
        gate_(gate) {
    engine_.set_personal_reader(&keys);
  }

  // Starts a batch at `now`, or at the engine's time when that is later, and fires what is due.
  void begin(Time now);

  struct Applied {
    const Command& command;  // as applied; valid until the next apply
    Outcome outcome;
  };
  // The reply, if any, is held in the gate.
  Applied apply(Request&& request);
  // Answers at this place in the order without asking the engine.
  void refuse(Request&& request, Rejection rejection);
  // Answers as accepted, at this place in the order, without a command.
  void answer(Reply&& reply);
  void look(EngineQuery& query);

  // The records of this batch; may have none.
  LogBatch end();

  Time at() const { return at_; }  // of the batch
  std::uint64_t last_sequence() const { return last_sequence_; }
  const Engine& engine() const { return engine_; }
  // What this class counts of it; the rest is zero.
  const LoopStats& stats() const { return stats_; }

 private:
  void advance_if_due();
  Outcome apply_command();
  void record(Request&& request);
  void count(const Outcome& outcome);

  Engine engine_;
  std::uint64_t last_sequence_;
  HistoryRecorder history_;
  KeyTable& keys_;
  EventGate& gate_;

  Time at_;
  std::uint64_t commands_ = 0;  // in this batch
  std::chrono::steady_clock::time_point began_;
  LogBatch batch_;
  Command command_;  // kept for its memory, as is the next
  std::vector<Event> events_;
  LoopStats stats_;
};

}  // namespace cordboard
