// The watch of `top`, on a thread of its own: a screen has to answer keys while it waits for the router.
//
// Holds one state, whatever comes and however slow the screen is.

#pragma once

#include <exception>
#include <mutex>
#include <thread>

#include "ctl/client/watch_feed.h"
#include "ctl/top/top_state.h"

namespace cordboard::ctl {

// Of this machine.
Time clock_time();

class TopFeed {
 public:
  TopFeed(const RouterChoice& choice, const v1::WatchRequest& request);
  ~TopFeed();
  TopFeed(const TopFeed&) = delete;
  TopFeed& operator=(const TopFeed&) = delete;

  // Readable when there is something that take() has not returned yet.
  int descriptor() const { return descriptor_; }
  // What is known by now. Throws what ended the watch.
  TopState take();

 private:
  void run();

  const int descriptor_;
  WatchFeed feed_;
  std::mutex mutex_;  // guards what follows
  TopState state_;
  std::exception_ptr failed_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace cordboard::ctl
