// A watch that goes on: resumes by itself when its stream is cut, from the revision that was complete.
//
// A first connection that fails throws CommandFailed, and so does a refusal that no repetition can mend (a
// queue that is not there, a role that is missing). Whoever reads collects the chunks of a snapshot until
// `last_chunk`, and drops those collected when a snapshot begins anew (after a cut, or a reset).
// next() belongs to one thread; stop() may come from another.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "cordboard/v1/supervisor_service.pb.h"
#include "ctl/client/router_choice.h"

namespace cordboard::ctl {

class WatchFeed {
 public:
  // `on_cut` hears why a stream was cut; while no other one can be opened, only of new reasons.
  using OnCut = std::function<void(const std::string& why)>;

  WatchFeed(RouterChoice choice, v1::WatchRequest request, OnCut on_cut);
  ~WatchFeed();
  WatchFeed(const WatchFeed&) = delete;
  WatchFeed& operator=(const WatchFeed&) = delete;

  // Waits for the next message. False after stop().
  bool next(v1::WatchResponse& response);
  void stop();

 private:
  class Stream;

  bool open();
  bool wait_before_next_try();
  void remember(const v1::WatchResponse& response);

  struct Stopping;

  const RouterChoice choice_;
  v1::WatchRequest request_;
  const OnCut on_cut_;
  const std::unique_ptr<Stopping> stopping_;
  bool heard_ = false;  // from the router, ever
  std::string told_;    // to on_cut_ since the last message
  Duration pause_;
};

}  // namespace cordboard::ctl
