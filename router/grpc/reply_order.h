// When may a reply or a notice of a session be sent? Replies go out in the order of the requests, and a
// notice never before the reply to the request that caused it.
//
// The replies to the requests of one message form a batch. A batch is sent when all of them are known;
// that may need another look at the engine (a login answers with the agent's row), and batches behind it
// wait for it meanwhile. So do notices of revisions that unsent replies explain.
//
// A batch may be taken in parts, the next one when everything before it is answered. Meanwhile, and when too
// many batches wait or too much is unread, the reading of requests pauses: who does not read the answers asks
// nothing more.
//
// Batches are added by the thread that reads; everything else is for the loop's thread.

#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

#include "router/grpc/fragments.h"
#include "router/grpc/outbox.h"

namespace cordboard {

class ReplyBatch {
 public:
  virtual ~ReplyBatch() = default;

  // Everything is known.
  bool complete() const { return complete_; }
  // Every request was handed on, or refused. Any thread.
  bool taken() const { return taken_.load(); }
  // All batches before it are complete: time for the next part, unless one is under way.
  virtual void go_on() {}
  // The lowest revision of a reply that is known to have changed something; 0 when there is none yet.
  std::uint64_t first_revision() const { return first_revision_; }

  // Appends the replies, marked with `revision`.
  virtual void encode(std::uint64_t revision, Fragments& out) = 0;

 protected:
  void mark_complete() { complete_ = true; }
  void mark_taken(bool taken) { taken_.store(taken); }
  void mark_revision(std::uint64_t revision) {
    if (first_revision_ == 0) first_revision_ = revision;
  }

 private:
  bool complete_ = false;
  std::atomic<bool> taken_{true};
  std::uint64_t first_revision_ = 0;
};

class ReplyOrder {
 public:
  // ---- The thread that reads ----
  // Dropped when the stream has ended.
  void add(std::shared_ptr<ReplyBatch> batch);
  // True when no more may be read until take_room() says so.
  bool pause_if_full(Outbox& outbox);

  // ---- The loop's thread ----
  void stage(std::uint64_t revision, std::string_view element) { staged_.add(revision, element); }
  template <class Content>
  void stage(std::uint64_t revision, int field, Content&& content, Counted counted = Counted::Yes) {
    staged_.add(revision, field, content, counted);
  }

  // Sends the batches that are complete, and the notices up to `released` that may follow them. True when
  // nothing is left to send.
  bool flush(std::uint64_t released, Outbox& outbox);

  // True when reading was paused and may go on; then it is not paused any more.
  bool take_room(Outbox& outbox);
  bool paused() const;
  // No reply is owed.
  bool idle() const;
  // The stream has ended: nothing will be sent.
  void clear();

 private:
  // How far notices may go, before the batch that is next.
  std::uint64_t send_batches(std::uint64_t released, Outbox& outbox);
  bool has_room(std::size_t limit) const {
    return batches_.size() < limit && (batches_.empty() || batches_.back()->taken());
  }

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::deque<std::shared_ptr<ReplyBatch>> batches_;
  bool paused_ = false;
  bool ended_ = false;
  Fragments staged_;
  Fragments scratch_;
};

}  // namespace cordboard
