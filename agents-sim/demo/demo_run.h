// The demo: a router of its own on a temporary directory, a busy hour at 60 times its speed, a live table, a
// kill -9 in the middle, a report and an audit.

#pragma once

#include <memory>
#include <string>

#include "agents-sim/clients/connection.h"
#include "agents-sim/clients/event_loop.h"
#include "agents-sim/clients/watch_client.h"
#include "agents-sim/demo/demo_screen.h"
#include "agents-sim/live/child_router.h"
#include "agents-sim/live/live_run.h"
#include "router/core/config.h"

namespace cordboard::sim {

struct DemoOptions {
  std::string router;
  std::string config;
  std::string dashboard;  // the folder of the supervisors' page; empty = none
  double seconds = 60;    // real time
  double speed = 60;
  std::size_t agents = 0;  // 0: those that the configuration declares, or 120
  std::uint64_t seed = 1;
  bool crash = true;
};

class DemoRun {
 public:
  DemoRun(EventLoop& loop, DemoOptions options, const TenantConfig& config, const std::string& directory);

  // Runs the loop until all is over, and prints the report. What went wrong, or empty.
  std::string run();
  // The first time: no more arrivals. Then: at once.
  void interrupt(int count);

 private:
  void on_ready(const ReadyLine& ready, Duration took);
  void begin(const ReadyLine& ready);
  void refresh();
  void plan_crash();
  void crash();
  void over();
  void fail(const std::string& why);
  std::string finish();
  std::string_view phase_text() const;
  std::vector<v1::Queue> final_queues() const;

  EventLoop& loop_;
  const DemoOptions options_;
  LivePlan plan_;
  ChildRouter router_;
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<LiveRun> live_;
  std::unique_ptr<WatchClient> watch_;
  DemoScreen screen_;
  Time killed_at_{};
  bool crashed_ = false;
  bool is_over_ = false;
  std::string failure_;
};

}  // namespace cordboard::sim
