// Many supervisors: each watches the queues, and the agents if wanted, on a stream of its own.
//
// Reading a message costs this process as much as writing it costs the router, so most subscribers only count
// what they get; every kSampleEvery-th one reads it and measures how old it is.
//
// They may also stop: after the first message, with which a watch begins, nothing is read for a time, and
// then what is left until the stream ends.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agents-sim/base/latency.h"
#include "agents-sim/clients/connection.h"
#include "agents-sim/clients/event_loop.h"
#include "cordboard/v1/supervisor_service.grpc.pb.h"

namespace cordboard::sim {

struct WatchLoadOptions {
  std::string target;
  std::string tenant;
  Duration duration{10'000'000};
  Duration update_interval{};  // WatchRequest.update_interval
  Duration stop_for{};         // after the first message; 0 = they read on
  bool agents = false;         // watch the rows of agents, too
  std::uint32_t subscribers = 100;
  std::uint32_t connections = 10;  // that the subscribers share; a router allows about 100 streams on one
};

// Belongs to the loop's thread; the loop must outlive it and run until `on_over`.
class WatchLoad {
 public:
  static constexpr std::uint32_t kSampleEvery = 50;

  WatchLoad(EventLoop& loop, const WatchLoadOptions& options, std::function<void()> on_over);
  ~WatchLoad();

  void start();
  // Before its time.
  void stop();

  std::uint64_t messages() const { return messages_; }
  std::uint64_t bytes() const { return bytes_; }
  // Of the subscribers that were sampled.
  std::uint64_t deltas() const { return deltas_; }
  // From the command's time in the router to its delta here; both on one machine.
  const Latency& age() const { return age_; }
  // Streams that the router ended.
  std::uint64_t cut() const { return cut_; }
  const std::string& first_cut() const { return first_cut_; }
  // Of these, how many told from which revision to go on.
  std::uint64_t told_revision() const { return told_revision_; }
  // The revision that each subscriber has reached: equal when nothing changes any more and all keep up.
  std::uint64_t lowest_revision() const;
  std::uint64_t highest_revision() const;

 private:
  class Subscriber;

  void ended(const grpc::Status& status);

  EventLoop& loop_;
  const WatchLoadOptions options_;
  const std::function<void()> on_over_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Subscriber>> subscribers_;
  std::size_t active_ = 0;
  bool stopping_ = false;
  std::uint64_t messages_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t deltas_ = 0;
  std::uint64_t cut_ = 0;
  std::uint64_t told_revision_ = 0;
  std::string first_cut_;
  Latency age_;
};

}  // namespace cordboard::sim
