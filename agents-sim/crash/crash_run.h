// Kills a router of its own again and again while a live run goes on, and starts it again on the same data.
//
// Every kill is SIGKILL at a random moment (seeded) after the router said it is ready. The run goes on
// through all of them and is drained and audited at the end. With a backlog, that many contacts are submitted
// first, agents stay away until the last kill is over, and every kill finds all of them waiting.
//
// Or the first lives of the router each end at a system call of their own (agents-sim/inject), also while it
// starts or ends. It is then started once more, until a life has no such end.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agents-sim/base/random.h"
#include "agents-sim/clients/connection.h"
#include "agents-sim/clients/event_loop.h"
#include "agents-sim/inject/call_fault.h"
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
  std::vector<CallFault> faults;  // by life; instead of the kills above. Where and reports: the run says
};

// A life of the router that ended at its call.
struct EndedLife {
  CallReport report;
  int exit_code = 0;  // 0: it was killed
};

class CrashRun {
 public:
  // `directory` takes the router's data and log.
  CrashRun(EventLoop& loop, CrashOptions options, const std::string& directory);

  // Runs the loop until all is over. What went wrong, or empty.
  std::string run();
  void interrupt();

  std::uint32_t kills() const { return kills_; }
  // What became of the faults, by life; nullopt for lives that did not come.
  std::optional<CallReport> report_of(std::size_t life) const { return read_call_report(report_file(life)); }
  const std::vector<EndedLife>& ended_lives() const { return ended_lives_; }
  const Latency& restart_to_ready() const { return restart_to_ready_; }
  // From `ready` until every agent was logged in again; where the next kill came first, it is not counted.
  const Latency& ready_to_agents() const { return ready_to_agents_; }
  const FaultyProxy* proxy() const { return proxy_.get(); }
  // nullptr when it never came so far.
  const LiveRun* live() const { return live_.get(); }
  const RecordedCalls& recorded() const { return recorded_; }

 private:
  void on_ready(const ReadyLine& ready, Duration took);
  void on_over(const std::string& why);
  std::optional<std::string> start_router();
  bool was_asked_for(int status);
  std::string stop_router();
  std::string report_file(std::size_t life) const;
  std::string begin(const ReadyLine& ready);
  std::string way_to(const ReadyLine& ready);
  void expect_agents();
  void watch_agents();
  LivePlan backlog_plan(LivePlan plan) const;
  void watch_backlog();
  void go_on();
  void plan_kill();
  void kill();
  void fail(const std::string& why);

  EventLoop& loop_;
  const CrashOptions options_;
  const std::string directory_;
  RandomStream random_;
  ChildRouter router_;
  std::unique_ptr<FaultyProxy> proxy_;
  std::unique_ptr<Connection> connection_;
  RecordedCalls recorded_;
  std::unique_ptr<LiveRun> live_;
  std::uint32_t kills_ = 0;
  std::size_t lives_ = 0;
  std::vector<EndedLife> ended_lives_;
  bool stopping_ = false;
  Latency restart_to_ready_;
  Latency ready_to_agents_;
  std::optional<Time> agents_away_since_;
  EventLoop::TimerId next_kill_ = EventLoop::kNoTimer;
  bool backlog_is_there_ = false;
  std::string failure_;
};

}  // namespace cordboard::sim
