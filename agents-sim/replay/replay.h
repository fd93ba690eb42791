// Plays a recording again with the real engine, and sets what happens beside what happened.
//
// Arrivals, queues and handling times are the recorded ones; patience is that of patience_model.h; agents
// work as staffing_model.h finds. Callers whose priority is not recorded because they did not wait get one as
// often as those who waited in the same queue have it. Everything that is drawn is drawn by the call's number
// in the recording, anew for each replication.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agents-sim/replay/patience_model.h"
#include "agents-sim/replay/recording.h"
#include "agents-sim/replay/staffing_model.h"
#include "agents-sim/scenario/scenario.h"
#include "agents-sim/virtual/wait_forecasts.h"
#include "router/config/diagnostics.h"

namespace cordboard::sim {

// The router that takes the calls, and what their recorded priorities mean to it.
struct ReplayConfig {
  TenantConfig router;
  std::map<std::int32_t, std::int32_t> priorities;  // recorded -> submitted; others are submitted with 0
};

struct ReplayConfigResult {
  std::optional<ReplayConfig> config;  // absent when there is an error
  Diagnostics diagnostics;
};

ReplayConfigResult load_replay_config(const std::string& path);
ReplayConfigResult parse_replay_config(std::string text, std::string source_name);

// The queues of the recording that the router does not have.
std::vector<std::string> missing_queues(const Recording& recording, const TenantConfig& router);

struct ReplayScenario {
  Scenario scenario;
  // The call of each contact, by stream and number.
  std::vector<std::vector<std::uint32_t>> calls;
};

// REQUIRES: no queue is missing.
ReplayScenario replay_scenario(const Recording& recording, const PatienceModel& patience,
                               const StaffingModel& staffing, const ReplayConfig& config, std::uint64_t seed,
                               std::uint64_t replication);

// What happened to some calls.
struct CallTally {
  std::uint64_t calls = 0;
  std::uint64_t waited = 0;  // half a second or more: recordings know whole seconds
  std::uint64_t abandoned = 0;
  std::uint64_t wait_us = 0;

  void add(Duration wait, bool left);
};

// A class of calls: recorded once, simulated in each replication.
struct ReplayRow {
  std::string kind;  // all, queue, hours or day
  std::string name;
  CallTally recorded;
  std::vector<CallTally> simulated;
};

struct ReplayResults {
  std::vector<ReplayRow> rows;
  WaitForecasts forecasts{0};       // of all replications; by `queues`
  std::vector<std::string> queues;  // of the router
  std::uint64_t commands = 0;
  std::string problem;  // what made a run worthless; else empty
};

struct ReplayOptions {
  std::uint64_t seed = 1;
  std::uint32_t replications = 10;
  bool forecast_waits = false;  // ask for the expected wait of every call that has to wait
};

ReplayResults replay(const Recording& recording, const PatienceModel& patience, const StaffingModel& staffing,
                     const ReplayConfig& config, const ReplayOptions& options);

}  // namespace cordboard::sim
