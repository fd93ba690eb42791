#include "router/grpc/token_buckets.h"

#include <algorithm>
#include <chrono>

namespace cordboard {
namespace {

std::int64_t ns(Duration duration) { return std::chrono::nanoseconds(duration).count(); }

constexpr std::int64_t kNsPerSecond = 1'000'000'000;

std::int64_t step_ns(const BucketRate& rate) { return kNsPerSecond / rate.per_second; }

}  // namespace

Duration TokenBucket::wait(const BucketRate& rate, Time now) const {
  if (rate.per_second == 0) return Duration::zero();
  // One request is let through however low the rate.
  const std::int64_t tolerance = std::max(ns(rate.burst), step_ns(rate));
  const std::int64_t over = full_at_ns_ + step_ns(rate) - ns(now.time_since_epoch()) - tolerance;
  if (over <= 0) return Duration::zero();
  return std::chrono::ceil<Duration>(std::chrono::nanoseconds(over));
}

void TokenBucket::take(const BucketRate& rate, Time now) {
  if (rate.per_second == 0) return;
  full_at_ns_ = std::max(full_at_ns_, ns(now.time_since_epoch())) + step_ns(rate);
}

ClientBuckets::Pair& ClientBuckets::of(std::string_view client, Time now) {
  if (const auto found = known_.find(client); found != known_.end()) {
    entries_.splice(entries_.end(), entries_, found->second);
    entries_.back().heard = now;
    return entries_.back().buckets;
  }
  while (!entries_.empty() && now - entries_.front().heard > burst_) {
    known_.erase(entries_.front().client);
    entries_.pop_front();
  }
  if (entries_.size() >= limit_) return others_;
  entries_.push_back({std::string(client), now, {}});
  known_.emplace(entries_.back().client, std::prev(entries_.end()));
  return entries_.back().buckets;
}

}  // namespace cordboard
