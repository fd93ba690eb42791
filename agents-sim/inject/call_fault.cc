#include "agents-sim/inject/call_fault.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <fstream>

#include "agents-sim/inject/call_tracer.h"
#include "agents-sim/inject/system_calls.h"

namespace cordboard::sim {
namespace {

std::string problem(const char* what) { return std::string(what) + ": " + std::strerror(errno); }

// The kernel stops the program at these calls, and at no others.
bool stop_at_file_calls() {
  std::vector<sock_filter> filter = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
  for (const SystemCall& call : file_calls()) {
    filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call.number), 0, 1));
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE));
  }
  filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

// The tracer is nobody's child, so that the program does not find one that it does not know.
[[noreturn]] void trace_in_background(const CallFault& fault, pid_t program, int say) {
  if (fork() != 0) _exit(0);
  setsid();
  const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, fd);
  CallTracer tracer(fault, program);
  const std::string seized = tracer.seize();
  const std::string word = seized.empty() ? "ok" : seized;
  if (write(say, word.data(), word.size()) < 0) _exit(1);
  close(say);
  if (!seized.empty()) _exit(1);
  tracer.run();
  _exit(0);
}

// What is wrong, or empty: this process is traced.
std::string be_traced(const CallFault& fault) {
  if (!can_refuse_calls()) return "not for this kind of processor";
  prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
  int told[2];
  if (pipe2(told, O_CLOEXEC) != 0) return problem("pipe");
  const pid_t program = getpid();
  const pid_t middle = fork();
  if (middle < 0) return problem("fork");
  if (middle == 0) trace_in_background(fault, program, told[1]);
  close(told[1]);
  waitpid(middle, nullptr, 0);
  std::string word;
  std::array<char, 256> buffer;
  for (ssize_t got; (got = read(told[0], buffer.data(), buffer.size())) > 0;) {
    word.append(buffer.data(), static_cast<std::size_t>(got));
  }
  close(told[0]);
  if (word != "ok") return word.empty() ? "the tracer has ended" : word;
  return stop_at_file_calls() ? std::string() : problem("seccomp");
}

}  // namespace

std::string run_with_fault(const CallFault& fault, std::vector<std::string> words) {
  std::string traced = be_traced(fault);
  if (!traced.empty()) return traced;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  return problem(arguments[0]);
}

// Tries it with a process that does nothing.
std::string why_no_faults() {
  int told[2];
  if (pipe2(told, O_CLOEXEC) != 0) return problem("pipe");
  const pid_t tried = fork();
  if (tried < 0) return problem("fork");
  if (tried == 0) {
    const std::string traced = be_traced({});
    _exit(write(told[1], traced.data(), traced.size()) < 0 ? 1 : 0);
  }
  close(told[1]);
  std::array<char, 256> buffer;
  const ssize_t got = read(told[0], buffer.data(), buffer.size());
  close(told[0]);
  waitpid(tried, nullptr, 0);
  return got > 0 ? std::string(buffer.data(), static_cast<std::size_t>(got)) : std::string();
}

std::vector<std::string> words_to_inject(const std::string& sim, const CallFault& fault) {
  std::vector<std::string> words = {sim,       "inject",    "--under", fault.under,
                                    "--calls", fault.calls, "--at",    std::to_string(fault.at)};
  if (fault.error != 0) words.insert(words.end(), {"--error", strerrorname_np(fault.error)});
  if (fault.for_ever) words.emplace_back("--for-ever");
  if (!fault.report.empty()) words.insert(words.end(), {"--report", fault.report});
  words.emplace_back("--");
  return words;
}

std::optional<CallReport> read_call_report(const std::string& path) {
  std::ifstream in(path);
  CallReport report;
  if (!(in >> report.calls >> report.reached >> report.ended_after_us)) return std::nullopt;
  in >> report.call >> report.file;
  return report;
}

}  // namespace cordboard::sim
