// One thread that does everything a simulated client does: waits for gRPC and for the next moment at which
// something is due, and runs what came.
//
// Order within one turn: one completion, posted tasks, timers, timed sources, flushers. Flushers run once a
// turn, so whatever was decided in it leaves in one message. Nothing is looked at twice without a reason: the
// loop sleeps until gRPC has something or the earliest time comes.
//
// All functions are for the loop's own thread, except post().

#pragma once

#include <grpcpp/alarm.h>
#include <grpcpp/completion_queue.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "router/core/types.h"

namespace cordboard::sim {

// Something that gRPC does and reports when it is done. Its address is the tag.
class Completion {
 public:
  virtual void complete(bool ok) = 0;

 protected:
  ~Completion() = default;
};

// Many small things with a time, kept by their owner.
class TimedSource {
 public:
  virtual Time next_at() const = 0;
  virtual void run_due(Time now) = 0;

 protected:
  ~TimedSource() = default;
};

class EventLoop {
 public:
  using Task = std::function<void()>;
  using TimerId = std::pair<Time, std::uint64_t>;
  static constexpr TimerId kNoTimer{kNever, 0};

  EventLoop();
  // REQUIRES: every operation on queue() has completed or belongs to a call that was cancelled.
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Since the loop was made; steady. Read once a turn.
  Time now() const { return now_; }
  // The same, read from the clock.
  Time clock_now() const;
  grpc::CompletionQueue& queue() { return queue_; }

  TimerId at(Time time, Task task);
  TimerId after(Duration duration, Task task) { return at(clock_now() + duration, std::move(task)); }
  void cancel(TimerId timer) { timers_.erase(timer); }

  // Both must outlive the last run().
  void add_source(TimedSource& source) { sources_.push_back(&source); }
  void add_flusher(Task flusher) { flushers_.push_back(std::move(flusher)); }

  // From any thread; wakes the loop.
  void post(Task task);

  // Until stop().
  void run();
  void stop() { stopped_ = true; }

 private:
  class Wake final : public Completion {
   public:
    explicit Wake(EventLoop& loop) : loop_(loop) {}
    void complete(bool) override { loop_.run_posted(); }

   private:
    EventLoop& loop_;
  };

  void turn();
  Time next_time() const;
  void run_posted();
  void run_timers();

  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  Time now_{};
  bool stopped_ = false;
  std::map<TimerId, Task> timers_;
  std::uint64_t next_timer_ = 1;
  std::vector<TimedSource*> sources_;
  std::vector<Task> flushers_;
  grpc::CompletionQueue queue_;
  Wake wake_{*this};

  std::mutex mutex_;
  std::vector<Task> posted_;   // guarded by mutex_
  bool alarm_is_set_ = false;  // guarded by mutex_
  grpc::Alarm alarm_;          // guarded by mutex_
};

}  // namespace cordboard::sim
