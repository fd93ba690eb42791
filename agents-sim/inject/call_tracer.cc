#include "agents-sim/inject/call_tracer.h"

#include <sys/ptrace.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <fstream>

namespace cordboard::sim {
namespace {

void* as_data(int value) { return reinterpret_cast<void*>(static_cast<std::intptr_t>(value)); }

bool has_ended(const siginfo_t& info) {
  return info.si_code == CLD_EXITED || info.si_code == CLD_KILLED || info.si_code == CLD_DUMPED;
}

bool is_stop_signal(int signal) {
  return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

}  // namespace

std::string CallTracer::seize() const {
  constexpr int kOptions = PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                           PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL;
  if (ptrace(PTRACE_SEIZE, program_, nullptr, as_data(kOptions)) == 0) return {};
  return std::string("ptrace: ") + std::strerror(errno);
}

// The end of the program is looked at before it is taken, so that the report is there when its parent learns
// of it.
void CallTracer::run() {
  while (true) {
    siginfo_t info{};
    if (waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WNOWAIT | __WALL) != 0) {
      if (errno == EINTR) continue;
      return;
    }
    const pid_t thread = info.si_pid;
    if (thread == program_ && has_ended(info)) write_report(true);
    int status = 0;
    if (waitpid(thread, &status, __WALL) == thread && WIFSTOPPED(status)) stopped(thread, status);
  }
}

void CallTracer::stopped(pid_t thread, int status) {
  const int event = status >> 16;
  const int signal = WSTOPSIG(status);
  if (event == PTRACE_EVENT_SECCOMP && !at_call(thread)) return;
  if (event == PTRACE_EVENT_STOP && is_stop_signal(signal)) {
    ptrace(PTRACE_LISTEN, thread, nullptr, nullptr);  // stopped by somebody, and stays so
    return;
  }
  ptrace(PTRACE_CONT, thread, nullptr, as_data(event == 0 ? signal : 0));
}

bool CallTracer::is_under(const std::string& file) const {
  return file.starts_with(fault_.under) &&
         (file.size() == fault_.under.size() || file[fault_.under.size()] == '/' || fault_.under.empty());
}

bool CallTracer::at_call(pid_t thread) {
  std::optional<PendingCall> call = pending_call(thread);
  if (!call || !is_selected(*call->call, fault_.calls) || !is_under(call->file)) return true;
  ++calls_;
  const bool first = calls_ == fault_.at;
  const bool later = fault_.for_ever && fault_.at > 0 && calls_ > fault_.at;
  if (!first && !later) return true;
  if (first) {
    reached_ = std::move(*call);
    reached_at_ = std::chrono::steady_clock::now();
    write_report(false);
  }
  if (fault_.error != 0) {
    if (!refuse_call(thread, fault_.error)) kill(program_, SIGKILL);
    return true;
  }
  kill(program_, SIGKILL);
  return false;
}

void CallTracer::write_report(bool has_ended) const {
  if (fault_.report.empty()) return;
  const bool reached = reached_.call != nullptr;
  std::int64_t ended_after_us = -1;
  if (has_ended && reached) {
    const auto took = std::chrono::steady_clock::now() - reached_at_;
    ended_after_us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  }
  std::ofstream out(fault_.report, std::ios::trunc);
  out << calls_ << ' ' << reached << ' ' << ended_after_us;
  if (reached) out << ' ' << reached_.call->name << ' ' << reached_.file.substr(reached_.file.rfind('/') + 1);
  out << '\n';
}

}  // namespace cordboard::sim
