#include "agents-sim/clients/event_loop.h"

#include <grpc/support/time.h>

#include <algorithm>

namespace cordboard::sim {
namespace {

gpr_timespec deadline_in(Duration wait) {
  const auto us = std::max<std::int64_t>(wait.count(), 0);
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_micros(us, GPR_TIMESPAN));
}

}  // namespace

EventLoop::EventLoop() = default;

EventLoop::~EventLoop() {
  {
    const std::lock_guard lock(mutex_);
    alarm_.Cancel();
  }
  queue_.Shutdown();
  void* tag = nullptr;
  bool ok = false;
  while (queue_.Next(&tag, &ok)) {
  }
}

Time EventLoop::clock_now() const {
  return Time{std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - start_)};
}

EventLoop::TimerId EventLoop::at(Time time, Task task) {
  const TimerId id{time, next_timer_++};
  timers_.emplace(id, std::move(task));
  return id;
}

void EventLoop::post(Task task) {
  const std::lock_guard lock(mutex_);
  posted_.push_back(std::move(task));
  if (alarm_is_set_) return;
  alarm_is_set_ = true;
  alarm_.Set(&queue_, gpr_now(GPR_CLOCK_MONOTONIC), static_cast<Completion*>(&wake_));
}

void EventLoop::run_posted() {
  std::vector<Task> tasks;
  {
    const std::lock_guard lock(mutex_);
    tasks.swap(posted_);
    alarm_is_set_ = false;
  }
  for (const Task& task : tasks) task();
}

Time EventLoop::next_time() const {
  Time next = timers_.empty() ? kNever : timers_.begin()->first.first;
  for (const TimedSource* source : sources_) next = std::min(next, source->next_at());
  return next;
}

void EventLoop::run_timers() {
  while (!timers_.empty() && timers_.begin()->first.first <= now_) {
    const Task task = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    task();
  }
}

void EventLoop::turn() {
  void* tag = nullptr;
  bool ok = false;
  const Time next = next_time();
  const gpr_timespec deadline =
      next == kNever ? gpr_inf_future(GPR_CLOCK_MONOTONIC) : deadline_in(next - clock_now());
  const auto status = queue_.AsyncNext(&tag, &ok, deadline);
  now_ = clock_now();
  if (status == grpc::CompletionQueue::GOT_EVENT) static_cast<Completion*>(tag)->complete(ok);
  run_timers();
  for (TimedSource* source : sources_) {
    if (source->next_at() <= now_) source->run_due(now_);
  }
  for (const Task& flusher : flushers_) flusher();
}

void EventLoop::run() {
  stopped_ = false;
  now_ = clock_now();
  for (const Task& flusher : flushers_) flusher();
  while (!stopped_) turn();
}

}  // namespace cordboard::sim
