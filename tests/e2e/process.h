// A program under test: started, listened to, signalled, waited for. It dies with the test.
//
// Waits are for events (a line, the end) with a long limit; a test that reaches the limit has failed.

#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <vector>

namespace cordboard {

inline constexpr std::chrono::seconds kLongLimit{120};

class Process {
 public:
  // `words`: the program and its arguments; a program without a slash is looked up in the path. `directory`:
  // where it runs; empty = here.
  explicit Process(std::vector<std::string> words, const std::string& directory = {});
  // Kills it when it is still there.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // The next line of its standard output that begins so; nullopt when it ends first, or at the limit.
  std::optional<std::string> wait_for_line(const std::string& beginning);
  void signal(int number) const;
  // Until it has ended: its exit code, or minus the signal that ended it; nullopt at the limit.
  std::optional<int> wait();
  // Whether it left an image of its memory at its end.
  bool left_core() const { return left_core_; }

  pid_t pid() const { return pid_; }
  // All of its standard output and error so far.
  const std::string& output() const { return output_; }
  const std::string& errors() const { return errors_; }

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Reads what there is; false when both streams have ended or the time has come.
  bool read_more(TimePoint until);

  pid_t pid_ = -1;
  bool left_core_ = false;
  int output_fd_ = -1;
  int errors_fd_ = -1;
  std::string output_;
  std::string errors_;
  std::size_t line_start_ = 0;  // of the first line that wait_for_line has not looked at
};

// Runs a program to its end.
struct Finished {
  std::optional<int> code;
  std::string output;
  std::string errors;
};
Finished run(std::vector<std::string> words, const std::string& directory = {});

// The router with its ports chosen by the system, ready to serve.
class RunningRouter {
 public:
  // `more`: further flags. `run_by`: a program, with its arguments, that executes the words after them.
  // `name`: of the router's program.
  RunningRouter(const std::string& config, const std::string& data_dir,
                const std::vector<std::string>& more = {}, std::vector<std::string> run_by = {},
                const std::string& name = "cordboard-router");

  // Empty when it did not get ready; then errors() of the process tell why.
  const std::string& grpc() const { return grpc_; }
  Process& process() { return process_; }

 private:
  Process process_;
  std::string grpc_;
};

// "build/.../bin/NAME"
std::string program(const std::string& name);
std::string example_config(const std::string& name);

}  // namespace cordboard
