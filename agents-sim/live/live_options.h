// What the command line says about a live run, and the plan that follows from it and from the router's
// configuration.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "agents-sim/live/live_plan.h"
#include "agents-sim/live/recorded_calls.h"
#include "agents-sim/proxy/faulty_proxy.h"
#include "router/core/config.h"

namespace CLI {
class App;
}

namespace cordboard::sim {

struct LiveOptions {
  std::string target;
  std::string tenant;
  std::string gateway = "cordboard-sim";
  std::size_t agents = 100;
  double rate = 10;              // contacts a second of the plan
  std::string duration = "60s";  // real time
  double speed = 1;
  std::uint64_t seed = 1;
  std::uint32_t sessions = 0;  // 0: by the number of agents
  std::string give_up_after = "60s";
  std::string arrivals;  // path; empty: random arrivals
  double from_s = 0;
  double to_s = 1e12;
  std::string handle_time;  // distributions; empty: a default that keeps agents about 70 % busy
  std::string wrap_up;
  std::string patience = "never";
  std::string answer_delay = "0s";
  std::string notice_after = "10s";
  std::string pause = "30s";
  double decline = 0;
  double no_answer = 0;
  double pause_probability = 0;
  double transfer = 0;                 // share of the contacts that are handed on to another queue
  double repeat = 0;                   // share of the requests that are sent twice
  std::optional<std::uint64_t> proxy;  // seed of a FaultyProxy between the clients and the router
  double proxy_life_ms = 3'000;
  bool json = false;
};

// nullptr without LiveOptions::proxy. It leads nowhere yet.
std::unique_ptr<FaultyProxy> make_proxy(const LiveOptions& options);

// All that does not say where the router is.
void add_live_options(CLI::App& command, LiveOptions& options);

struct LivePlanResult {
  std::optional<LivePlan> plan;
  RecordedCalls recorded;             // with LiveOptions::arrivals
  std::vector<std::string> messages;  // errors when there is no plan, else warnings
};

LivePlanResult make_live_plan(const LiveOptions& options, const TenantConfig& config);

}  // namespace cordboard::sim
