// Which deadline is due next? One queue for everything in an engine that must not last for ever.
//
// Deadlines fire in (due, sequence) order; the sequence is the order of scheduling. Each has one owner,
// which keeps the DeadlineRef and cancels it when the transient state ends, so a stale one cannot fire.

#pragma once

#include <cstdint>
#include <tuple>

#include "router/core/indexed_heap.h"
#include "router/core/slab.h"
#include "router/core/types.h"

namespace cordboard {

using DeadlineRef = Ref<struct DeadlineTag>;

enum class DeadlineKind : std::uint8_t {
  Assignment,  // offer timeout, max_handling or wrap_up_timeout, by the phase of the assignment
  ContactMaxWait,
  AgentReturn,  // not_responding_return
  AgentGrace,   // disconnect_grace
  GatewayGrace,
  CooldownEnd,
};

struct Deadline {
  Time due;
  std::uint64_t sequence = 0;
  DeadlineKind kind = DeadlineKind::Assignment;
  std::uint32_t owner = 0;  // the owner's Ref value, by kind
};

class DeadlineQueue {
  // The rest of the deadline is its key in the heap.
  struct Node {
    DeadlineKind kind = DeadlineKind::Assignment;
    std::uint32_t owner = 0;
    std::uint32_t position = kNotInHeap;
  };

  auto positions() {
    return [this](std::uint32_t item) -> std::uint32_t& { return deadlines_[DeadlineRef{item}].position; };
  }

 public:
  DeadlineRef schedule(Time due, DeadlineKind kind, std::uint32_t owner) {
    return insert({due, next_sequence_++, kind, owner});
  }

  // Also for one that is not scheduled (none()). The owner's reference becomes none().
  void cancel(DeadlineRef& ref) {
    if (!ref) return;
    heap_.erase(ref.value, positions());
    deadlines_.erase(ref);
    ref = DeadlineRef::none();
  }

  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  Time next_due() const { return heap_.empty() ? kNever : std::get<0>(heap_.top().key); }
  // Removes the next deadline; its owner forgets its reference. REQUIRES: not empty.
  Deadline take_next() {
    DeadlineRef ref{heap_.top().item};
    const Deadline deadline = (*this)[ref];
    cancel(ref);
    return deadline;
  }
  Deadline operator[](DeadlineRef ref) const {
    const Node& node = deadlines_[ref];
    const auto& [due, sequence] = heap_.entries()[node.position].key;
    return {due, sequence, node.kind, node.owner};
  }
  bool contains(DeadlineRef ref) const { return deadlines_.contains(ref); }

  // In no particular order.
  template <class Function>
  void for_each(Function&& function) const {
    deadlines_.for_each([&](DeadlineRef ref, const Node&) { function((*this)[ref]); });
  }

  // For snapshots: the sequence of the next schedule, and a deadline with a sequence of its own.
  std::uint64_t next_sequence() const { return next_sequence_; }
  void set_next_sequence(std::uint64_t sequence) { next_sequence_ = sequence; }
  DeadlineRef insert(const Deadline& deadline) {
    const DeadlineRef ref = deadlines_.insert({deadline.kind, deadline.owner, kNotInHeap});
    heap_.push({deadline.due, deadline.sequence}, ref.value, positions());
    return ref;
  }

 private:
  Slab<Node, DeadlineRef> deadlines_;
  IndexedHeap<std::tuple<Time, std::uint64_t>> heap_;
  std::uint64_t next_sequence_ = 1;
};

}  // namespace cordboard
