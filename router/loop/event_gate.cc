#include "router/loop/event_gate.h"

#include <algorithm>
#include <cinttypes>
#include <utility>

#include "router/core/assert.h"

namespace cordboard {

void EventGate::stage(std::uint64_t revision, Time at, const State& state, std::span<const Event> events) {
  check_order(revision);
  staged_ = revision;
  for (Publisher* publisher : publishers_) publisher->stage(revision, at, state, events);
}

void EventGate::hold(Answer answer, Reply&& reply) {
  check_order(answer.revision);
  const std::uint64_t revision = answer.revision;
  keep({revision, HeldReply{std::move(reply), std::move(answer)}});
}

void EventGate::hold(std::uint64_t revision, Release&& result) {
  check_order(revision);
  keep({revision, std::move(result)});
}

void EventGate::release(std::uint64_t durable) {
  while (!held_.empty() && held_.front().revision <= durable) {
    Held held = std::move(held_.front());
    held_.pop_front();
    held_count_.fetch_sub(1, std::memory_order_relaxed);
    let_out(held);
  }
  const std::uint64_t releasable = std::min(durable, staged_);
  if (releasable <= published_) return;
  published_ = releasable;
  for (Publisher* publisher : publishers_) publisher->release(releasable);
}

void EventGate::drop() {
  held_.clear();
  held_count_ = 0;
}

void EventGate::check_order(std::uint64_t revision) {
  CB_ASSERT(revision >= newest_, "revision %" PRIu64 " after %" PRIu64, revision, newest_);
  newest_ = revision;
}

void EventGate::keep(Held&& held) {
  held_.push_back(std::move(held));
  held_count_.fetch_add(1, std::memory_order_relaxed);
}

void EventGate::let_out(Held& held) {
  if (auto* reply = std::get_if<HeldReply>(&held.what)) {
    reply->reply(reply->answer);
  } else {
    std::get<Release>(held.what)();
  }
}

}  // namespace cordboard
