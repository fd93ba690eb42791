#include "router/kpi/late_waiting.h"

#include <algorithm>
#include <tuple>

namespace cordboard {
namespace {

// Not worth a compaction.
constexpr std::size_t kFewEntries = 64;

}  // namespace

LateWaiting::Line& LateWaiting::line(QueueRef queue) {
  if (queue.value >= lines_.size()) lines_.resize(queue.value + 1);
  return lines_[queue.value];
}

bool LateWaiting::is_waiting(const State& state, QueueRef queue, const Entry& entry) {
  if (!state.contacts.contains(entry.contact)) return false;
  const Contact& contact = state[entry.contact];
  return contact.sequence == entry.sequence && contact.segment == entry.segment && contact.queue == queue &&
         is_unanswered(contact.state);
}

void LateWaiting::enter(const State& state, ContactRef ref) {
  const Contact& contact = state[ref];
  Line& joined = line(contact.queue);
  // By rules it may have gone away and come back at one time: it is told twice, and is there once.
  for (auto at = joined.on_time.rbegin(); at != joined.on_time.rend() && at->queued_at == contact.queued_at;
       ++at) {
    if (at->contact != ref || at->sequence != contact.sequence) continue;
    at->segment = contact.segment;
    return;
  }
  joined.on_time.push_back({ref, contact.sequence, contact.segment, contact.queued_at});
  if (joined.on_time.size() > 2 * std::size_t{state[contact.queue].waiting} + kFewEntries) {
    drop_departed(state, contact.queue);
  }
}

void LateWaiting::leave(QueueRef queue, Time queued_at) {
  Line& left = line(queue);
  if (queued_at < left.late_before) --left.late;
}

void LateWaiting::drop_departed(const State& state, QueueRef queue) {
  std::erase_if(line(queue).on_time, [&](const Entry& entry) { return !is_waiting(state, queue, entry); });
}

// A contact that came, went and came again within one command was entered twice as what it is now.
void LateWaiting::drop_doubles(Time now) {
  const auto key = [](const Entry& e) { return std::tuple(e.queued_at, e.sequence, e.segment); };
  for (Line& joined : lines_) {
    auto& entries = joined.on_time;
    const auto first = std::lower_bound(entries.begin(), entries.end(), now,
                                        [](const Entry& e, Time at) { return e.queued_at < at; });
    std::sort(first, entries.end(), [&](const Entry& a, const Entry& b) { return key(a) < key(b); });
    entries.erase(
        std::unique(first, entries.end(), [&](const Entry& a, const Entry& b) { return key(a) == key(b); }),
        entries.end());
  }
}

void LateWaiting::rebuild(const State& state, Time now) {
  lines_.assign(state.queues.size(), {});
  for (std::uint32_t i = 0; i < state.queues.size(); ++i) {
    const QueueRef queue{i};
    for (ContactRef contact = state[queue].oldest; contact; contact = state[contact].queue_after) {
      enter(state, contact);
    }
    count(state, queue, now);
  }
}

void LateWaiting::observe(const State& state, std::span<const Event> events, Time now) {
  bool came_and_went = false;
  for (const Event& event : events) {
    if (std::holds_alternative<ConfigApplied>(event)) return rebuild(state, now);
    if (const auto* queued = std::get_if<ContactQueued>(&event)) {
      // By a rule it may have gone on within the command.
      if (state[queued->contact].queue == queued->queue) enter(state, queued->contact);
    } else if (const auto* connected = std::get_if<ContactConnected>(&event)) {
      leave(connected->queue, now - connected->wait);
    } else if (const auto* moved = std::get_if<ContactMoved>(&event)) {
      leave(moved->from_queue, now - moved->wait);
      came_and_went = came_and_went || moved->wait == Duration::zero();
    } else if (const auto* later = std::get_if<ContactScheduled>(&event)) {
      if (later->from_queue) leave(later->queue, now - later->wait);
      came_and_went = came_and_went || later->wait == Duration::zero();
    } else if (const auto* ended = std::get_if<ContactEnded>(&event)) {
      if (ended->state != ContactState::Completed) leave(ended->queue, now - ended->wait);
    }
  }
  if (came_and_went) drop_doubles(now);
}

std::uint64_t LateWaiting::count(const State& state, QueueRef queue, Time now) {
  Line& aged = line(queue);
  aged.late_before = std::max(aged.late_before, now - state[queue].config.service_level.within);
  while (!aged.on_time.empty() && aged.on_time.front().queued_at < aged.late_before) {
    if (is_waiting(state, queue, aged.on_time.front())) ++aged.late;
    aged.on_time.pop_front();
  }
  return aged.late;
}

std::uint64_t count_late(const State& state, QueueRef ref, Time now) {
  const Queue& queue = state[ref];
  const Time late_before = now - queue.config.service_level.within;
  ContactRef old = queue.oldest;
  ContactRef young = queue.newest;
  for (std::uint64_t passed = 0;; ++passed) {
    if (!old || state[old].queued_at >= late_before) return passed;
    if (state[young].queued_at < late_before) return queue.waiting - passed;
    old = state[old].queue_after;
    young = state[young].queue_before;
  }
}

}  // namespace cordboard
