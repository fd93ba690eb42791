// What is still to be sent on one stream? A bounded buffer between whoever has something to say, on any
// thread, and a client that reads as fast as it likes.
//
// One message is on its way at a time; what comes meanwhile gathers and goes with the next one. Nobody ever
// waits: who has left so much unread that it and the message on its way may be more than `limit` bytes, and
// is to be sent yet more, is cut with the revision to resume from. What is added at once is no backlog,
// however much it is. Who can come back with it later is refused instead (add_wrapped, is_full).
//
// Order: as added. The owner keeps it and the wire alive until the stream is done.

#pragma once

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>
#include <grpcpp/support/status.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "cordboard/v1/error.pb.h"
#include "router/grpc/edge_options.h"
#include "router/grpc/fragments.h"

namespace cordboard {

class Outbox {
 public:
  // The stream itself. The calls come one at a time, never with a lock held, and nothing after finish().
  class Wire {
   public:
    virtual ~Wire() = default;
    virtual void start_write(const grpc::ByteBuffer* message) = 0;
    virtual void finish(const grpc::Status& status) = 0;
    // Nothing more will be taken, though what was taken may still be on its way. Called once.
    virtual void closing() = 0;
    // Somebody was told that there is no room, and now there is.
    virtual void room() = 0;
  };

  Outbox(Wire& wire, StreamKind kind, std::size_t limit, EdgeCounters& counters)
      : wire_(wire), kind_(static_cast<std::size_t>(kind)), counters_(counters), limit_(limit) {}
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  // ---- Any thread; ignored when the stream is closing ----

  // The client has everything up to this revision already. Before anything is added.
  void resume_from(std::uint64_t revision);
  // What is added until the next call comes at once. If the limit is passed now, the first of it that is
  // counted cuts the stream.
  void begin_flush();
  // Elements of the message's repeated field. Counted::No: none of them, otherwise as they are marked.
  void add(const Fragments& fragments, Counted counted = Counted::Yes);
  // A whole message, not counted. `revision`: everything up to it is sent when this is; 0 = nothing to resume
  // from.
  void add_message(grpc::Slice message, std::uint64_t revision);
  // Content of the message's field kWrapField; contents one after the other are one content. False when a
  // message is on its way and this would be over the limit: nothing was added then, and Wire::room() comes
  // when it is time to try again. True also when the stream is closing.
  static constexpr int kWrapField = 2;  // WatchResponse.deltas
  [[nodiscard]] bool add_wrapped(const grpc::Slice& content, std::uint64_t revision);
  // Whether all that waits, counted or not, is over the limit; then Wire::room() comes when nothing waits any
  // more.
  bool is_full();
  // From now on the limit is at least this.
  void allow(std::size_t bytes);

  // Ends the stream after what was added before.
  void close(const grpc::Status& status);
  // The same, with the revision to resume from.
  void close(v1::StreamClosedDetail::Reason reason, grpc::StatusCode code, const std::string& message);
  // Ends it as soon as the message on its way is out, dropping the rest. Counted among the slow readers, if
  // it is for that.
  void cut(v1::StreamClosedDetail::Reason reason, grpc::StatusCode code, const std::string& message);
  // The client is gone.
  void abandon();
  // A message was on its way for too long: `patience`. The stream is closing, and ends when the wire gives
  // that message up; with this status then, if the client can still be told. Nothing when the message has
  // arrived meanwhile; `still_late`, which must be quick, tells one that began since.
  std::optional<grpc::Status> give_up(Duration patience, const std::function<bool()>& still_late);

  bool closing() const;
  // Calls `action`, which must be quick, unless the stream is closing. It does not end before that is done.
  template <class Action>
  void unless_closing(Action&& action) {
    const std::lock_guard lock(mutex_);
    if (!closing_) action();
  }

  // ---- The wire ----

  // The message on its way is out, or will never be.
  void written(bool ok);

 private:
  // One message to be, or a part of it.
  struct Chunk {
    enum class Kind : std::uint8_t { Elements, Message, Wrapped };
    Kind kind = Kind::Elements;
    std::uint64_t revision = 0;  // everything up to it is sent when this is
    std::size_t bytes = 0;
    std::size_t counted = 0;          // of these, by the limit
    std::string text;                 // Elements
    std::vector<grpc::Slice> slices;  // the others
  };
  using Lock = std::unique_lock<std::mutex>;

  void add_run(std::string_view bytes, std::uint64_t revision, Counted counted);
  // The chunk that takes `bytes` more, counted.
  Chunk& grow(Chunk::Kind kind, std::size_t bytes, Counted counted);
  // Beside a message on its way.
  bool fits(std::size_t waiting) const { return waiting + kMessageBytes <= limit_; }
  bool over_limit() const { return counted_ > 0 && !fits(counted_); }
  void cut_slow_reader();
  void drop_chunks();
  void count_unread();
  void go_on(Lock& lock);
  void pack(Chunk&& chunk);

  Wire& wire_;
  const std::size_t kind_;
  EdgeCounters& counters_;

  mutable std::mutex mutex_;
  std::size_t limit_;
  std::deque<Chunk> chunks_;
  std::size_t bytes_ = 0;    // in chunks_
  std::size_t counted_ = 0;  // of these, by the limit
  std::size_t bytes_on_its_way_ = 0;
  std::size_t reported_ = 0;            // of both, in EdgeCounters::unread_bytes
  bool room_wanted_ = false;            // somebody was refused
  std::uint64_t sent_revision_ = 0;     // with the message on its way
  std::uint64_t arrived_revision_ = 0;  // without it
  bool behind_ = false;                 // over the limit when the flush began
  bool writing_ = false;
  bool finished_ = false;
  bool told_ = false;  // the wire knows that the stream is closing
  std::optional<grpc::Status> closing_;
  grpc::ByteBuffer current_;  // on its way while writing_
};

}  // namespace cordboard
