// Ends a router at its first system call that changes its data, at its second one, at its third, and so on:
// by SIGKILL, or by letting the call fail. Each time with data of its own and a small live load.
//
// The life after that is ended, too, at one of its first calls, so that recoveries are interrupted. The next
// one goes on to the end, where everything is audited. The sweep is over when a router came to its end
// without reaching the call.

#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "agents-sim/base/latency.h"
#include "agents-sim/crash/crash_run.h"

namespace cordboard::sim {

struct CallSweepOptions {
  CrashOptions crash;
  CallFault fault;  // without `at`
  std::uint64_t first = 1;
  std::uint64_t step = 1;
  std::uint64_t last = ~std::uint64_t{0};
};

struct CallSweepResult {
  std::uint64_t runs = 0;
  std::uint64_t calls = 0;  // the last one that was reached
  std::uint64_t killed = 0;
  std::map<int, std::uint64_t> ended;  // by exit code
  std::uint64_t went_on = 0;           // in spite of the failure, and rightly as far as the audit sees
  std::map<std::string, std::uint64_t> by_call;  // "pwrite64 cordboard.db-wal": how often it was the one
  std::uint64_t acknowledged = 0;
  std::uint64_t completed = 0;
  std::uint64_t lost = 0;
  std::uint64_t acknowledged_lost = 0;
  std::uint64_t doubled = 0;
  std::uint64_t violations = 0;
  Latency failure_to_end;  // of those whose call failed
  double elapsed_s = 0;
  std::string failure;   // what went wrong, with the number of the call; the sweep ends there
  std::string findings;  // of the audit
};

// `directory` takes one run's data after the other.
CallSweepResult sweep_calls(const CallSweepOptions& options, const std::string& directory);

}  // namespace cordboard::sim
