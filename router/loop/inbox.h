// What do other threads want from the loop's thread? A mailbox with many producers and one consumer.
//
// A lock-free stack: a push is one allocation and one compare-and-swap, a drain one exchange that takes
// everything and turns it round. The producer that finds it empty, and only that one, wakes the consumer.
//
// Order: mails of one producer come out in the order of its pushes; all in one order that respects it.
// Limit: the weights of what was pushed and is not yet done() stay within `limit`; beyond, a push is
// Overloaded. close() is final and loses nothing: a push either comes out of it or is Unavailable.

#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <utility>

#include "router/loop/request.h"

namespace cordboard {

template <class Mail>
class Inbox {
 public:
  struct Item {
    Mail mail;
    std::uint64_t weight;
    std::chrono::steady_clock::time_point pushed = std::chrono::steady_clock::now();
  };

  // `wake` is called on a producer's thread; it makes the consumer drain.
  Inbox(std::uint64_t limit, std::function<void()> wake) : limit_(limit), wake_(std::move(wake)) {}
  ~Inbox() {
    std::deque<Item> dropped;
    close(dropped);
  }
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  // ---- Any thread ----

  // Unless Admitted, `mail` is untouched.
  Admission push(Mail&& mail, std::uint64_t weight) {
    if (depth_.fetch_add(weight, std::memory_order_relaxed) + weight > limit_) {
      depth_.fetch_sub(weight, std::memory_order_relaxed);
      overloaded_.fetch_add(weight, std::memory_order_relaxed);
      return closed() ? Admission::Unavailable : Admission::Overloaded;
    }
    return link(std::move(mail), weight);
  }

  // For what must not be lost and is bounded elsewhere: takes it whatever the depth.
  Admission push_always(Mail&& mail, std::uint64_t weight) {
    depth_.fetch_add(weight, std::memory_order_relaxed);
    return link(std::move(mail), weight);
  }

  bool closed() const { return head_.load(std::memory_order_relaxed) == &closed_; }
  std::uint64_t depth() const { return depth_.load(std::memory_order_relaxed); }
  std::uint64_t overloaded() const { return overloaded_.load(std::memory_order_relaxed); }
  std::uint64_t limit() const { return limit_; }

  // ---- The consumer ----

  // Appends everything pushed so far, oldest first.
  void drain(std::deque<Item>& into) {
    if (!closed()) unwind(head_.exchange(nullptr, std::memory_order_acquire), into);
  }

  // The same, and takes nothing more.
  void close(std::deque<Item>& into) { unwind(head_.exchange(&closed_, std::memory_order_acquire), into); }

  // What was drained has been dealt with and counts in the depth no more.
  void done(std::uint64_t weight) { depth_.fetch_sub(weight, std::memory_order_relaxed); }

 private:
  struct Link {
    Link* next = nullptr;
  };
  struct Node : Link {
    explicit Node(Item&& from) : item(std::move(from)) {}
    Item item;
  };

  Admission link(Mail&& mail, std::uint64_t weight) {
    auto* node = new Node(Item{std::move(mail), weight});
    Link* head = head_.load(std::memory_order_relaxed);
    do {
      if (head == &closed_) {
        mail = std::move(node->item.mail);
        delete node;
        depth_.fetch_sub(weight, std::memory_order_relaxed);
        return Admission::Unavailable;
      }
      node->next = head;
    } while (!head_.compare_exchange_weak(head, node, std::memory_order_release, std::memory_order_relaxed));
    if (head == nullptr) wake_();
    return Admission::Admitted;
  }

  void unwind(Link* newest, std::deque<Item>& into) {
    if (newest == &closed_) return;
    Link* oldest = nullptr;
    while (newest != nullptr) {
      Link* const older = std::exchange(newest->next, oldest);
      oldest = std::exchange(newest, older);
    }
    while (oldest != nullptr) {
      auto* node = static_cast<Node*>(std::exchange(oldest, oldest->next));
      into.push_back(std::move(node->item));
      delete node;
    }
  }

  const std::uint64_t limit_;
  const std::function<void()> wake_;
  std::atomic<Link*> head_{nullptr};
  Link closed_;  // its address stands for the closed inbox
  std::atomic<std::uint64_t> depth_{0};
  std::atomic<std::uint64_t> overloaded_{0};
};

}  // namespace cordboard
