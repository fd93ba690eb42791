// Kills a router of its own again and again while a live run goes on, and starts it again on the same data.
//
// Every kill is SIGKILL at a random moment (seeded) after the router said it is ready. The run goes on
// through all of them and is drained and audited at the end. With a backlog, that many contacts are submitted
// first, agents stay away until the last kill is over, and every kill finds all of them waiting.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agents-sim/base/random.h"
#include "agents-sim/clients/connection.h"
#include "agents-sim/clients/event_loop.h"
#include "agents-sim/live/child_router.h"
#include "agents-sim/live/live_options.h"
#include "agents-sim/live/live_run.h"

namespace cordboard::sim {

struct CrashOptions {
  LiveOptions live;
  std::string router;
  std::string config;
  std::uint32_t kills = 200;
  double mean_gap_ms = 300;  // from ready to the next kill: uniform between 0 and twice this
  std::uint32_t backlog = 0;
};

class CrashRun {
 public:
  // `directory` takes the router's data and log.
  CrashRun(EventLoop& loop, CrashOptions options, const std::string& directory);

  // Runs the loop until all is over. What went wrong, or empty.
  std::string run();
  void interrupt();

  std::uint32_t kills() const { return kills_; }
  const Latency& restart_to_ready() const { return restart_to_ready_; }
  // nullptr when it never came so far.
  const LiveRun* live() const { return live_.get(); }
  const RecordedCalls& recorded() const { return recorded_; }

 private:
  void on_ready(const ReadyLine& ready, Duration took);
  std::string begin();
  LivePlan backlog_plan(LivePlan plan) const;
  void watch_backlog();
  void go_on();
  void plan_kill();
  void kill();
  void fail(const std::string& why);

  EventLoop& loop_;
  const CrashOptions options_;
  RandomStream random_;
  ChildRouter router_;
  std::unique_ptr<Connection> connection_;
  RecordedCalls recorded_;
  std::unique_ptr<LiveRun> live_;
  std::uint32_t kills_ = 0;
  Latency restart_to_ready_;
  EventLoop::TimerId next_kill_ = EventLoop::kNoTimer;
  bool backlog_is_there_ = false;
  std::string failure_;
};

}  // namespace cordboard::sim
