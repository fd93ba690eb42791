#include "router/codec/watch_filter.h"

#include <algorithm>

namespace cordboard {
namespace {

using Detail = v1::RejectionDetail;

std::optional<Refusal> read_kinds(const v1::WatchRequest::Filter& from, WatchFilter& filter) {
  if (from.kinds().empty()) return std::nullopt;
  filter.queues = filter.agents = filter.contacts = filter.events = false;
  for (const int kind : from.kinds()) {
    switch (kind) {
      case v1::WatchRequest::QUEUES:
        filter.queues = true;
        break;
      case v1::WatchRequest::AGENTS:
        filter.agents = true;
        break;
      case v1::WatchRequest::CONTACTS:
        filter.contacts = true;
        break;
      case v1::WatchRequest::EVENTS:
        filter.events = true;
        break;
      default:
        return Refusal{Detail::MALFORMED_REQUEST, "filter.kinds: " + std::to_string(kind) + " is no kind"};
    }
  }
  return std::nullopt;
}

std::optional<Refusal> read_interval(const google::protobuf::Duration& interval, WatchFilter& filter) {
  const std::int64_t most = kMaxWatchInterval / std::chrono::seconds(1);
  const bool in_range = interval.seconds() >= 0 && interval.nanos() >= 0 &&
                        interval.nanos() < 1'000'000'000 &&
                        (interval.seconds() < most || (interval.seconds() == most && interval.nanos() == 0));
  if (!in_range) {
    return Refusal{Detail::MALFORMED_REQUEST, "update_interval: 0 to " + std::to_string(most) + " s"};
  }
  filter.interval = std::chrono::seconds(interval.seconds()) + Duration{interval.nanos() / 1'000};
  return std::nullopt;
}

std::optional<Refusal> read_queues(const v1::WatchRequest::Filter& from, const State& state,
                                   WatchFilter& filter) {
  for (const std::string& name : from.queues()) {
    const QueueRef queue = state.find_queue(name);
    if (!queue || state[queue].removed) {
      return Refusal{Detail::UNKNOWN_QUEUE, "filter.queues: no queue '" + name + "' in the configuration"};
    }
    filter.only.push_back(queue);
  }
  std::sort(filter.only.begin(), filter.only.end());
  filter.only.erase(std::unique(filter.only.begin(), filter.only.end()), filter.only.end());
  return std::nullopt;
}

}  // namespace

bool WatchFilter::wants(QueueRef queue) const {
  return only.empty() || std::binary_search(only.begin(), only.end(), queue);
}

bool WatchFilter::wants(const EventSubjects& subjects) const {
  if (!subjects.queue) return true;
  return wants(subjects.queue) || (subjects.next_queue && wants(subjects.next_queue));
}

std::optional<Refusal> to_filter(const v1::WatchRequest& request, const State& state, WatchFilter& filter) {
  filter = WatchFilter{};
  filter.data = request.include_customer_data() ? CustomerData::With : CustomerData::Without;
  if (auto refused = read_kinds(request.filter(), filter)) return refused;
  if (auto refused = read_interval(request.update_interval(), filter)) return refused;
  return read_queues(request.filter(), state, filter);
}

}  // namespace cordboard
