// Sends a share of the requests of a session once more: right behind the first one, or up to two seconds
// later, in another order and perhaps on another stream. A router must not let a repetition have a second
// effect.
//
// Every request then carries a request_id. What would undo a later request when the first one was lost over a
// break (ready, not ready, transfer, logout) is repeated late only as long as the stream lasts. Logins and
// heartbeats are not repeated: they say who speaks now. Belongs to the loop's thread.

#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "agents-sim/base/random.h"
#include "agents-sim/clients/event_loop.h"

namespace cordboard::sim {

struct RepetitionPlan {
  double share = 0;  // 0: nothing is touched
  std::uint64_t seed = 0;
  std::string prefix = {};  // of request ids; nobody else's
};

// Batch: a message of a session, Request: one of its requests.
template <class Batch, class Request>
class Repeater {
 public:
  struct Session {
    std::function<std::uint64_t(const Request&)> tag;  // of the repetition
    std::function<bool()> is_ready;
    std::function<std::uint64_t()> breaks;
    std::function<Request&()> add;      // a request to be filled in
    std::function<void()> on_repeated;  // one more answer will come
  };

  Repeater(EventLoop& loop, const RepetitionPlan& plan, std::uint64_t number, Session session)
      : loop_(loop),
        share_(plan.share),
        random_(plan.seed, number, "repeat"),
        prefix_(plan.prefix + std::to_string(number) + "-"),
        session_(std::move(session)) {}

  // Before the message leaves.
  void look_at(Batch& batch) {
    if (share_ <= 0) return;
    const int count = batch.requests_size();
    for (int i = 0; i < count; ++i) {
      if (!give_id(*batch.mutable_requests(i)) || !random_.chance(share_)) continue;
      Request copy = batch.requests(i);
      copy.set_tag(session_.tag(copy));
      if (random_.chance(0.5)) {
        *batch.add_requests() = std::move(copy);
        count_one();
      } else {
        repeat_later(std::move(copy));
      }
    }
  }

  std::uint64_t repeated() const { return repeated_; }

 private:
  static constexpr double kLongestUs = 2e6;

  void count_one() {
    ++repeated_;
    session_.on_repeated();
  }

  // False for what is not repeated.
  bool give_id(Request& request) {
    const auto* const which = request.GetReflection()->GetOneofFieldDescriptor(
        request, Request::descriptor()->FindOneofByName("request"));
    if (which == nullptr || which->name() == "login") return false;
    google::protobuf::Message& inner = *request.GetReflection()->MutableMessage(&request, which);
    const auto* const id = inner.GetDescriptor()->FindFieldByName("request_id");
    if (id == nullptr) return false;
    if (inner.GetReflection()->GetString(inner, id).empty()) {
      inner.GetReflection()->SetString(&inner, id, prefix_ + std::to_string(++ids_));
    }
    return true;
  }

  static bool may_cross_breaks(const Request& request) {
    const auto* const which = request.GetReflection()->GetOneofFieldDescriptor(
        request, Request::descriptor()->FindOneofByName("request"));
    for (const std::string_view name : {"set_ready", "set_not_ready", "transfer", "logout"}) {
      if (which->name() == name) return false;
    }
    return true;
  }

  void repeat_later(Request copy) {
    const Duration wait{static_cast<std::int64_t>(random_.uniform() * kLongestUs)};
    loop_.after(wait, [this, copy = std::move(copy), breaks = session_.breaks()] {
      if (!session_.is_ready() || (breaks != session_.breaks() && !may_cross_breaks(copy))) return;
      session_.add() = copy;
      count_one();
    });
  }

  EventLoop& loop_;
  const double share_;
  RandomStream random_;
  const std::string prefix_;
  const Session session_;
  std::uint64_t ids_ = 0;
  std::uint64_t repeated_ = 0;
};

}  // namespace cordboard::sim
