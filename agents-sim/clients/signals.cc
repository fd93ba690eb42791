#include "agents-sim/clients/signals.h"

#include <pthread.h>

#include <utility>

namespace cordboard::sim {

Signals::Signals() {
  sigemptyset(&set_);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) sigaddset(&set_, signal);  // SIGUSR1: the end of this
  pthread_sigmask(SIG_BLOCK, &set_, &before_);
}

Signals::~Signals() {
  stop();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Signals::forward(EventLoop& loop, Handler handler) {
  thread_ = std::thread([this, &loop, handler = std::move(handler)] {
    int signal = 0;
    for (int count = 1; sigwait(&set_, &signal) == 0 && signal != SIGUSR1; ++count) {
      loop.post([handler, count] { handler(count); });
    }
  });
}

void Signals::stop() {
  if (!thread_.joinable()) return;
  pthread_kill(thread_.native_handle(), SIGUSR1);
  thread_.join();
}

}  // namespace cordboard::sim
