// SIGINT and SIGTERM as tasks of an event loop.

#pragma once

#include <csignal>
#include <functional>
#include <thread>

#include "agents-sim/clients/event_loop.h"

namespace cordboard::sim {

// Make it before any other thread: the signals are blocked in those started later.
class Signals {
 public:
  // With the number of signals so far, on the loop's thread.
  using Handler = std::function<void(int)>;

  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // The loop must outlive this, or stay until stop().
  void forward(EventLoop& loop, Handler handler);
  void stop();

 private:
  sigset_t set_{};
  sigset_t before_{};
  std::thread thread_;
};

}  // namespace cordboard::sim
