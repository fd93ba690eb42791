#include "ctl/top/top_feed.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>

namespace cordboard::ctl {

Time clock_time() {
  using namespace std::chrono;
  return time_from_us(duration_cast<microseconds>(system_clock::now().time_since_epoch()).count());
}

TopFeed::TopFeed(const RouterChoice& choice, const v1::WatchRequest& request)
    : descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      feed_(choice, request,
            [this](const std::string& why) {
              const std::lock_guard lock(mutex_);
              state_.cut(why);
              ::eventfd_write(descriptor_, 1);
            }),
      thread_([this] { run(); }) {}

TopFeed::~TopFeed() {
  feed_.stop();
  thread_.join();
  ::close(descriptor_);
}

TopState TopFeed::take() {
  eventfd_t times = 0;
  ::eventfd_read(descriptor_, &times);
  const std::lock_guard lock(mutex_);
  if (failed_) std::rethrow_exception(failed_);
  return state_;
}

void TopFeed::run() {
  try {
    for (v1::WatchResponse response; feed_.next(response);) {
      const std::lock_guard lock(mutex_);
      state_.apply(response, clock_time());
      ::eventfd_write(descriptor_, 1);
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    failed_ = std::current_exception();
    ::eventfd_write(descriptor_, 1);
  }
}

}  // namespace cordboard::ctl
