#include "router/grpc/reply_order.h"

#include <algorithm>
#include <utility>

namespace cordboard {

void ReplyOrder::add(std::shared_ptr<ReplyBatch> batch) {
  const std::lock_guard lock(mutex_);
  if (!ended_) batches_.push_back(std::move(batch));
}

bool ReplyOrder::pause_if_full(Outbox& outbox) {
  const std::lock_guard lock(mutex_);
  paused_ = !has_room(kMaxUnansweredMessages) || outbox.is_full();
  return paused_;
}

bool ReplyOrder::take_room(Outbox& outbox) {
  const std::lock_guard lock(mutex_);
  if (!paused_ || !has_room(kMaxUnansweredMessages / 2 + 1) || outbox.is_full()) return false;
  paused_ = false;
  return true;
}

bool ReplyOrder::paused() const {
  const std::lock_guard lock(mutex_);
  return paused_;
}

bool ReplyOrder::idle() const {
  const std::lock_guard lock(mutex_);
  return batches_.empty();
}

void ReplyOrder::clear() {
  staged_.clear();
  std::deque<std::shared_ptr<ReplyBatch>> dropped;
  {
    const std::lock_guard lock(mutex_);
    dropped.swap(batches_);
    ended_ = true;
  }
}

bool ReplyOrder::flush(std::uint64_t released, Outbox& outbox) {
  outbox.begin_flush();
  const std::uint64_t allowed = send_batches(released, outbox);
  scratch_.clear();
  staged_.take_until(allowed, scratch_);
  outbox.add(scratch_);
  return staged_.empty();
}

std::uint64_t ReplyOrder::send_batches(std::uint64_t released, Outbox& outbox) {
  for (;;) {
    std::shared_ptr<ReplyBatch> next;
    std::uint64_t first =
        0;  // that a batch explains: this one, or the first behind it that changed something
    {
      const std::lock_guard lock(mutex_);
      if (batches_.empty()) return released;
      next = batches_.front();
      for (auto batch = batches_.begin(); batch != batches_.end() && first == 0; ++batch) {
        first = (*batch)->first_revision();
      }
      if (next->complete()) batches_.pop_front();
    }
    const std::uint64_t before = first == 0 ? released : std::min(released, first - 1);
    if (!next->complete()) {
      next->go_on();
      return before;
    }
    // Notices of what came before the batch go before it.
    scratch_.clear();
    staged_.take_until(before, scratch_);
    outbox.add(scratch_);
    scratch_.clear();
    next->encode(before, scratch_);
    outbox.add(scratch_, Counted::No);
  }
}

}  // namespace cordboard
