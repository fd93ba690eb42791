// Follows all threads of one process from call to call, and does at the one that is meant what is asked for.
//
// Belongs to one thread of one process, which does nothing else: ptrace is bound to it.

#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "agents-sim/inject/call_fault.h"
#include "agents-sim/inject/system_calls.h"

namespace cordboard::sim {

class CallTracer {
 public:
  CallTracer(const CallFault& fault, pid_t program) : fault_(fault), program_(program) {}

  // What is wrong, or empty. It runs on.
  std::string seize() const;
  // Until it has ended.
  void run();

 private:
  void stopped(pid_t thread, int status);
  // True when the thread may go on.
  bool at_call(pid_t thread);
  bool is_under(const std::string& file) const;
  void write_report(bool has_ended) const;

  const CallFault& fault_;
  const pid_t program_;
  std::uint64_t calls_ = 0;
  PendingCall reached_;
  std::chrono::steady_clock::time_point reached_at_{};
};

}  // namespace cordboard::sim
