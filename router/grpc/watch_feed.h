// Sends watchers what each command changed, and keeps it for a while for those who come back.
//
// A watcher who reads too slowly for its outbox falls behind: it is given nothing more until there is room,
// and then what it missed, from what the group keeps. Only when that is gone its stream is cut.
//
// Watchers with equal filters form a group. A delta is encoded once for a group, right after its command, or
// as soon as the group's interval has passed, merged with those that waited with it; all its watchers share
// the bytes. Where there are many of these, they take turns over half an interval, so that routing goes on in
// between. A group keeps its latest deltas, bounded in number and bytes, also for a
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
#include "router/codec/watch_filter.h"
#include "router/core/event.h"
#include "router/core/state.h"
#include "router/grpc/edge_options.h"
#include "router/grpc/quiet_list.h"
#include "router/kpi/late_waiting.h"

namespace cordboard {

class Outbox;

class WatchSink;

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
  // How a watch begins: what to send once `revision` is durable. Deltas after it follow.
  struct Beginning {
    std::vector<grpc::Slice> messages;  // reset, snapshot chunks; together they are the state at `revision`
    std::uint64_t revision = 0;         // without any: that to resume from
  };
  // `sink` has a place from now on, and is sent nothing until start(). Nothing when there are too many
  // filters; then the sink was not taken.
  std::optional<Beginning> attach(std::shared_ptr<WatchSink> sink, const WatchFilter& filter,
                                  std::uint64_t resume_revision, std::uint64_t revision, const State& state);
  // The beginning is durable: sends it, and what follows as it is released.
  void start(WatchSink& sink, Beginning&& beginning, Time now);
  void drop(WatchSink& sink, Time now);
  // There is room in its outbox again.
  static void catch_up(WatchSink& sink);

  void stage(std::uint64_t revision, Time at, const State& state, std::span<const Event> events);
  void release(std::uint64_t revision, Time now);

  Time next_due() const;
  // Updates whose interval has passed, and heartbeats for those who heard nothing.
  void send_due(Time now);

 private:
  friend class WatchSink;
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
    // The last update: what of it has not been given to all sinks.
    Time sent_at{};
    std::vector<Kept> update;  // in pieces that fit into a message; `kept` has it, too
    std::size_t given = 0;     // the first of the sinks have it
    Time turn_at{};            // when the next ones get it

    bool has_update(std::uint64_t released) const;
    bool is_sending() const { return given < sinks.size() && !update.empty(); }
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
  Time due(const Group& group) const;
  void go_on(Group& group, Time now);
  void begin_update(Group& group, Time now);
  void give_some(Group& group, Time now);
  static void give_update(WatchSink& sink, const Group& group);
  static std::size_t piece_end(const Group& group, std::size_t first, std::size_t last);
  static void give(WatchSink& sink, const grpc::Slice& content, std::uint64_t revision);
  static grpc::Slice join(const std::deque<Kept>& kept, std::size_t first, std::size_t last);

  const EdgeOptions& options_;
  const std::uint64_t started_at_;
  std::uint64_t released_;
  const std::function<void()> rearm_;
  std::list<Group> groups_;  // least recently joined first
  LateWaiting late_;         // follows the events while there is a group
  QuietList<WatchSink> heartbeats_;
};

// A stream that watches. The feed writes to its outbox.
class WatchSink {
 public:
  explicit WatchSink(Outbox& outbox) : outbox_(outbox) {}
  virtual ~WatchSink() = default;

 private:
  friend class WatchFeed;
  Outbox& outbox_;
  const WatchFeed::Group* group_ = nullptr;
  std::uint64_t given_ = 0;  // everything up to this revision is in the outbox, or was
  bool started_ = false;     // its beginning is in the outbox
  bool behind_ = false;      // it lacks some of what is released
};

}  // namespace cordboard
