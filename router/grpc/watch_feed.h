// Sends watchers what each command changed, and keeps it for a while for those who come back.
//
// Watchers with equal filters form a group. A delta is encoded once for a group, right after its command, or
// as soon as the group's interval has passed, merged with those that waited with it; all its watchers share
// the bytes. A group keeps its latest deltas, bounded in number and bytes, also for a
// while after its last watcher left, so that a watch can be resumed. Without a group nothing is encoded.
// When all groups together keep too much, those that keep more than an equal share forget their oldest.
// The bounds do not cover what is not released, which nobody was sent yet: how far the loop runs ahead of the
// disk bounds that, for each group anew.
//
// Belongs to the loop's thread.

#pragma once

#include <google/protobuf/arena.h>
#include <grpcpp/support/slice.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cordboard/v1/state.pb.h"
#include "router/codec/late_waiting.h"
#include "router/codec/watch_filter.h"
#include "router/core/event.h"
#include "router/core/state.h"
#include "router/grpc/edge_options.h"
#include "router/grpc/quiet_list.h"

namespace cordboard {

class Outbox;

// A stream that watches. The feed writes to its outbox.
class WatchSink {
 public:
  explicit WatchSink(Outbox& outbox) : outbox_(outbox) {}
  virtual ~WatchSink() = default;

 private:
  friend class WatchFeed;
  Outbox& outbox_;
  std::uint64_t begins_after_ = 0;  // the revision its first delta comes after
  bool started_ = false;            // its snapshot or its missed deltas are in the outbox
};

class WatchFeed {
 public:
  // `revision`: that of the state the process started from. `rearm` is called when next_due() may be earlier.
  WatchFeed(const EdgeOptions& options, std::uint64_t revision, std::function<void()> rearm);
  ~WatchFeed();

  struct Kept {
    std::uint64_t first_revision;  // of the deltas that are merged in it
    std::uint64_t revision;        // of the last
    grpc::Slice delta;             // an element of DeltaBatch.deltas
  };
  // How a watch begins: what to send once `revision` is durable.
  struct Beginning {
    std::vector<grpc::Slice> messages;  // reset, snapshot chunks; together they are the state at `revision`
    std::vector<Kept> deltas;           // or what was missed until then
    std::uint64_t revision = 0;
  };
  // Deltas after `revision` go to `sink` from now on, held until start(). Nothing when there are too many
  // filters; then the sink was not taken.
  std::optional<Beginning> attach(std::shared_ptr<WatchSink> sink, const WatchFilter& filter,
                                  std::uint64_t resume_revision, std::uint64_t revision, const State& state);
  // The beginning is durable: sends it, and what follows as it is released.
  void start(WatchSink& sink, Beginning&& beginning, Time now);
  void drop(WatchSink& sink, Time now);

  void stage(std::uint64_t revision, Time at, const State& state, std::span<const Event> events);
  void release(std::uint64_t revision, Time now);

  Time next_due() const;
  // Updates whose interval has passed, and heartbeats for those who heard nothing.
  void send_due(Time now);

 private:
  struct Group {
    WatchFilter filter;
    std::uint64_t complete_from;  // deltas after this revision were kept
    std::deque<Kept> kept;
    std::size_t kept_bytes = 0;
    std::size_t unreleased = 0;  // at the end of `kept`
    std::vector<std::shared_ptr<WatchSink>> sinks;
    Time idle_since{};  // without sinks
    // With an interval: deltas after those in `kept`, to be merged.
    std::unique_ptr<google::protobuf::Arena> arena;
    v1::Delta* spare = nullptr;       // in `arena`, empty
    std::vector<v1::Delta*> waiting;  // in `arena`
    std::size_t waiting_bytes = 0;    // encoded
    Time sent_at{};                   // the last update

    bool has_update(std::uint64_t released) const;
  };

  Group* group_of(const WatchFilter& filter, std::uint64_t revision, const State& state);
  bool make_room();
  void trim();
  void forget_oldest(Group& group);
  std::optional<v1::Reset::Reason> why_not(const Group& group, std::uint64_t resume_revision,
                                           std::uint64_t revision) const;
  void snapshot(const WatchFilter& filter, const State& state, Beginning& beginning);
  static void keep(Group& group, std::uint64_t first_revision, const v1::Delta& delta);
  static void collect(Group& group, v1::Delta& delta);
  static void fold(Group& group, std::uint64_t revision);
  void fold_all(Group& group);
  void send_update(Group& group, Time now);
  static void send(Group& group, std::size_t count);
  static void send_piece(const Group& group, std::size_t first, std::size_t last);
  static grpc::Slice join(const std::deque<Kept>& kept, std::size_t first, std::size_t last);

  const EdgeOptions& options_;
  const std::uint64_t started_at_;
  std::uint64_t released_;
  const std::function<void()> rearm_;
  std::list<Group> groups_;  // least recently joined first
  LateWaiting late_;         // follows the events while there is a group
  QuietList<WatchSink> heartbeats_;
};

}  // namespace cordboard
