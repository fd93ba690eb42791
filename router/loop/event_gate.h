// What may be seen now? Holds everything that was derived from commands until these are durable.
//
// Replies and query results are let out in the order in which they were held, which is log order. Then the
// publishers are told, so that a query's result is out before any event that is later than it.
//
// Belongs to the loop's thread; held() may be asked from any.

#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <span>
#include <variant>
#include <vector>

#include "router/loop/publisher.h"
#include "router/loop/request.h"

namespace cordboard {

class EventGate {
 public:
  // Not from within stage() or release().
  void add_publisher(Publisher& publisher) { publishers_.push_back(&publisher); }
  void remove_publisher(Publisher& publisher) { std::erase(publishers_, &publisher); }

  // REQUIRES, of all three: `revision` is not below that of an earlier call.
  void stage(std::uint64_t revision, Time at, const State& state, std::span<const Event> events);
  void hold(Answer answer, Reply&& reply);
  void hold(std::uint64_t revision, Release&& result);

  // Everything up to `durable` may be seen. What is let out may not call this gate.
  void release(std::uint64_t durable);

  // Nothing that is held will ever be seen: the log failed.
  void drop();

  // Replies and query results. While there are any, a command is not durable yet.
  std::uint64_t held() const { return held_count_.load(std::memory_order_relaxed); }

 private:
  struct HeldReply {
    Reply reply;
    Answer answer;
  };
  struct Held {
    std::uint64_t revision;
    std::variant<HeldReply, Release> what;
  };

  void check_order(std::uint64_t revision);
  void keep(Held&& held);
  static void let_out(Held& held);

  std::vector<Publisher*> publishers_;
  std::deque<Held> held_;
  std::atomic<std::uint64_t> held_count_{0};
  std::uint64_t newest_ = 0;     // revision seen by stage or hold
  std::uint64_t published_ = 0;  // revision up to which the publishers were told
  std::uint64_t staged_ = 0;     // revision of the newest stage
};

}  // namespace cordboard
