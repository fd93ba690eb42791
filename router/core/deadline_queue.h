// Which deadline is due next? One queue for everything in an engine that must not last for ever.
//
// Deadlines fire in (due, sequence) order; the sequence is the order of scheduling. Each has one owner,
// which keeps the DeadlineRef and cancels it when the transient state ends, so a stale one cannot fire.
//
// One heap for each kind: those of a kind mostly come in the order in which they are due, so a new one stays
// where it is put, and 10,000 offers do not move among 1,000,000 waits.

#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <tuple>

#include "router/core/indexed_heap.h"
#include "router/core/slab.h"
#include "router/core/types.h"

namespace cordboard {

using DeadlineRef = Ref<struct DeadlineTag>;

enum class DeadlineKind : std::uint8_t {
  OfferTimeout,   // of an assignment, as are the next two
  MaxHandling,    // connected
  WrapUpTimeout,  // in wrap-up
  ContactMaxWait,
  AgentReturn,  // not_responding_return
  AgentGrace,   // disconnect_grace
  GatewayGrace,
  CooldownEnd,
  WaitPlan,  // the next thing that a contact's waiting brings
  CalendarChange,
  DialTimeout,  // of an assignment
  ContactDue,   // a scheduled contact comes in
  CallbackPromise,
};

inline constexpr std::size_t kDeadlineKinds = static_cast<std::size_t>(DeadlineKind::CallbackPromise) + 1;

struct Deadline {
  Time due;
  std::uint64_t sequence = 0;
  DeadlineKind kind = DeadlineKind::OfferTimeout;
  std::uint32_t owner = 0;  // the owner's Ref value, by kind
};

class DeadlineQueue {
  // The rest of the deadline is its key in the heap.
  struct Node {
    DeadlineKind kind = DeadlineKind::OfferTimeout;
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
    const Node& node = deadlines_[ref];
    const DeadlineKind kind = node.kind;
    Heap& heap = heap_of(kind);
    const bool was_first = heap.entries()[node.position].key == first_;
    heap.erase(ref.value, positions());
    if (heap.empty()) filled_ &= ~bit(kind);
    deadlines_.erase(ref);
    ref = DeadlineRef::none();
    if (was_first) find_first();
  }

  std::size_t size() const { return deadlines_.size(); }
  Time next_due() const { return std::get<0>(first_); }
  // Removes the next deadline; its owner forgets its reference. REQUIRES: not empty.
  Deadline take_next() {
    DeadlineRef ref{heaps_[first_kind_].top().item};
    const Deadline deadline = (*this)[ref];
    cancel(ref);
    return deadline;
  }
  Deadline operator[](DeadlineRef ref) const {
    const Node& node = deadlines_[ref];
    const auto& [due, sequence] = heap_of(node.kind).entries()[node.position].key;
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
    const Key key{deadline.due, deadline.sequence};
    heap_of(deadline.kind).push(key, ref.value, positions());
    filled_ |= bit(deadline.kind);
    if (key < first_) {
      first_ = key;
      first_kind_ = static_cast<std::size_t>(deadline.kind);
    }
    return ref;
  }

 private:
  using Key = std::tuple<Time, std::uint64_t>;
  using Heap = IndexedHeap<Key>;
  static constexpr Key kNone{kNever, std::numeric_limits<std::uint64_t>::max()};

  static constexpr std::uint32_t bit(DeadlineKind kind) { return 1u << static_cast<unsigned>(kind); }

  Heap& heap_of(DeadlineKind kind) { return heaps_[static_cast<std::size_t>(kind)]; }
  const Heap& heap_of(DeadlineKind kind) const { return heaps_[static_cast<std::size_t>(kind)]; }

  void find_first() {
    first_ = kNone;
    for (std::uint32_t left = filled_; left != 0; left &= left - 1) {
      const auto kind = static_cast<std::size_t>(std::countr_zero(left));
      if (!(heaps_[kind].top().key < first_)) continue;
      first_ = heaps_[kind].top().key;
      first_kind_ = kind;
    }
  }

  Slab<Node, DeadlineRef> deadlines_;
  std::array<Heap, kDeadlineKinds> heaps_;
  std::uint32_t filled_ = 0;  // bit of each kind whose heap is not empty
  // Over all kinds.
  Key first_ = kNone;
  std::size_t first_kind_ = 0;
  std::uint64_t next_sequence_ = 1;
};

}  // namespace cordboard
