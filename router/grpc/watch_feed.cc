#include "router/grpc/watch_feed.h"

#include <google/protobuf/arena.h>

#include <algorithm>
#include <utility>

#include "router/codec/api_delta.h"
#include "router/codec/api_time.h"
#include "router/codec/delta_merge.h"
#include "router/grpc/fragments.h"
#include "router/grpc/outbox.h"

namespace cordboard {
namespace {

grpc::Slice encode(const google::protobuf::MessageLite& message) {
  grpc::Slice slice(message.ByteSizeLong());
  message.SerializeWithCachedSizesToArray(const_cast<std::uint8_t*>(slice.begin()));
  return slice;
}

// The first of the deltas kept, which ascend, that comes after `revision`.
template <class Iterator>
Iterator first_after(Iterator first, Iterator last, std::uint64_t revision) {
  return std::upper_bound(first, last, revision,
                          [](std::uint64_t r, const WatchFeed::Kept& kept) { return r < kept.revision; });
}

v1::WatchResponse reset_message(v1::Reset::Reason reason, std::uint64_t revision) {
  v1::WatchResponse response;
  response.mutable_reset()->set_reason(reason);
  response.mutable_reset()->set_resume_revision(revision);
  return response;
}

}  // namespace

WatchFeed::WatchFeed(const EdgeOptions& options, std::uint64_t revision, std::function<void()> rearm)
    : options_(options),
      started_at_(revision),
      released_(revision),
      rearm_(std::move(rearm)),
      heartbeats_(options.watch_heartbeat) {}
WatchFeed::~WatchFeed() = default;

// ---- Coming and going ----

std::optional<WatchFeed::Beginning> WatchFeed::attach(std::shared_ptr<WatchSink> sink,
                                                      const WatchFilter& filter,
                                                      std::uint64_t resume_revision, std::uint64_t revision,
                                                      const State& state) {
  Group* const group = group_of(filter, revision, state);
  if (group == nullptr) return std::nullopt;
  fold_all(*group);  // the sink begins with all of this, so it must not be merged with what follows
  Beginning beginning;
  beginning.revision = revision;
  const auto why = why_not(*group, resume_revision, revision);
  if (resume_revision != 0 && !why) {
    beginning.revision = resume_revision;
    sink->outbox_.resume_from(resume_revision);
  } else {
    if (why) beginning.messages.push_back(encode(reset_message(*why, revision)));
    snapshot(filter, state, beginning);
  }
  sink->group_ = group;
  sink->given_ = beginning.revision;
  group->sinks.push_back(std::move(sink));
  return beginning;
}

// nullptr when it would be one too many.
WatchFeed::Group* WatchFeed::group_of(const WatchFilter& filter, std::uint64_t revision, const State& state) {
  const auto known = std::find_if(groups_.begin(), groups_.end(),
                                  [&](const Group& group) { return group.filter == filter; });
  if (known != groups_.end()) {
    groups_.splice(groups_.end(), groups_, known);
    return &groups_.back();
  }
  if (groups_.empty()) late_.rebuild(state, state.now);
  if (!make_room()) return nullptr;
  Group& group = groups_.emplace_back();
  group.filter = filter;
  group.complete_from = revision;
  return &group;
}

// Makes room for one more group: idle ones are forgotten, those that are in use stay.
bool WatchFeed::make_room() {
  auto idle = std::count_if(groups_.begin(), groups_.end(), [](const Group& g) { return g.sinks.empty(); });
  for (auto group = groups_.begin(); static_cast<std::size_t>(idle) >= kIdleWatchFilters;) {
    if (group->sinks.empty()) {
      group = groups_.erase(group);
      --idle;
    } else {
      ++group;
    }
  }
  return groups_.size() - static_cast<std::size_t>(idle) < kMaxWatchFilters;
}

// Why the deltas after `resume_revision` cannot be sent; nothing when they can, or nobody asked.
std::optional<v1::Reset::Reason> WatchFeed::why_not(const Group& group, std::uint64_t resume_revision,
                                                    std::uint64_t revision) const {
  if (resume_revision == 0) return std::nullopt;
  if (resume_revision > revision) return v1::Reset::UNKNOWN_REVISION;
  if (resume_revision < started_at_) return v1::Reset::ROUTER_RESTARTED;
  if (resume_revision < group.complete_from) return v1::Reset::TOO_OLD;
  const auto next = first_after(group.kept.begin(), group.kept.end(), resume_revision);
  // It watched with another interval: what it lacks is merged with what it has.
  if (next != group.kept.end() && next->first_revision <= resume_revision) return v1::Reset::TOO_OLD;
  return std::nullopt;
}

void WatchFeed::snapshot(const WatchFilter& filter, const State& state, Beginning& beginning) {
  SnapshotChunks chunks(beginning.revision, state.now, state, filter, late_);
  for (bool more = true; more;) {
    google::protobuf::Arena arena;
    auto& response = *google::protobuf::Arena::CreateMessage<v1::WatchResponse>(&arena);
    more = chunks.next(response.mutable_snapshot());
    if (more) beginning.messages.push_back(encode(response));
  }
}

// Until the whole snapshot is sent there is nothing to resume from.
void WatchFeed::start(WatchSink& sink, Beginning&& beginning, Time now) {
  for (const grpc::Slice& message : beginning.messages) {
    const bool whole = &message == &beginning.messages.back();
    sink.outbox_.add_message(message, whole ? beginning.revision : 0);
  }
  sink.started_ = true;
  catch_up(sink);
  heartbeats_.touch(&sink, now);
  rearm_();
}

void WatchFeed::drop(WatchSink& sink, Time now) {
  heartbeats_.remove(&sink);
  for (Group& group : groups_) {
    const auto left = std::find_if(group.sinks.begin(), group.sinks.end(),
                                   [&](const auto& candidate) { return candidate.get() == &sink; });
    if (left == group.sinks.end()) continue;
    if (static_cast<std::size_t>(left - group.sinks.begin()) < group.given) --group.given;
    group.sinks.erase(left);
    if (!group.is_sending()) group.update.clear();
    group.idle_since = now;
  }
}

// ---- What happens ----

void WatchFeed::stage(std::uint64_t revision, Time at, const State& state, std::span<const Event> events) {
  if (groups_.empty()) return;
  late_.observe(state, events, at);
  for (Group& group : groups_) {
    if (group.filter.interval == Duration::zero()) {
      google::protobuf::Arena arena;
      auto& delta = *google::protobuf::Arena::CreateMessage<v1::Delta>(&arena);
      if (fill_delta({revision, at, state, events}, group.filter, late_, &delta)) {
        keep(group, revision, delta);
      }
      continue;
    }
    if (!group.arena) group.arena = std::make_unique<google::protobuf::Arena>();
    if (!group.spare) group.spare = google::protobuf::Arena::CreateMessage<v1::Delta>(group.arena.get());
    if (!fill_delta({revision, at, state, events}, group.filter, late_, group.spare)) continue;
    collect(group, *std::exchange(group.spare, nullptr));
    if (group.waiting_bytes >= kMergedBytes) fold_all(group);
  }
}

void WatchFeed::keep(Group& group, std::uint64_t first_revision, const v1::Delta& delta) {
  std::string element;
  WireWriter(element).message(v1::DeltaBatch::kDeltasFieldNumber, delta);
  group.kept.push_back({first_revision, delta.revision(), grpc::Slice(element)});
  group.kept_bytes += element.size();
  ++group.unreleased;
}

void WatchFeed::collect(Group& group, v1::Delta& delta) {
  group.waiting_bytes += delta.ByteSizeLong();
  group.waiting.push_back(&delta);
}

// Merges what waits up to `revision` into one delta.
void WatchFeed::fold(Group& group, std::uint64_t revision) {
  const auto last =
      std::upper_bound(group.waiting.begin(), group.waiting.end(), revision,
                       [](std::uint64_t r, const v1::Delta* delta) { return r < delta->revision(); });
  if (last == group.waiting.begin()) return;
  const std::uint64_t first_revision = group.waiting.front()->revision();
  auto& merged = *google::protobuf::Arena::CreateMessage<v1::Delta>(group.arena.get());
  merge_deltas({group.waiting.begin(), last}, &merged);
  keep(group, first_revision, merged);
  const auto before = std::exchange(group.arena, std::make_unique<google::protobuf::Arena>());
  const std::vector<v1::Delta*> rest(last, group.waiting.end());
  group.spare = nullptr;
  group.waiting.clear();
  group.waiting_bytes = 0;
  for (const v1::Delta* delta : rest) {
    auto& copy = *google::protobuf::Arena::CreateMessage<v1::Delta>(group.arena.get());
    copy = *delta;
    collect(group, copy);
  }
}

// What is released stays apart from what is not, so that it need not wait for it.
void WatchFeed::fold_all(Group& group) {
  fold(group, released_);
  if (!group.waiting.empty()) fold(group, group.waiting.back()->revision());
}

bool WatchFeed::Group::has_update(std::uint64_t released) const {
  if (unreleased > 0) return kept[kept.size() - unreleased].revision <= released;
  return !waiting.empty() && waiting.front()->revision() <= released;
}

void WatchFeed::release(std::uint64_t revision, Time now) {
  released_ = revision;
  bool waits = false;
  for (Group& group : groups_) {
    go_on(group, now);
    waits |= due(group) != kNever;
  }
  if (waits) rearm_();
  trim();
  std::erase_if(groups_, [&](const Group& group) {
    return group.sinks.empty() && now - group.idle_since > kIdleWatchFilterKept;
  });
}

// When there is something to do for the group's sinks.
Time WatchFeed::due(const Group& group) const {
  if (group.is_sending()) return group.turn_at;
  return group.has_update(released_) ? group.sent_at + group.filter.interval : kNever;
}

// Does what is due.
void WatchFeed::go_on(Group& group, Time now) {
  while (due(group) <= now) {
    if (!group.is_sending()) begin_update(group, now);
    give_some(group, now);
  }
}

void WatchFeed::begin_update(Group& group, Time now) {
  fold(group, released_);
  const std::size_t first = group.kept.size() - group.unreleased;
  const auto released =
      first_after(group.kept.begin() + static_cast<std::ptrdiff_t>(first), group.kept.end(), released_);
  const auto last = static_cast<std::size_t>(released - group.kept.begin());
  group.unreleased = group.kept.size() - last;
  group.update.clear();
  for (std::size_t begin = first; begin < last && !group.sinks.empty();) {
    const std::size_t end = piece_end(group, begin, last);
    group.update.push_back(
        {group.kept[begin].first_revision, group.kept[end - 1].revision, join(group.kept, begin, end)});
    begin = end;
  }
  group.given = 0;
  group.sent_at = now;
  group.turn_at = now;
}

// Gives the update to those whose turn it is. The turns of one update take no longer than half an interval.
void WatchFeed::give_some(Group& group, Time now) {
  const std::size_t all = group.sinks.size();
  const bool paced = group.filter.interval > Duration::zero();
  const std::size_t until = paced ? std::min(all, group.given + kSinksOfATurn) : all;
  for (; group.given < until; ++group.given) {
    WatchSink& sink = *group.sinks[group.given];
    if (!sink.started_) continue;
    give_update(sink, group);
    heartbeats_.touch(&sink, now);
  }
  if (group.is_sending()) {
    const auto turns = static_cast<std::int64_t>((all + kSinksOfATurn - 1) / kSinksOfATurn);
    group.turn_at = now + group.filter.interval / (2 * turns);
  } else {
    group.update.clear();
  }
}

void WatchFeed::give_update(WatchSink& sink, const Group& group) {
  if (sink.behind_) return;
  // Its snapshot, or what it began with, holds the first of it already.
  if (sink.given_ >= group.update.front().first_revision) return catch_up(sink);
  for (const Kept& piece : group.update) {
    give(sink, piece.delta, piece.revision);
    if (sink.behind_) return;
  }
}

std::size_t WatchFeed::piece_end(const Group& group, std::size_t first, std::size_t last) {
  std::size_t end = first + 1;
  std::size_t bytes = group.kept[first].delta.size();
  while (end < last && bytes + group.kept[end].delta.size() <= kMessageBytes) {
    bytes += group.kept[end++].delta.size();
  }
  return end;
}

void WatchFeed::give(WatchSink& sink, const grpc::Slice& content, std::uint64_t revision) {
  sink.behind_ = !sink.outbox_.add_wrapped(content, revision);
  if (!sink.behind_) sink.given_ = revision;
}

void WatchFeed::catch_up(WatchSink& sink) {
  const Group& group = *sink.group_;
  if (sink.given_ < group.complete_from) {
    return sink.outbox_.cut(v1::StreamClosedDetail::SLOW_READER, grpc::RESOURCE_EXHAUSTED,
                            "SLOW_READER: what is to be read next is not kept any more");
  }
  const std::size_t last = group.kept.size() - group.unreleased;
  auto first = static_cast<std::size_t>(first_after(group.kept.begin(), group.kept.end(), sink.given_) -
                                        group.kept.begin());
  sink.behind_ = false;
  while (first < last && !sink.behind_) {
    const std::size_t end = piece_end(group, first, last);
    give(sink, join(group.kept, first, end), group.kept[end - 1].revision);
    first = end;
  }
}

grpc::Slice WatchFeed::join(const std::deque<Kept>& kept, std::size_t first, std::size_t last) {
  if (last - first == 1) return kept[first].delta;
  std::size_t size = 0;
  for (std::size_t i = first; i < last; ++i) size += kept[i].delta.size();
  grpc::Slice content(size);
  auto* end = const_cast<std::uint8_t*>(content.begin());
  for (std::size_t i = first; i < last; ++i) {
    end = std::copy(kept[i].delta.begin(), kept[i].delta.end(), end);
  }
  return content;
}

// Keeps the history of each group and of all together within their limits, but for what a watch that is about
// to start was promised.
void WatchFeed::trim() {
  if (groups_.empty()) return;
  const std::size_t share = options_.watch_history_bytes / groups_.size();
  std::size_t all = 0;
  for (const Group& group : groups_) all += group.kept_bytes;
  for (Group& group : groups_) {
    std::uint64_t promised = released_;  // what follows it
    for (const auto& sink : group.sinks) {
      if (!sink->started_) promised = std::min(promised, sink->given_);
    }
    all -= group.kept_bytes;
    while (group.kept.size() > group.unreleased && group.kept.front().revision <= promised &&
           (group.kept.size() > options_.watch_history || group.kept_bytes > kWatchHistoryBytes ||
            (group.kept_bytes > share && all + group.kept_bytes > options_.watch_history_bytes))) {
      forget_oldest(group);
    }
    all += group.kept_bytes;
  }
}

void WatchFeed::forget_oldest(Group& group) {
  group.complete_from = group.kept.front().revision;
  group.kept_bytes -= group.kept.front().delta.size();
  group.kept.pop_front();
}

Time WatchFeed::next_due() const {
  Time next = heartbeats_.next_due();
  for (const Group& group : groups_) next = std::min(next, due(group));
  return next;
}

// A heartbeat says that nothing has changed, so updates go first.
void WatchFeed::send_due(Time now) {
  for (Group& group : groups_) go_on(group, now);
  while (WatchSink* sink = heartbeats_.take_due(now)) {
    if (sink->behind_ || due(*sink->group_) != kNever) continue;
    v1::WatchResponse response;
    response.mutable_heartbeat()->set_revision(released_);
    fill_time(now, response.mutable_heartbeat()->mutable_at());
    // It cannot cut a reader, and there are few: who takes nothing is cut within a few heartbeats.
    sink->outbox_.add_message(encode(response), released_);
  }
}

}  // namespace cordboard
