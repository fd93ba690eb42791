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
  held_.push_back({revision, HeldReply{std::move(reply), std::move(answer)}});
}

void EventGate::hold(std::uint64_t revision, Release&& result) {
  check_order(revision);
  held_.push_back({revision, std::move(result)});
}

void EventGate::release(std::uint64_t durable) {
  while (!held_.empty() && held_.front().revision <= durable) {
    Held held = std::move(held_.front());
    held_.pop_front();
    let_out(held);
  }
  const std::uint64_t releasable = std::min(durable, staged_);
  if (releasable <= published_) return;
  published_ = releasable;
  for (Publisher* publisher : publishers_) publisher->release(releasable);
}

void EventGate::check_order(std::uint64_t revision) {
  CB_ASSERT(revision >= newest_, "revision %" PRIu64 " after %" PRIu64, revision, newest_);
  newest_ = revision;
}

void EventGate::let_out(Held& held) {
  if (auto* reply = std::get_if<HeldReply>(&held.what)) {
    reply->reply(reply->answer);
  } else {
    std::get<Release>(held.what)();
  }
}

}  // namespace cordboard
