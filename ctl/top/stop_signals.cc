#include "ctl/top/stop_signals.h"

#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace cordboard::ctl {

StopSignals::StopSignals() {
  ::sigemptyset(&signals_);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    struct sigaction before {};
    ::sigaction(number, nullptr, &before);
    if (before.sa_handler == SIG_IGN) continue;
    before_.emplace_back(number, before);
    ::sigaddset(&signals_, number);
    // ncurses puts a handler of its own, which ends the program with 1, in the place of the default only.
    struct sigaction nothing {};
    nothing.sa_handler = [](int) {};
    ::sigaction(number, &nothing, nullptr);
  }
  ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  descriptor_ = ::signalfd(-1, &signals_, SFD_CLOEXEC | SFD_NONBLOCK);
}

StopSignals::~StopSignals() {
  ::close(descriptor_);
  for (const auto& [number, before] : before_) ::sigaction(number, &before, nullptr);
  ::pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
}

}  // namespace cordboard::ctl
