// A router that we start, kill and start again, on ports that the system chooses.
//
// The child's standard output is read for its `ready` line, its standard error goes to a file. The child dies
// with us, whatever happens to us. One that does not get ready in time is killed. Start it from the main
// thread: it is bound to the thread that made it.

#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "agents-sim/clients/event_loop.h"
#include "router/core/types.h"

namespace cordboard::sim {

struct ChildRouterOptions {
  std::string binary;
  std::string config;
  std::string data_dir;
  std::string log_file;  // its standard error is appended here
  Duration ready_within{60'000'000};
  // The folder of the page, which keeps its address when the router is started again; empty = none.
  std::string dashboard{};
};

// Where it listens.
struct ReadyLine {
  std::string grpc;
  std::string http;
  std::string metrics;
};

// Its command line, listening on ports that the system chooses, unless one is given for HTTP.
std::vector<std::string> router_words(const std::string& binary, const std::string& config,
                                      const std::string& data_dir,
                                      const std::string& http_listen = "127.0.0.1:0");

// From "ready grpc=A:P http=A:P metrics=A:P"; nullopt for any other line.
std::optional<ReadyLine> parse_ready_line(const std::string& line);

class ChildRouter {
 public:
  // Both on the loop's thread. Ready: with how long it took from the start. Over: why it is gone although
  // nobody asked for that.
  struct Listener {
    std::function<void(const ReadyLine&, Duration)> on_ready;
    std::function<void(const std::string& why)> on_over;
  };

  ChildRouter(EventLoop& loop, ChildRouterOptions options, Listener listener);
  // Kills the child if there is one.
  ~ChildRouter();
  ChildRouter(const ChildRouter&) = delete;
  ChildRouter& operator=(const ChildRouter&) = delete;

  // What is wrong when it cannot be started at all. `run_by`: a program, with its arguments, that becomes the
  // router. REQUIRES: none is running.
  std::optional<std::string> start(std::vector<std::string> run_by = {});
  bool is_running() const { return pid_ > 0; }

  // SIGKILL; gone when it returns.
  void kill();
  // SIGTERM; waits up to `limit`, then SIGKILL. The wait status, as of waitpid.
  int terminate(Duration limit);

  // How the last one ended, as of waitpid.
  int last_status() const { return last_status_; }

  // The last lines of its standard error.
  std::string log_tail() const;

 private:
  void read_output(int fd, std::uint64_t start_number, Time started_at);
  void give_up();
  int reap();

  EventLoop& loop_;
  const ChildRouterOptions options_;
  const Listener listener_;
  std::string http_listen_ = "127.0.0.1:0";
  pid_t pid_ = -1;
  int last_status_ = 0;
  std::uint64_t starts_ = 0;  // tells what belongs to a child that is gone
  EventLoop::TimerId ready_limit_ = EventLoop::kNoTimer;
  std::thread reader_;
};

}  // namespace cordboard::sim
