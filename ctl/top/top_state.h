// What `top` knows of a tenant: its queues, and how many agents do what. Folds the messages of one watch.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cordboard/v1/supervisor_service.pb.h"
#include "router/core/types.h"

namespace cordboard::ctl {

class TopState {
 public:
  // `now`, here and below: of this machine.
  void apply(const v1::WatchResponse& response, Time now);
  // The stream was cut: what is known stays, and is told to be old.
  void cut(const std::string& why);

  // A snapshot has come.
  bool complete() const { return complete_; }
  // In the order of the configuration.
  const std::vector<v1::Queue>& queues() const { return queues_; }
  // Logged in, by what they do; not ready without work is "not_ready".
  std::map<std::string, int> agents() const;
  std::uint64_t revision() const { return revision_; }
  const std::string& trouble() const { return trouble_; }

  // By what the router told of its clock last, and what has passed here since. A snapshot has the time of the
  // last change, which may be hours ago: until more is heard, this machine's clock stands for the router's.
  Time router_time(Time now) const { return router_at_ + (now - heard_at_); }

 private:
  void clock_shows(Time router, Time now);
  template <class Part>
  void take_rows(const Part& part);
  void take(const v1::Snapshot& snapshot, Time now);
  void take(const v1::Delta& delta, Time now);
  void put(const v1::Queue& row);

  bool complete_ = false;
  bool collecting_ = false;  // chunks of a snapshot
  std::vector<v1::Queue> queues_;
  std::map<std::string, std::string> activities_;  // by agent; empty: logged out
  std::uint64_t revision_ = 0;
  Time router_at_{};  // both 0: nothing is known of its clock
  Time heard_at_{};
  std::string trouble_;
};

}  // namespace cordboard::ctl
