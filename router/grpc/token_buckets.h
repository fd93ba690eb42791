// May one more come? Bounds how much is let through in a second.
//
// A bucket of a rate and a burst lets through what was not used in the time of the burst, at once, and then
// the rate. Each request puts off the time at which the bucket would be full again by 1 / rate; it may be put
// off by the burst (the generic cell rate algorithm: one time is the whole state).

#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "router/core/types.h"

namespace cordboard {

struct BucketRate {
  std::uint32_t per_second = 0;  // 0 = no bound
  Duration burst{};              // > 0
};

// Not thread-safe.
class TokenBucket {
 public:
  // How long until one more may come; zero: now. It is not taken.
  Duration wait(const BucketRate& rate, Time now) const;
  // REQUIRES: wait() is zero.
  void take(const BucketRate& rate, Time now);

 private:
  std::int64_t full_at_ns_ = 0;  // since the epoch; full when it has passed
};

// A pair of buckets for each client: submits and requests. Bounded: who has not been heard of for the time of
// the burst has full buckets, and is forgotten; when there are too many all the same, newcomers share one
// pair. Not thread-safe.
class ClientBuckets {
 public:
  struct Pair {
    TokenBucket submits;
    TokenBucket requests;
  };

  ClientBuckets(std::size_t limit, Duration burst) : limit_(limit), burst_(burst) {}

  // Valid until the next call.
  Pair& of(std::string_view client, Time now);
  std::size_t size() const { return known_.size(); }

 private:
  struct Entry {
    std::string client;
    Time heard;
    Pair buckets;
  };
  const std::size_t limit_;
  const Duration burst_;
  std::list<Entry> entries_;                                                // least recently heard of first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> known_;  // into entries_; never iterated
  Pair others_;
};

}  // namespace cordboard
